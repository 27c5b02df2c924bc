import { Button } from "@mantine/core";
import { useState } from "react";
import { useCloseFor } from "../hooks/people.ts";
import { Failure } from "../parts/Failure.tsx";

/** Asked twice: it cannot be taken back. */
export function CloseFor({ me, user_id }: { me: string; user_id: string }) {
  const [sure, setSure] = useState(false);
  const close = useCloseFor(me, user_id);
  if (!sure) {
    return (
      <div className="row">
        <Button
          color="red"
          variant="light"
          onClick={() => {
            setSure(true);
          }}
        >
          Close the account…
        </Button>
      </div>
    );
  }
  return (
    <div className="stack" role="group" aria-label="Close the account">
      <p>
        All live orders are canceled; then the account is closed, if it owns nothing. Login,
        password, keys and name are deleted, and this cannot be taken back.
      </p>
      {close.error && (
        <Failure
          error={close.error}
          unsure="The account may be closed, or its orders canceled. Asking again does no harm."
        />
      )}
      <div className="row">
        <Button
          color="red"
          autoFocus
          loading={close.isPending}
          onClick={() => {
            close.mutate(undefined);
          }}
        >
          Close it for good
        </Button>
        <Button
          variant="default"
          onClick={() => {
            setSure(false);
            close.reset();
          }}
        >
          Keep it
        </Button>
      </div>
    </div>
  );
}
