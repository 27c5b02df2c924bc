import { useLive } from "../live/live.ts";
import type { Connection } from "../live/connection.ts";

const CONNECTION: Record<Connection["state"], string> = {
  connecting: "Connecting…",
  online: "Live",
  reconnecting: "Reconnecting…",
};

export function ConnectionState() {
  const { state } = useLive();
  return <span className={`tag connection connection-${state}`}>{CONNECTION[state]}</span>;
}
