/** The one socket of a signed-in account, and how it is. */

import { useEffect, useReducer, useState } from "react";
import { io } from "socket.io-client";
import type { Socket } from "socket.io-client";
import type { ClientEvents, ServerEvents } from "../wire.ts";

export type ExchangeSocket = Socket<ServerEvents, ClientEvents>;

/** Between attempts when the exchange itself refused us; otherwise the library decides. */
const REFUSED_RETRY_MS = 3_000;

export interface Connection {
  socket: ExchangeSocket;
  state: "connecting" | "online" | "reconnecting";
  /** Counts the connections made; subscriptions are per connection. */
  session: number;
}

type State = Omit<Connection, "socket">;

function reduce(known: State, news: "connected" | "lost"): State {
  return news === "connected"
    ? { state: "online", session: known.session + 1 }
    : { ...known, state: "reconnecting" };
}

/** Mount it anew for another account: the session cookie is read when it connects. */
export function useConnection(): Connection {
  const [known, dispatch] = useReducer(reduce, { state: "connecting", session: 0 });
  const [socket] = useState<ExchangeSocket>(() => io({ autoConnect: false, forceNew: true }));

  useEffect(() => {
    let retry: ReturnType<typeof setTimeout> | undefined;
    const lost = () => {
      dispatch("lost");
      clearTimeout(retry);
      if (!socket.active) retry = setTimeout(() => socket.connect(), REFUSED_RETRY_MS);
    };
    const connected = () => {
      dispatch("connected");
    };
    // A laptop that lost its network notices long before a ping goes unanswered.
    const offline = () => {
      socket.io.engine.close();
    };
    socket.on("connect", connected);
    socket.on("disconnect", lost);
    socket.on("connect_error", lost);
    window.addEventListener("offline", offline);
    socket.connect();
    return () => {
      clearTimeout(retry);
      window.removeEventListener("offline", offline);
      socket.off("connect", connected);
      socket.off("disconnect", lost);
      socket.off("connect_error", lost);
      socket.disconnect();
    };
  }, [socket]);

  return { socket, ...known };
}
