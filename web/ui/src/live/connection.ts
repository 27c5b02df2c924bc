/** The one socket of a signed-in account, and how it is. */

import { useEffect, useReducer, useState } from "react";
import { io } from "socket.io-client";
import type { Socket } from "socket.io-client";
import { useSeat } from "../seat.ts";
import type { Seat } from "../seat.ts";
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

function socketOf({ token }: Seat): ExchangeSocket {
  if (token === undefined) return io({ autoConnect: false, forceNew: true });
  // Asked for at each attempt: what was good for the first may be over by the next.
  const auth = (say: (data: object) => void) => {
    token().then(
      (token) => {
        say({ token });
      },
      // The exchange refuses it, which is tried again as any refusal is.
      () => {
        say({ token: "" });
      },
    );
  };
  return io({ autoConnect: false, forceNew: true, auth });
}

/** Mount it anew for another account: whose it is is said when it connects. */
export function useConnection(): Connection {
  const seat = useSeat();
  const [known, dispatch] = useReducer(reduce, { state: "connecting", session: 0 });
  const [socket] = useState<ExchangeSocket>(() => socketOf(seat));

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
