/** The candles of one stock and interval as they come, and older ones when they are asked for. */

import { useEffect, useReducer, useRef } from "react";
import { useSeat } from "../seat.ts";
import type { Candle, Candles, CandlesEvent, Interval } from "../wire.ts";
import { withCandles, withOlder, withSnapshot } from "./candles.ts";
import { useLive } from "./live.ts";
import { useChannel } from "./useChannel.ts";

const CANDLES_PER_PAGE = 300;
/** Some weeks of minutes: nobody scrolls further, and a chart must not grow for ever. */
const CANDLES_MAX = 5_000;

interface Feed {
  /** Undefined until the first snapshot. */
  candles: Candle[] | undefined;
  /** There is nothing before the first of them. */
  complete: boolean;
}

type News =
  { kind: "event"; event: CandlesEvent } | { kind: "older"; before: string; items: Candle[] };

function reduce(feed: Feed, news: News): Feed {
  switch (news.kind) {
    case "event": {
      const { snapshot, items } = news.event;
      const known = feed.candles;
      if (!snapshot) return known ? { ...feed, candles: withCandles(known, items) } : feed;
      const candles = withSnapshot(known ?? [], items);
      return { candles, complete: feed.complete && candles[0]?.at === known?.[0]?.at };
    }
    case "older": {
      // Asked for before a snapshot that does not reach so far back: there would be a hole.
      if (feed.candles?.[0]?.at !== news.before) return feed;
      const candles = withOlder(feed.candles, news.items);
      const complete = news.items.length === 0 || candles.length >= CANDLES_MAX;
      return { candles, complete };
    }
  }
}

/** Mount it anew for another stock or interval. */
export function useCandleFeed(symbol: string, interval: Interval) {
  const live = useLive();
  const { ask } = useSeat();
  const { socket } = live;
  const [feed, dispatch] = useReducer(reduce, { candles: undefined, complete: false });
  const asking = useRef(false);

  useEffect(() => {
    const onCandles = (event: CandlesEvent) => {
      if (event.symbol === symbol && event.interval === interval)
        dispatch({ kind: "event", event });
    };
    socket.on("candles", onCandles);
    return () => {
      socket.off("candles", onCandles);
    };
  }, [socket, symbol, interval]);

  const refusal = useChannel(live, { channel: "candles", symbol, interval });
  const first = feed.candles?.[0]?.at;

  const askForOlder = () => {
    if (first === undefined || feed.complete || asking.current) return;
    asking.current = true;
    const query = new URLSearchParams({ interval, to: first, limit: String(CANDLES_PER_PAGE) });
    ask<Candles>("GET", `stocks/${symbol}/candles?${query.toString()}`)
      .then(({ items }) => {
        dispatch({ kind: "older", before: first, items });
      })
      // The chart shows what there is; scrolling on asks again.
      .catch(() => undefined)
      .finally(() => {
        asking.current = false;
      });
  };

  return { ...feed, refusal, askForOlder };
}
