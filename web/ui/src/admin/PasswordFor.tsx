import { Button, PasswordInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { Problem } from "../api.ts";
import "../holdings/move.css";
import { useSetPassword } from "../hooks/people.ts";
import { Failure } from "../parts/Failure.tsx";

/** For who has forgotten it. */
export function PasswordFor({ me, user_id }: { me: string; user_id: string }) {
  const [password, setPassword] = useState("");
  const set = useSetPassword(me, user_id);
  const ofField = set.error instanceof Problem && set.error.field === "password";
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    set.mutate(password, {
      onSuccess: () => {
        setPassword("");
      },
    });
  };
  return (
    <form className="move" aria-label="Set another password" noValidate onSubmit={onSubmit}>
      <PasswordInput
        label="Another password"
        description="All sessions of the account end."
        inputWrapperOrder={["label", "input", "error", "description"]}
        size="sm"
        autoComplete="new-password"
        value={password}
        error={ofField && set.error?.message}
        onChange={(event) => {
          setPassword(event.currentTarget.value);
        }}
      />
      <Button type="submit" variant="default" disabled={password === ""} loading={set.isPending}>
        Set it
      </Button>
      <p role="status" className="small quiet">
        {set.isSuccess && "Set; the sessions are over."}
      </p>
      {set.error && !ofField && (
        <Failure
          error={set.error}
          unsure="Either password may hold now. Setting it again does no harm."
        />
      )}
    </form>
  );
}
