/** The candles of one stock and interval, oldest first, from what REST and the socket say. */

import type { Candle } from "../wire.ts";

/** News about a candle replace it. */
export function withCandles(known: Candle[], news: Candle[]): Candle[] {
  const byTime = new Map([...known, ...news].map((candle) => [Date.parse(candle.at), candle]));
  return [...byTime].sort(([a], [b]) => a - b).map(([, candle]) => candle);
}

/**
 * A snapshot has the newest: what came before it stays where the two meet, and nothing does where
 * there would be a hole between them.
 */
export function withSnapshot(known: Candle[], snapshot: Candle[]): Candle[] {
  const [last, first] = [known.at(-1), snapshot[0]];
  if (last === undefined || first === undefined) return snapshot;
  return Date.parse(first.at) <= Date.parse(last.at) ? withCandles(known, snapshot) : snapshot;
}

/** What came before puts nothing newer aside. */
export function withOlder(known: Candle[], older: Candle[]): Candle[] {
  return withCandles(older, known);
}
