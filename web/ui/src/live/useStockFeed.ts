/** Depth, last trades and phase of one stock. Mount it anew for another stock. */

import { useEffect, useReducer } from "react";
import type { DepthEvent, PhaseEvent, PublicTrade, TradeEvent } from "../wire.ts";
import { applyDepth } from "./depth.ts";
import type { Depth } from "./depth.ts";
import { applyTrades } from "./tape.ts";
import { useChannel } from "./useChannel.ts";
import type { Connection } from "./connection.ts";

interface FeedState {
  depth: Depth | undefined;
  tape: PublicTrade[] | undefined;
  phase: PhaseEvent | undefined;
  /** Gaps met so far: each one asks for a new snapshot. */
  gaps: number;
}

export interface StockFeed extends FeedState {
  depthRefusal: string | undefined;
  tapeRefusal: string | undefined;
}

type News =
  | { kind: "depth"; event: DepthEvent }
  | { kind: "trade"; event: TradeEvent }
  | { kind: "phase"; event: PhaseEvent };

const NOTHING_YET: FeedState = { depth: undefined, tape: undefined, phase: undefined, gaps: 0 };

function reduce(feed: FeedState, news: News): FeedState {
  switch (news.kind) {
    case "depth": {
      const depth = applyDepth(feed.depth, news.event);
      const torn = depth?.gap === true && feed.depth?.gap === false;
      return { ...feed, depth, gaps: torn ? feed.gaps + 1 : feed.gaps };
    }
    case "trade":
      return { ...feed, tape: applyTrades(feed.tape, news.event) };
    case "phase":
      return { ...feed, phase: news.event };
  }
}

export function useStockFeed(connection: Connection, symbol: string): StockFeed {
  const { socket } = connection;
  const [feed, dispatch] = useReducer(reduce, NOTHING_YET);

  useEffect(() => {
    const onDepth = (event: DepthEvent) => {
      if (event.symbol === symbol) dispatch({ kind: "depth", event });
    };
    const onTrade = (event: TradeEvent) => {
      if (event.symbol === symbol) dispatch({ kind: "trade", event });
    };
    const onPhase = (event: PhaseEvent) => {
      if (event.symbol === symbol) dispatch({ kind: "phase", event });
    };
    socket.on("depth", onDepth);
    socket.on("trade", onTrade);
    socket.on("phase", onPhase);
    return () => {
      socket.off("depth", onDepth);
      socket.off("trade", onTrade);
      socket.off("phase", onPhase);
    };
  }, [socket, symbol]);

  const depthRefusal = useChannel(connection, { channel: "depth", symbol }, feed.gaps);
  const tapeRefusal = useChannel(connection, { channel: "trades", symbol });
  // Refused, there is no more to say than what the price list does.
  useChannel(connection, { channel: "phase", symbol });
  return { ...feed, depthRefusal, tapeRefusal };
}
