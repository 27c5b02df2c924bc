import { expect, test } from "vitest";
import { averagePrice, ownAtPrice, preview, quantityForShare, sweep } from "./cost.ts";
import { decimal, toWire } from "./decimal.ts";
import { BLANK } from "./ticket.ts";
import type { Level, Portfolio, Stock } from "./wire.ts";

const stock = {
  symbol: "ACME",
  tick_size: "0.01",
  lot_size: "5",
  last_price: "100",
  previous_close: "90",
} as Stock;

const portfolio = {
  cash: { total: "1000", held: "0", available: "1000" },
  holdings: [{ symbol: "ACME", available: "23" }],
} as Portfolio;

const asks: Level[] = [
  ["10", "5"],
  ["10.5", "10"],
];
const depth = { bids: [["9", "100"]] as Level[], asks, last: 1, gap: false };

test("a market order takes the best prices first, and only what is there", () => {
  const some = sweep(asks, decimal("7"));
  expect(toWire(some.cost)).toBe("71");
  expect(averagePrice(some)).toBe(decimal("71") / 7n);
  const more = sweep(asks, decimal("99"));
  expect(toWire(more.filled)).toBe("15");
  expect(averagePrice(sweep([], decimal("1")))).toBeUndefined();
});

test("what is left of the cash is what is there less what it costs", () => {
  const ticket = { ...BLANK, quantity: "20", limit_price: "30" };
  const { cost, left } = preview(ticket, stock, undefined, portfolio);
  expect([cost, left].map((value) => value !== undefined && toWire(value))).toEqual(["600", "400"]);
});

test("a seller has shares left, and a market order costs what the depth gives", () => {
  const ticket = { ...BLANK, side: "sell", type: "market", quantity: "3" } as const;
  const { cost, left } = preview(ticket, stock, depth, portfolio);
  expect([cost, left].map((value) => value !== undefined && toWire(value))).toEqual(["27", "20"]);
});

test("a share of the buying power is whole lots, and never more than there is", () => {
  const limit = { ...BLANK, limit_price: "30" };
  expect(quantityForShare(100n, limit, stock, portfolio)).toBe("30");
  expect(quantityForShare(25n, limit, stock, portfolio)).toBe("5");
  expect(quantityForShare(50n, { ...limit, side: "sell" }, stock, portfolio)).toBe("10");
  // 1000 at 100, and 5 % more are held: nine would do, a lot is five.
  expect(quantityForShare(100n, { ...BLANK, type: "market" }, stock, portfolio)).toBe("5");
});

test("my own orders are summed by price, however it is written", () => {
  const order = { symbol: "ACME", side: "buy" as const, quantity: "5" };
  const own = ownAtPrice([
    { ...order, limit_price: "10.0" },
    { ...order, limit_price: "10" },
    { ...order, limit_price: null },
  ]);
  expect(own.get(decimal("10"))).toBe(decimal("10"));
  expect(own.size).toBe(1);
});
