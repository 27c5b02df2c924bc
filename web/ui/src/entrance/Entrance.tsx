import { Alert, Tabs } from "@mantine/core";
import { useDemoUsers, useSessionEnded } from "../hooks/session.ts";
import { DemoAccounts } from "./DemoAccounts.tsx";
import "./entrance.css";
import { PasswordForm } from "./PasswordForm.tsx";

interface Props {
  onEntered?: () => void;
}

/** Where everybody comes in: with one press in demo mode, with a password else. */
export function Entrance({ onEntered = () => undefined }: Props) {
  const demo = useDemoUsers();
  const ended = useSessionEnded();
  const people = demo.data?.items ?? [];
  const isDemo = demo.isPending || demo.isError || people.length > 0;
  return (
    <>
      <header className="entrance-head">
        <img src="/favicon.svg" alt="" width="48" height="48" />
        <div>
          <h1>Stock exchange</h1>
          <p className="quiet">
            {isDemo
              ? "Demo mode: these accounts are everybody’s, and no money is real."
              : "Log in to trade."}
          </p>
        </div>
      </header>
      {ended && (
        <Alert color="orange" variant="light" role="alert">
          Your session has ended. Enter again to go on where you were.
        </Alert>
      )}
      <Tabs key={String(isDemo)} defaultValue={isDemo ? "demo" : "login"} keepMounted={false}>
        <Tabs.List>
          {isDemo && <Tabs.Tab value="demo">Demo accounts</Tabs.Tab>}
          <Tabs.Tab value="login">Log in</Tabs.Tab>
          <Tabs.Tab value="signup">Sign up</Tabs.Tab>
        </Tabs.List>
        {isDemo && (
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
