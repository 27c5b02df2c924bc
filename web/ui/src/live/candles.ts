/** The candles of one stock and interval, oldest first, from what REST and the socket say. */

import type { Candle } from "../wire.ts";

/** News about a candle replace it. */
export function withCandles(known: Candle[], news: Candle[]): Candle[] {
  const byTime = new Map([...known, ...news].map((candle) => [Date.parse(candle.at), candle]));
  return [...byTime].sort(([a], [b]) => a - b).map(([, candle]) => candle);
}

/** What came before puts nothing newer aside. */
export function withOlder(known: Candle[], older: Candle[]): Candle[] {
  return withCandles(older, known);
}
