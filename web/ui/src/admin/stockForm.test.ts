import { expect, test } from "vitest";
import type { Stock } from "../wire.ts";
import { changeOf, complaintsAbout, instrumentOf, rulesOf, textOf } from "./stockForm.ts";

const stock = {
  symbol: "ACME",
  name: "Acme",
  currency: "USD",
  tick_size: "0.01",
  lot_size: "1",
  previous_close: "10",
  state: "open",
  rules: {
    hours: { days: ["monday", "friday"], opens: "14:30", closes: "21:00" },
    price_band: { basis_points: 500, limit_state_seconds: 15, halt_seconds: 300 },
    auction_seconds: 60,
  },
} as Stock;

test("what is read from a stock is the same stock again", () => {
  const { symbol, name, currency, tick_size, lot_size, previous_close, state, rules } = stock;
  const same = { symbol, name, currency, tick_size, lot_size, previous_close, state, rules };
  expect(instrumentOf(textOf(stock))).toEqual(same);
  expect(changeOf(textOf(stock), stock)).toEqual({});
});

test("only what changed is sent, rules as a whole", () => {
  const text = { ...textOf(stock), name: "Acme Inc.", auction_seconds: "" };
  const { hours, price_band } = stock.rules ?? {};
  expect(changeOf(text, stock)).toEqual({ name: "Acme Inc.", rules: { hours, price_band } });
});

test("a stock without rules has none, and taking them all away says so", () => {
  const without = { ...textOf(undefined), symbol: "b", name: "B", previous_close: "1" };
  expect(rulesOf(without)).toBeUndefined();
  expect(instrumentOf(without)).not.toHaveProperty("rules");
  const bare = { ...textOf(undefined), name: "Acme", previous_close: "10", symbol: "ACME" };
  expect(changeOf(bare, stock)).toEqual({ rules: {} });
});

test("a rule that is no whole number is complained about, rather than taken away", () => {
  const seconds = (auction_seconds: string) =>
    complaintsAbout({ ...textOf(stock), auction_seconds });
  expect([seconds("60"), seconds(" "), complaintsAbout(textOf(undefined))]).toEqual([{}, {}, {}]);
  for (const text of ["60s", "1.5", "-1"])
    expect(seconds(text)).toEqual({ auction_seconds: "Enter whole seconds, like 60." });
  expect(complaintsAbout({ ...textOf(stock), basis_points: "5 %" })).toHaveProperty("basis_points");
});
