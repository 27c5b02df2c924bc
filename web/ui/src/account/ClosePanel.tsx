import { Button, Modal } from "@mantine/core";
import { useState } from "react";
import { useCloseAccount } from "../hooks/session.ts";
import { Failure } from "../parts/Failure.tsx";
import { Panel } from "../parts/Panel.tsx";

/** Asked twice: it cannot be taken back. */
export function ClosePanel() {
  const [sure, setSure] = useState(false);
  const close = useCloseAccount();
  const stay = () => {
    setSure(false);
  };
  return (
    <Panel title="Close the account">
      <p>
        All live orders are canceled; then the account is closed, if it owns nothing. Sell what it
        holds and withdraw its cash first.
      </p>
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
      <Modal opened={sure} onClose={stay} title="Close the account?" centered>
        <div className="stack">
          <p>Login, password, keys and name are deleted. This cannot be taken back.</p>
          {close.error && (
            <Failure
              error={close.error}
              unsure="The account may be closed, or its orders canceled. Asking again does no harm."
            />
          )}
          <div className="row">
            <Button
              color="red"
              loading={close.isPending}
              onClick={() => {
                close.mutate();
              }}
            >
              Close it for good
            </Button>
            <Button variant="default" onClick={stay}>
              Keep it
            </Button>
          </div>
        </div>
      </Modal>
    </Panel>
  );
}
