import { useLogOut } from "../hooks.ts";
import type { Connection } from "../live/useLive.ts";
import type { Person } from "../wire.ts";
import { Failure } from "./Failure.tsx";

interface Props {
  me: Person;
  connection: Connection["state"];
  onSwitch: () => void;
}

const CONNECTION: Record<Connection["state"], string> = {
  connecting: "Connecting…",
  online: "Live",
  reconnecting: "Reconnecting…",
};

export function Header({ me, connection, onSwitch }: Props) {
  const logOut = useLogOut();
  return (
    <header className="top">
      <h1>Stock exchange</h1>
      <span className={`tag ${connection === "online" ? "tag-good" : "tag-warn"}`}>
        {CONNECTION[connection]}
      </span>
      <p className="who">
        <strong>{me.name}</strong> <span className="quiet">{me.role}</span>
      </p>
      <div className="actions">
        <button type="button" className="plain" onClick={onSwitch}>
          Switch account
        </button>
        <button
          type="button"
          className="plain"
          disabled={logOut.isPending}
          onClick={() => {
            logOut.mutate();
          }}
        >
          Log out
        </button>
      </div>
      {logOut.error && <Failure error={logOut.error} />}
    </header>
  );
}
