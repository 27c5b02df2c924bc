import { expect, test } from "vitest";
import type { Order } from "../wire.ts";
import { linesOf, priceFormatOf } from "./lines.ts";

const order = { side: "sell", status: "open", quantity: "10", filled_quantity: "2" } as Order;

test.each([
  [{ type: "limit", limit_price: "200" }, ["Sell 8 at 200"]],
  [{ type: "stop", stop_price: "180" }, ["Sell 8, stop at 180"]],
  [{ type: "stop", stop_price: "180", triggered: true }, []],
  [
    { type: "stop_limit", stop_price: "180", limit_price: "179" },
    ["Sell 8 at 179", "Sell 8, stop at 180"],
  ],
  [
    { type: "stop_limit", stop_price: "180", limit_price: "179", triggered: true },
    ["Sell 8 at 179"],
  ],
  [
    { type: "oco", limit_price: "200", stop_price: "180", stop_limit_price: "179" },
    ["Sell 8 at 200", "Sell 8, stop at 180"],
  ],
] as [Partial<Order>, string[]][])("of %o is drawn %o", (part, lines) => {
  expect(linesOf({ ...order, ...part }).map(({ title, at }) => `${title} at ${at}`)).toEqual(lines);
});

test("an axis has the stock's decimals, and cents at least", () => {
  const format = (tick: string) => Object.values(priceFormatOf(tick));
  expect(format("0.0005")).toEqual(["price", 4, 0.0005]);
  expect(format("1")).toEqual(["price", 2, 1]);
});
