import { expect, test } from "vitest";
import type { Stock } from "../wire.ts";
import { pressed, sorted } from "./sorting.ts";

const stock = (symbol: string, last_price: string | null, change_percent: string | null) =>
  ({ symbol, last_price, change_percent, volume: "1" }) as Stock;

const stocks = [stock("B", "9", "-1.5"), stock("A", null, null), stock("C", "10", "0.2")];

test.each([
  [{ by: "symbol", falling: false }, "ABC"],
  [{ by: "symbol", falling: true }, "CBA"],
  [{ by: "last", falling: true }, "CBA"],
  [{ by: "last", falling: false }, "BCA"],
  [{ by: "change", falling: false }, "BCA"],
] as const)("%o", (order, expected) => {
  expect(
    sorted(stocks, order)
      .map(({ symbol }) => symbol)
      .join(""),
  ).toBe(expected);
});

test("a second press turns the order round, another column begins with its largest", () => {
  const first = pressed({ by: "symbol", falling: false }, "volume");
  expect(first).toEqual({ by: "volume", falling: true });
  expect(pressed(first, "volume").falling).toBe(false);
});
