/** What an account was worth, worked out backwards: from now, through its ledger, at the closes of then. */

import { decimal, times, ZERO } from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import type { Candle, Interval, LedgerEntry, Portfolio } from "./wire.ts";

export interface Worth {
  at_ms: number;
  worth: Decimal;
}

export type Movement = Pick<LedgerEntry, "symbol" | "amount" | "at">;

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Fine enough to see something, coarse enough for one page of candles. */
export function intervalFor(age_ms: number): Interval {
  if (age_ms <= 8 * HOUR_MS) return "1m";
  if (age_ms <= 40 * HOUR_MS) return "5m";
  if (age_ms <= 5 * DAY_MS) return "15m";
  return age_ms <= 20 * DAY_MS ? "1h" : "1d";
}

export const INTERVAL_MS: Record<Interval, number> = {
  "1m": 60_000,
  "5m": 300_000,
  "15m": 900_000,
  "1h": HOUR_MS,
  "4h": 4 * HOUR_MS,
  "1d": DAY_MS,
  "1w": 7 * DAY_MS,
};

/** The lines of the ledger's file. None of its fields can have a comma. */
export function readLedger(csv: string): Movement[] {
  const [header = "", ...lines] = csv.trim().split(/\r?\n/);
  const column = new Map(header.split(",").map((name, n) => [name, n]));
  return lines
    .filter((line) => line !== "")
    .map((line) => {
      const fields = line.split(",");
      const field = (name: string) => fields[column.get(name) ?? -1] ?? "";
      const symbol = field("symbol");
      return { amount: field("amount"), at: field("at"), ...(symbol !== "" && { symbol }) };
    });
}

/** Oldest first: the end of each interval since the first movement. */
export function pastWorth(
  { cash: { total }, holdings }: Pick<Portfolio, "cash" | "holdings">,
  movements: Movement[],
  candles: ReadonlyMap<string, Candle[]>,
  interval: Interval,
  now_ms: number,
): Worth[] {
  const first = movements.map(({ at }) => Date.parse(at)).reduce((a, b) => Math.min(a, b), now_ms);
  const step = INTERVAL_MS[interval];
  const newest = movements.toSorted((a, b) => Date.parse(b.at) - Date.parse(a.at));
  const owned = new Map(holdings.map(({ symbol, quantity }) => [symbol, decimal(quantity)]));
  const closes = new Map([...candles].map(([symbol, all]) => [symbol, all.map(closeOf(step))]));
  let cash = decimal(total);
  let undone = 0;
  const points: Worth[] = [];

  for (let at_ms = Math.floor(now_ms / step) * step; at_ms > first; at_ms -= step) {
    for (let next = newest[undone]; next && Date.parse(next.at) > at_ms; next = newest[undone]) {
      undone += 1;
      const amount = decimal(next.amount);
      if (next.symbol === undefined) cash -= amount;
      else owned.set(next.symbol, (owned.get(next.symbol) ?? ZERO) - amount);
    }
    points.push({ at_ms, worth: cash + atCloses(owned, closes, at_ms) });
  }
  return points.reverse();
}

interface Close {
  /** A candle's close is known at its end. */
  at_ms: number;
  close: string;
  open: string;
}

function closeOf(step: number) {
  return ({ at, open, close }: Candle): Close => ({ at_ms: Date.parse(at) + step, open, close });
}

function atCloses(
  owned: ReadonlyMap<string, Decimal>,
  closes: ReadonlyMap<string, Close[]>,
  at_ms: number,
): Decimal {
  let sum = ZERO;
  for (const [symbol, quantity] of owned) {
    if (quantity === ZERO) continue;
    const known = closes.get(symbol) ?? [];
    // Before the first one its open has to do.
    const price = known.findLast((close) => close.at_ms <= at_ms)?.close ?? known[0]?.open;
    if (price !== undefined) sum += times(quantity, decimal(price));
  }
  return sum;
}
