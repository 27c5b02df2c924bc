import { expect, test } from "vitest";
import { applyChange, dayProfit, valued } from "./portfolio.ts";
import type { HoldingChange, Portfolio, Quote } from "./wire.ts";

const cash = { total: "1000", held: "0", available: "1000" };

function holding(symbol: string, quantity: string): HoldingChange {
  const average_cost = "10";
  return { symbol, quantity, held: "0", available: quantity, average_cost, realised_profit: "0" };
}

const portfolio: Portfolio = {
  user_id: "ann",
  cash,
  holdings: [
    { ...holding("ACME", "5"), last_price: "12", market_value: "60", unrealised_profit: "10" },
  ],
  realised_profit: "0",
  unrealised_profit: "10",
  market_value: "60",
  total_value: "1060",
};

test("a change replaces its holding, adds a new one and leaves the rest", () => {
  const next = applyChange(portfolio, {
    seq: 1,
    user_id: "ann",
    cash: { ...cash, total: "950" },
    holdings: [holding("BOLT", "3")],
  });
  expect(next.cash.total).toBe("950");
  expect(next.holdings.map(({ symbol, quantity }) => [symbol, quantity])).toEqual([
    ["ACME", "5"],
    ["BOLT", "3"],
  ]);
});

test("somebody else's change is not mine", () => {
  expect(applyChange(portfolio, { seq: 1, user_id: "bob", cash, holdings: [] })).toBe(portfolio);
});

test("live prices decide what it is worth; sold-out holdings disappear", () => {
  const sold = applyChange(portfolio, {
    seq: 1,
    user_id: "ann",
    cash,
    holdings: [holding("BOLT", "0")],
  });
  const quotes = new Map([["ACME", { symbol: "ACME", last_price: "9.5" } as Quote]]);
  const now = valued(sold, quotes);
  expect(now.holdings).toHaveLength(1);
  expect(now.holdings[0]).toMatchObject({ market_value: "47.5", unrealised_profit: "-2.5" });
  expect(now.total_value).toBe("1047.5");
  expect(now.unrealised_profit).toBe("-2.5");
});

test("today's profit is what today's changes did to what is owned", () => {
  const quote = (symbol: string, change: string | null) => ({ symbol, change }) as Quote;
  const quotes = new Map([
    ["ACME", quote("ACME", "-0.5")],
    ["BOLT", quote("BOLT", "9")],
  ]);
  expect(dayProfit(portfolio, quotes)).toBe("-2.5");
  expect(dayProfit(portfolio, new Map([["ACME", quote("ACME", null)]]))).toBe("0");
});
