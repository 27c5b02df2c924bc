import { expect, test } from "vitest";
import { age, averagePrice, price, quantity, signedQuantity, summary, terms } from "./show.ts";
import type { Order } from "./wire.ts";

const order = {
  side: "sell",
  quantity: "10",
  symbol: "ACME",
  type: "limit",
  time_in_force: "gtc",
} as Order;

test.each([
  [{}, "Sell 10 ACME at market"],
  [{ limit_price: "187.25" }, "Sell 10 ACME at 187.25"],
  [{ stop_price: "180" }, "Sell 10 ACME, stop at 180.00"],
  [{ trail_amount: "2" }, "Sell 10 ACME, trailing stop by 2.00"],
  [{ limit_price: "200", stop_price: "180" }, "Sell 10 ACME at 200.00, stop at 180.00"],
] as [Partial<Order>, string][])("%o: %s", (part, text) => {
  expect(summary({ ...order, ...part })).toBe(text);
});

test.each([
  [{}, []],
  [{ type: "market", time_in_force: "ioc" }, []],
  [{ time_in_force: "fok" }, ["fill or kill"]],
  [{ time_in_force: "day", post_only: true }, ["day", "post-only"]],
  [{ post_only: true, reprice: true }, ["post-only, repriced"]],
  [{ display_quantity: "5" }, ["shows 5 at a time"]],
  [{ stop_limit_price: "179" }, ["at 179.00 once stopped"]],
  [
    { take_profit_price: "200", stop_loss_price: "180" },
    ["take profit at 200.00", "stop loss at 180.00"],
  ],
  [{ self_trade_prevention: "cancel_both" }, ["self-trade: cancel both"]],
] as [Partial<Order>, string[]][])("%o: %o", (part, all) => {
  expect(terms({ ...order, ...part })).toEqual(all);
});

test.each([
  [-5, "0 s"],
  [59, "59 s"],
  [60, "1 min"],
  [3_599, "59 min"],
  [3_600, "1 h"],
  [86_399, "23 h"],
  [200_000, "2 d"],
])("%d seconds ago: %s", (seconds, text) => {
  const now = Date.parse("2026-11-28T12:00:00Z");
  expect(age(new Date(now - seconds * 1_000).toISOString(), now)).toBe(text);
});

test("amounts have the decimals of their stock, and lose none", () => {
  expect(["187.5", "0.0305", "0.03051"].map((text) => price(text, "0.0001"))).toEqual([
    "187.5000",
    "0.0305",
    "0.03051",
  ]);
  expect([price("187", "1"), price("187.5"), price(null, "1")]).toEqual(["187.00", "187.50", "–"]);
  expect([quantity("1.5", "0.0001"), quantity("10", "1"), quantity("0.5")]).toEqual([
    "1.5000",
    "10",
    "0.5",
  ]);
  expect(signedQuantity("2", "0.1")).toBe("+2.0");
});

test("an average is rounded to a price", () => {
  expect([averagePrice("0.031249", "0.0001"), averagePrice("187.333333")]).toEqual([
    "0.0312",
    "187.33",
  ]);
});
