import { expect, test } from "vitest";
import { decimal } from "./decimal.ts";
import { estimate, validate } from "./ticket.ts";
import type { Ticket } from "./ticket.ts";
import type { Stock } from "./wire.ts";

const stock = { symbol: "ACME", tick_size: "0.05", lot_size: "10" } as Stock;
const ticket: Ticket = { side: "buy", type: "limit", quantity: "20", limit_price: "187.25" };

test("a sound limit order is sent as exact text", () => {
  expect(validate({ ...ticket, quantity: "020.0", limit_price: "187.250" }, stock)).toEqual({
    body: { symbol: "ACME", side: "buy", type: "limit", quantity: "20", limit_price: "187.25" },
  });
});

test("a market order has no price, whatever the field still holds", () => {
  expect(validate({ ...ticket, type: "market", limit_price: "nonsense" }, stock)).toEqual({
    body: { symbol: "ACME", side: "buy", type: "market", quantity: "20" },
  });
});

test.each([
  [{ quantity: "" }, { quantity: "Enter a quantity." }],
  [{ quantity: "0" }, { quantity: "The quantity must be more than zero." }],
  [{ quantity: "15" }, { quantity: "The quantity must be a multiple of 10." }],
  [{ quantity: "1e3" }, { quantity: "The quantity must be a plain number like 10 or 187.25." }],
  [{ limit_price: "187.26" }, { limit_price: "The limit price must be a multiple of 0.05." }],
  [
    { quantity: " ", limit_price: "-1" },
    {
      quantity: "Enter a quantity.",
      limit_price: "The limit price must be a plain number like 10 or 187.25.",
    },
  ],
])("%o is refused", (typed, complaints) => {
  expect(validate({ ...ticket, ...typed }, stock)).toEqual({ complaints });
});

test("the estimate is exact, and absent where the price is the market's", () => {
  expect(estimate(ticket)).toBe(decimal("3745"));
  expect(estimate({ ...ticket, type: "market" })).toBeUndefined();
});
