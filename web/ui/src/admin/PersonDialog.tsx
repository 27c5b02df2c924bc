import { Modal } from "@mantine/core";
import { useMoveCashOf, usePerson } from "../hooks/people.ts";
import { MoveForm } from "../holdings/MoveForm.tsx";
import { Answer } from "../parts/Answer.tsx";
import { Tile, Tiles } from "../parts/Tile.tsx";
import { moment, money } from "../show.ts";
import type { MemberDetail } from "../wire.ts";
import { CloseFor } from "./CloseFor.tsx";
import { PasswordFor } from "./PasswordFor.tsx";

interface Props {
  me: string;
  /** Whose; while there is nobody's, it is shut. */
  user_id: string | undefined;
  onClose: () => void;
}

/** One person: who it is, what is owned, and what an admin can do about it. */
export function PersonDialog({ me, user_id, onClose }: Props) {
  return (
    <Modal opened={user_id !== undefined} onClose={onClose} title="Manage a person" size="lg">
      {user_id !== undefined && <Person me={me} user_id={user_id} />}
    </Modal>
  );
}

function Person({ me, user_id }: { me: string; user_id: string }) {
  const person = usePerson(me, user_id);
  return (
    <div className="stack">
      <Answer what="the person" query={person} lines={8}>
        {(known) => (
          <>
            <Who person={known} />
            {known.closed_at === null && <Deeds me={me} person={known} />}
          </>
        )}
      </Answer>
    </div>
  );
}

function Who({ person }: { person: MemberDetail }) {
  const { name, login, role, demo, user_id, closed_at, portfolio } = person;
  return (
    <>
      <h3 className="anywhere">{name}</h3>
      <dl className="admin-facts">
        <dt>Login</dt>
        <dd>{login ?? "none"}</dd>
        <dt>Role</dt>
        <dd>{demo ? `${role}, a demo account` : role}</dd>
        <dt>Id</dt>
        <dd>{user_id}</dd>
        {closed_at !== null && (
          <>
            <dt>Closed</dt>
            <dd>{moment(closed_at)}</dd>
          </>
        )}
      </dl>
      {portfolio === null ? (
        <p className="quiet">Portfolio has not heard of this person yet.</p>
      ) : (
        <Tiles label="What is owned">
          <Tile name="Cash" note={`${money(portfolio.cash.available)} available`}>
            {money(portfolio.cash.total)}
          </Tile>
          <Tile name="Shares">{money(portfolio.market_value)}</Tile>
          <Tile name="Worth">{money(portfolio.total_value)}</Tile>
        </Tiles>
      )}
    </>
  );
}

function Deeds({ me, person }: { me: string; person: MemberDetail }) {
  const { user_id, login, portfolio } = person;
  const available = portfolio?.cash.available;
  const deposit = useMoveCashOf(me, user_id, "deposits");
  const withdraw = useMoveCashOf(me, user_id, "withdrawals");
  return (
    <>
      {portfolio !== null && (
        <>
          <MoveForm way="deposits" move={deposit} available={available} />
          <MoveForm way="withdrawals" move={withdraw} available={available} />
        </>
      )}
      {user_id === me && (
        <p className="quiet small">This is you: password and closing are on your account’s page.</p>
      )}
      {login === null && (
        <p className="quiet small">
          Without a login there is no password to set, and the account is not closed from here.
        </p>
      )}
      {user_id !== me && login !== null && (
        <>
          <PasswordFor me={me} user_id={user_id} />
          <CloseFor me={me} user_id={user_id} />
        </>
      )}
    </>
  );
}
