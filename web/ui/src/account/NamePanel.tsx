import { Button, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { useRename } from "../hooks/session.ts";
import { Failure } from "../parts/Failure.tsx";
import { Panel } from "../parts/Panel.tsx";
import type { Person } from "../wire.ts";

export function NamePanel({ me }: { me: Person }) {
  const [name, setName] = useState(me.name);
  const rename = useRename();
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    rename.mutate(name.trim());
  };
  return (
    <Panel title="Name">
      <form className="stack" aria-label="Change the name" noValidate onSubmit={onSubmit}>
        <TextInput
          label="What the exchange calls you"
          autoComplete="name"
          value={name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
        <div className="row">
          <Button type="submit" disabled={name.trim() === ""} loading={rename.isPending}>
            Change name
          </Button>
          <span role="status" className="quiet small">
            {rename.isSuccess && "Changed."}
          </span>
        </div>
        {rename.error && (
          <Failure
            error={rename.error}
            unsure="The new name may hold already. Changing it again does no harm."
          />
        )}
      </form>
    </Panel>
  );
}
