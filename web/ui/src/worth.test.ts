import { expect, test } from "vitest";
import { toWire } from "./decimal.ts";
import type { Candle, Portfolio } from "./wire.ts";
import { intervalFor, pastWorth, readLedger } from "./worth.ts";

const MINUTE = 60_000;
const at = (minute: number) => new Date(minute * MINUTE).toISOString();

const candle = (minute: number, open: string, close: string) =>
  ({ at: at(minute), open, close }) as Candle;

const portfolio = {
  cash: { total: "400" },
  holdings: [{ symbol: "ACME", quantity: "10" }],
} as Portfolio;

const ledger = [
  { amount: "1000", at: at(0) },
  { symbol: "ACME", amount: "10", at: at(2.5) },
  { amount: "-600", at: at(2.5) },
];

function worth(movements = ledger, candles: Candle[] = []) {
  const points = pastWorth(portfolio, movements, new Map([["ACME", candles]]), "1m", 4.5 * MINUTE);
  return points.map(({ at_ms, worth }) => `${at_ms / MINUTE}: ${toWire(worth)}`);
}

test("before a purchase there was cash, after it shares at the closes of then", () => {
  const candles = [candle(1, "50", "55"), candle(2, "55", "58"), candle(3, "58", "59")];
  expect(worth(ledger, candles)).toEqual(["1: 1000", "2: 1000", "3: 980", "4: 990"]);
});

test("before the first candle its open stands in, and without any there is no value", () => {
  expect(worth(ledger, [candle(4, "57", "60")])).toContain("3: 970");
  expect(worth(ledger, [])).toContain("3: 400");
});

test("the order of the ledger does not matter", () => {
  const candles = [candle(1, "50", "55")];
  expect(worth(ledger.toReversed(), candles)).toEqual(worth(ledger, candles));
});

test("an account without a ledger has no past", () => {
  expect(worth([])).toEqual([]);
});

test("the ledger's file is read by its header", () => {
  const csv =
    "entry_id,kind,symbol,amount,reference,at\n1.0,deposit,,10,r,T1\n2.0,trade,ACME,-3,r,T2\n";
  expect(readLedger(csv)).toEqual([
    { amount: "10", at: "T1" },
    { symbol: "ACME", amount: "-3", at: "T2" },
  ]);
});

test("the older the account, the coarser the chart", () => {
  const days = [0.1, 1, 4, 15, 300].map((days) => intervalFor(days * 86_400_000));
  expect(days).toEqual(["1m", "5m", "15m", "1h", "1d"]);
});
