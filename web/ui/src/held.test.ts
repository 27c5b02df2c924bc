/** Against the figures of the services' own tests: what is told here is what they hold. */

import { expect, test } from "vitest";
import { decimal, toWire, ZERO } from "./decimal.ts";
import { collared, feeOf, heldFor, valueWithin, worstPrice } from "./held.ts";
import { BLANK } from "./ticket.ts";
import type { Ticket } from "./ticket.ts";
import type { MarketTerms, Side, Stock } from "./wire.ts";

function terms(maker: number, taker: number): MarketTerms {
  return {
    maker_fee_basis_points: maker,
    taker_fee_basis_points: taker,
    market_collar_basis_points: 500,
  };
}

// portfolio/src/domain/scenarios: "the changed order may cost 111.1 with its fee", and the others.
test.each([
  [0, 100, "10", "11", "111.1"],
  [10, 10, "1", "10", "10.01"],
  [10, 100, "10", "100", "1010"],
  [10, 25, "33", "0.33", "10.917225"],
])("fees of %i and %i: %s at %s hold %s", (maker, taker, quantity, price, held) => {
  expect(toWire(heldFor(decimal(quantity), decimal(price), terms(maker, taker)))).toBe(held);
});

// portfolio/src/domain/scenarios/fees.rs: fills of 1 and 32 at 0.33, the house has 0.038115.
test("fees are cut off, and those of the parts are no more than that of the whole", () => {
  const of = (value: string, rate: number) => feeOf(decimal(value), rate);
  expect(toWire(of("0.33", 10) + of("10.56", 10) + of("0.33", 25) + of("10.56", 25))).toBe(
    "0.038115",
  );
  expect(toWire(of("0.000399", 25))).toBe("0");
});

// ordering/src/handlers/scenarios/intake.rs: market orders bind up to the collar.
test.each([
  ["0.05", "0.05", "buy", "0.1"],
  ["0.05", "0.05", "sell", "0.05"],
  ["187", "0.01", "buy", "196.35"],
  ["100.01", "0.01", "buy", "105.02"],
  ["100.01", "0.01", "sell", "95"],
  ["1000000", "0.01", "buy", "1000000"],
] as [string, string, Side, string][])("from %s by ticks of %s a %s binds to %s", (...row) => {
  const [price, tick, side, bound] = row;
  expect(toWire(collared(decimal(price), side, decimal(tick), 500))).toBe(bound);
});

// ordering/src/handlers/scenarios/stops.rs.
test.each([
  [{ type: "stop", side: "sell", stop_price: "180" }, "187", "171"],
  [{ type: "stop", side: "buy", stop_price: "190.01" }, "187", "199.52"],
  [{ type: "stop_limit", side: "buy", stop_price: "190", limit_price: "191" }, "187", "191"],
  [{ type: "trailing_stop", side: "sell", trail_amount: "5" }, "200", "185.25"],
  [{ type: "oco", side: "buy", limit_price: "180", stop_price: "190.01" }, "187", "199.52"],
] as [Partial<Ticket>, string, string][])("%o binds from %s to %s", (ticket, last, bound) => {
  const stock = { tick_size: "0.01", last_price: last } as Stock;
  expect(worstPrice({ ...BLANK, ...ticket }, stock, terms(0, 0))).toBe(decimal(bound));
});

test("as much as the cash allows is held with it, and not a millionth more", () => {
  for (const rate of [0, 1, 25, 333, 10_000]) {
    for (const cash of ["0", "0.000001", "0.01", "999.999999", "123456.789"].map(decimal)) {
      const value = valueWithin(cash, terms(0, rate));
      expect(value + feeOf(value, rate) <= cash && value >= ZERO).toBe(true);
      expect(value + 1n + feeOf(value + 1n, rate) > cash).toBe(true);
    }
  }
});
