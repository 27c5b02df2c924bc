/**
 * The one socket: its connection, the price list, and my own news, which goes straight into the
 * query cache. Mount it anew for another account: the session cookie is read when it connects.
 */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useReducer, useState } from "react";
import { io } from "socket.io-client";
import type { Socket } from "socket.io-client";
import type { ClientEvents, PricesEvent, ServerEvents } from "../wire.ts";
import { listenToMyNews } from "./myNews.ts";
import { applyPrices } from "./prices.ts";
import type { Prices } from "./prices.ts";
import { useChannel } from "./useChannel.ts";

export type ExchangeSocket = Socket<ServerEvents, ClientEvents>;

/** Between attempts when the exchange itself refused us; otherwise the library decides. */
const REFUSED_RETRY_MS = 3_000;

export interface Connection {
  socket: ExchangeSocket;
  state: "connecting" | "online" | "reconnecting";
  /** Counts the connections made; subscriptions are per connection. */
  session: number;
}

export interface Live extends Connection {
  prices: Prices | undefined;
  /** Why there is no price list, if the exchange refused it. */
  refusal: string | undefined;
}

interface LiveState {
  state: Connection["state"];
  session: number;
  prices: Prices | undefined;
}

type News = { kind: "connected" } | { kind: "lost" } | { kind: "prices"; event: PricesEvent };

function reduce(live: LiveState, news: News): LiveState {
  switch (news.kind) {
    case "connected":
      return { ...live, state: "online", session: live.session + 1 };
    case "lost":
      return { ...live, state: "reconnecting" };
    case "prices":
      return { ...live, prices: applyPrices(live.prices, news.event) };
  }
}

const NOTHING_YET: LiveState = { state: "connecting", session: 0, prices: undefined };

export function useLive(user_id: string): Live {
  const queries = useQueryClient();
  const [live, dispatch] = useReducer(reduce, NOTHING_YET);
  const [socket] = useState<ExchangeSocket>(() => io({ autoConnect: false, forceNew: true }));

  useEffect(() => {
    let retry: ReturnType<typeof setTimeout> | undefined;
    const lost = () => {
      dispatch({ kind: "lost" });
      clearTimeout(retry);
      if (!socket.active) retry = setTimeout(() => socket.connect(), REFUSED_RETRY_MS);
    };
    socket.on("connect", () => {
      dispatch({ kind: "connected" });
    });
    socket.on("disconnect", lost);
    socket.on("connect_error", lost);
    socket.on("prices", (event) => {
      dispatch({ kind: "prices", event });
    });
    const stopListening = listenToMyNews(socket, queries, user_id);
    socket.connect();
    return () => {
      clearTimeout(retry);
      stopListening();
      socket.off();
      socket.disconnect();
    };
  }, [socket, queries, user_id]);

  const refusal = useChannel({ socket, ...live }, "prices");
  return { socket, ...live, refusal };
}
