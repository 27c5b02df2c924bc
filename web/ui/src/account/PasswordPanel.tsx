import { Button, PasswordInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { Problem } from "../api.ts";
import { useFirstComplaint } from "../hooks/complaints.ts";
import { useChangePassword } from "../hooks/session.ts";
import { Failure } from "../parts/Failure.tsx";
import { Panel } from "../parts/Panel.tsx";

export function PasswordPanel() {
  const [before, setBefore] = useState("");
  const [after, setAfter] = useState("");
  const change = useChangePassword();
  const form = useFirstComplaint(change.error);
  const field = change.error instanceof Problem ? change.error.field : undefined;
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    change.mutate(
      { old: before, new: after },
      {
        onSuccess: () => {
          setBefore("");
          setAfter("");
        },
      },
    );
  };
  return (
    <Panel title="Password">
      <form
        ref={form}
        className="stack"
        aria-label="Change the password"
        noValidate
        onSubmit={onSubmit}
      >
        <p className="quiet small">
          All other sessions of the account end. API keys go on working.
        </p>
        <PasswordInput
          label="Password now"
          autoComplete="current-password"
          value={before}
          error={field === "old" && change.error?.message}
          onChange={(event) => {
            setBefore(event.currentTarget.value);
          }}
        />
        <PasswordInput
          label="New password"
          description="8 characters or more, and not a common one."
          autoComplete="new-password"
          value={after}
          error={field === "new" && change.error?.message}
          onChange={(event) => {
            setAfter(event.currentTarget.value);
          }}
        />
        <div className="row">
          <Button type="submit" disabled={before === "" || after === ""} loading={change.isPending}>
            Change password
          </Button>
          <span role="status" className="quiet small">
            {change.isSuccess && "Changed."}
          </span>
        </div>
        {change.error && field === undefined && (
          <Failure
            error={change.error}
            unsure="The new password may hold already: log in with it to see."
          />
        )}
      </form>
    </Panel>
  );
}
