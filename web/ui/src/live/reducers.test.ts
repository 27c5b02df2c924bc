import { expect, test } from "vitest";
import type { PricesEvent, PublicTrade, Quote, TradeEvent } from "../wire.ts";
import { applyPrices, outdatesList } from "./prices.ts";
import { applyTrades } from "./tape.ts";

function prices(sequence: number, snapshot: boolean, quotes: Record<string, string>): PricesEvent {
  const items = Object.entries(quotes).map(
    ([symbol, last_price]) => ({ symbol, last_price }) as Quote & { at: string },
  );
  return { sequence, snapshot, items };
}

test("prices: a snapshot, then changes; old news is dropped", () => {
  let known = applyPrices(undefined, prices(4, false, { ACME: "1" }));
  expect(known).toBeUndefined();
  known = applyPrices(known, prices(5, true, { ACME: "10", BOLT: "20" }));
  known = applyPrices(known, prices(6, false, { ACME: "11" }));
  known = applyPrices(known, prices(5, false, { BOLT: "1" }));
  expect(known?.quotes.get("ACME")?.last_price).toBe("11");
  expect(known?.quotes.get("BOLT")?.last_price).toBe("20");
});

test("a stock without a phase trades; one that trades again is not halted any more", () => {
  const halted = prices(1, true, { ACME: "10", BOLT: "20" });
  halted.items = halted.items.map((item, n) => (n === 0 ? { ...item, phase: "halted" } : item));
  const known = applyPrices(undefined, halted);
  expect(known?.quotes.get("ACME")?.phase).toBe("halted");
  expect(known?.quotes.get("BOLT")?.phase).toBe("continuous");
  const later = applyPrices(known, prices(2, false, { ACME: "10" }));
  expect(later?.quotes.get("ACME")?.phase).toBe("continuous");
});

test("a stock that is new, halted or resumed makes the list of stocks old, and another price does not", () => {
  const halted = prices(2, false, { BOLT: "20" });
  halted.items = halted.items.map((item) => ({ ...item, phase: "halted" }));
  const first = prices(1, true, { ACME: "10", BOLT: "20" });
  const open = applyPrices(undefined, first)?.quotes ?? new Map<string, Quote>();
  const paused = applyPrices({ quotes: open, sequence: 1 }, halted)?.quotes ?? open;
  expect(outdatesList(new Map(), first)).toBe(false);
  expect(outdatesList(open, prices(2, false, { ACME: "11" }))).toBe(false);
  expect(outdatesList(open, prices(2, false, { NEWS: "1" }))).toBe(true);
  expect(outdatesList(open, halted)).toBe(true);
  expect(outdatesList(paused, halted)).toBe(false);
  expect(outdatesList(paused, prices(3, false, { BOLT: "20" }))).toBe(true);
});

function trades(snapshot: boolean, ...seconds: number[]): TradeEvent {
  const items = seconds.map(
    (second) => ({ trade_id: `t${second}`, at: `2026-01-01T00:00:0${second}Z` }) as PublicTrade,
  );
  return { symbol: "ACME", sequence: 1, snapshot, items };
}

test("the tape keeps the newest first and each trade once", () => {
  const tape = applyTrades(applyTrades(undefined, trades(true, 1, 2)), trades(false, 2, 4, 3));
  expect(tape?.map(({ trade_id }) => trade_id)).toEqual(["t4", "t3", "t2", "t1"]);
});

test("trades before the snapshot wait for it", () => {
  expect(applyTrades(undefined, trades(false, 1))).toBeUndefined();
});
