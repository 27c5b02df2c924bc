/** Depth and phase of one stock. Mount it anew for another stock. */

import { useEffect, useReducer } from "react";
import type { DepthEvent, PhaseEvent } from "../wire.ts";
import { applyDepth } from "./depth.ts";
import type { Depth } from "./depth.ts";
import { useChannel } from "./useChannel.ts";
import type { Connection } from "./connection.ts";

interface FeedState {
  depth: Depth | undefined;
  phase: PhaseEvent | undefined;
  /** Gaps met so far: each one asks for a new snapshot. */
  gaps: number;
}

export interface StockFeed extends FeedState {
  depthRefusal: string | undefined;
}

type News = { kind: "depth"; event: DepthEvent } | { kind: "phase"; event: PhaseEvent };

const NOTHING_YET: FeedState = { depth: undefined, phase: undefined, gaps: 0 };

function reduce(feed: FeedState, news: News): FeedState {
  switch (news.kind) {
    case "depth": {
      const depth = applyDepth(feed.depth, news.event);
      const torn = depth?.gap === true && feed.depth?.gap === false;
      return { ...feed, depth, gaps: torn ? feed.gaps + 1 : feed.gaps };
    }
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
    const onPhase = (event: PhaseEvent) => {
      if (event.symbol === symbol) dispatch({ kind: "phase", event });
    };
    socket.on("depth", onDepth);
    socket.on("phase", onPhase);
    return () => {
      socket.off("depth", onDepth);
      socket.off("phase", onPhase);
    };
  }, [socket, symbol]);

  const depthRefusal = useChannel(connection, { channel: "depth", symbol }, feed.gaps);
  // Refused, there is no more to say than what the price list does.
  useChannel(connection, { channel: "phase", symbol });
  return { ...feed, depthRefusal };
}
