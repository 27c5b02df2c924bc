import { expect, test } from "vitest";
import { validateWish } from "./amendment.ts";
import type { Order, Stock } from "./wire.ts";

const stock = { symbol: "ACME", tick_size: "0.05", lot_size: "10" } as Stock;
const order = { quantity: "50", filled_quantity: "20", limit_price: "187.25" } as Order;

test.each([
  [{ quantity: "50.0", limit_price: "187.250" }, {}],
  [{ quantity: "40", limit_price: "187.25" }, { quantity: "40" }],
  [{ quantity: "50", limit_price: "187.3" }, { limit_price: "187.3" }],
  [
    { quantity: "30", limit_price: "1" },
    { quantity: "30", limit_price: "1" },
  ],
])("of %o only %o is sent", (wish, change) => {
  expect(validateWish(wish, order, stock)).toEqual({ change });
});

test.each([
  [
    { quantity: "", limit_price: "1.01" },
    {
      quantity: "Enter a quantity.",
      limit_price: "The limit price must be a multiple of 0.05.",
    },
  ],
  [
    { quantity: "20", limit_price: "187.25" },
    { quantity: "The quantity must be more than the 20 that were filled." },
  ],
])("%o is refused", (wish, complaints) => {
  expect(validateWish(wish, order, stock)).toEqual({ complaints });
});
