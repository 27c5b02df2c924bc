import { Alert, Tabs } from "@mantine/core";
import { useState } from "react";
import { useDemoUsers, useSessionEnded } from "../hooks/session.ts";
import { DemoAccounts } from "./DemoAccounts.tsx";
import "./entrance.css";
import { PasswordForm } from "./PasswordForm.tsx";

interface Props {
  onEntered?: () => void;
}

type Mode = "demo" | "real" | "unknown";

const WELCOME: Record<Mode, string> = {
  demo: "Demo mode: these accounts are everybody’s, and no money is real.",
  real: "Log in to trade.",
  unknown: "Come in to trade.",
};

/** Where everybody comes in: with one press in demo mode, with a password else. */
export function Entrance({ onEntered = () => undefined }: Props) {
  const demo = useDemoUsers();
  const ended = useSessionEnded();
  const [chosen, setChosen] = useState<string | null>("demo");
  const mode = modeOf(demo.data?.items);
  const hasDemo = mode !== "real";
  const tab = chosen === "demo" && !hasDemo ? "login" : chosen;
  return (
    <>
      <header className="entrance-head">
        <img src="/favicon.svg" alt="" width="48" height="48" />
        <div>
          <h1>Stock exchange</h1>
          <p className="quiet">{WELCOME[mode]}</p>
        </div>
      </header>
      {ended && (
        <Alert color="orange" variant="light" role="alert">
          Your session has ended. Enter again to go on where you were.
        </Alert>
      )}
      <Tabs value={tab} onChange={setChosen} keepMounted={false}>
        <Tabs.List>
          {hasDemo && <Tabs.Tab value="demo">Demo accounts</Tabs.Tab>}
          <Tabs.Tab value="login">Log in</Tabs.Tab>
          <Tabs.Tab value="signup">Sign up</Tabs.Tab>
        </Tabs.List>
        {hasDemo && (
          <Tabs.Panel value="demo" pt="md">
            <DemoAccounts onEntered={onEntered} />
          </Tabs.Panel>
        )}
        <Tabs.Panel value="login" pt="md">
          <PasswordForm deed="login" onEntered={onEntered} />
        </Tabs.Panel>
        <Tabs.Panel value="signup" pt="md">
          <PasswordForm deed="signup" onEntered={onEntered} />
        </Tabs.Panel>
      </Tabs>
    </>
  );
}

/** By the last answer, which a failed one leaves as it is. */
function modeOf(people: unknown[] | undefined): Mode {
  if (people === undefined) return "unknown";
  return people.length > 0 ? "demo" : "real";
}
