/** What an account can change about itself. */

import { ApiKeys } from "../account/ApiKeys.tsx";
import { ClosePanel } from "../account/ClosePanel.tsx";
import { NamePanel } from "../account/NamePanel.tsx";
import { PasswordPanel } from "../account/PasswordPanel.tsx";
import "../account/account.css";
import { useDemoUsers } from "../hooks/session.ts";
import { Panel } from "../parts/Panel.tsx";
import { Title } from "../parts/Title.tsx";
import { useSignedIn } from "../shell/me.ts";

export function AccountPage() {
  const me = useSignedIn();
  const demo = useDemoUsers().data?.items.some(({ user_id }) => user_id === me.user_id) === true;
  return (
    <div className="page account-page">
      <Title>Account</Title>
      <h1>Account</h1>
      <Panel title="Who you are">
        <dl className="who-list">
          <dt>Name</dt>
          <dd>{me.name}</dd>
          <dt>Role</dt>
          <dd>{me.role}</dd>
          <dt>Id</dt>
          <dd className="small">{me.user_id}</dd>
        </dl>
      </Panel>
      {demo ? (
        <Panel title="A demo account">
          <p>
            It is everybody’s, so it has no name, password or keys that could be changed, and it
            cannot be closed. Sign up for an account of your own to have these.
          </p>
        </Panel>
      ) : (
        <>
          <NamePanel me={me} />
          <PasswordPanel />
          <ApiKeys user_id={me.user_id} />
          <ClosePanel />
        </>
      )}
    </div>
  );
}
