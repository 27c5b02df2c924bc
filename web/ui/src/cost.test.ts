import { expect, test } from "vitest";
import { averagePrice, ownAtPrice, preview, quantityForShare, sweep } from "./cost.ts";
import { decimal, toWire } from "./decimal.ts";
import { BLANK } from "./ticket.ts";
import type { Ticket } from "./ticket.ts";
import type { Level, MarketTerms, Order, Portfolio, Stock } from "./wire.ts";

const stock = {
  symbol: "ACME",
  tick_size: "0.01",
  lot_size: "5",
  last_price: "100",
  previous_close: "90",
  phase: "continuous",
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

const terms: MarketTerms = {
  maker_fee_basis_points: 10,
  taker_fee_basis_points: 25,
  market_collar_basis_points: 500,
};

/** As the ticket shows it. */
function seen(part: Partial<Ticket>, over: Partial<Stock> = {}) {
  const now = preview({ ...BLANK, ...part }, { ...stock, ...over }, depth, portfolio, terms);
  const text = (value: bigint | undefined) => (value === undefined ? "–" : toWire(value));
  const { cost, fee, total, held, left, exceeds } = now;
  const of = fee === undefined ? "no fee" : `${fee.of} ${text(fee.amount)}`;
  return [cost, total, held, left]
    .map(text)
    .concat(of, exceeds ? "too much" : "fits")
    .join(", ");
}

test.each([
  // What rests pays as a maker, but is held for as if it took.
  [{ quantity: "20", limit_price: "9" }, "180, 180.18, 180.45, 819.82, maker 0.18, fits"],
  // What crosses takes the better prices first.
  [{ quantity: "5", limit_price: "11" }, "50, 50.125, 55.1375, 949.875, taker 0.125, fits"],
  [{ quantity: "20", limit_price: "10" }, "200, 200.275, 200.5, 799.725, both 0.275, fits"],
  [
    { quantity: "20", limit_price: "10", post_only: true },
    "200, 200.2, 200.5, 799.8, maker 0.2, fits",
  ],
  // What does not wait is canceled.
  [
    { quantity: "20", limit_price: "10", time_in_force: "ioc" },
    "50, 50.125, 200.5, 949.875, taker 0.125, fits",
  ],
  [{ quantity: "200", limit_price: "9" }, "1800, 1801.8, 1804.5, -801.8, maker 1.8, too much"],
  // The last price is 100, and 5 % more are held.
  [
    { type: "market", quantity: "10" },
    "102.5, 102.75625, 1052.625, 897.24375, taker 0.25625, too much",
  ],
  // Nobody bids within 5 % of it.
  [{ side: "sell", type: "market", quantity: "3" }, "0, 0, –, 20, taker 0, fits"],
  [{ side: "sell", quantity: "3", limit_price: "9" }, "27, 26.9325, –, 20, taker 0.0675, fits"],
  [
    { side: "sell", quantity: "24", limit_price: "12" },
    "288, 287.712, –, -1, maker 0.288, too much",
  ],
  // Its exit buys back: at 110 and up to 5 % above.
  [
    { side: "sell", quantity: "5", limit_price: "12", stop_loss_price: "110" },
    "60, 59.94, 578.94375, 18, maker 0.06, fits",
  ],
  [
    { type: "stop", quantity: "5", stop_price: "110" },
    "550, 551.375, 578.94375, 448.625, taker 1.375, fits",
  ],
  [
    { type: "stop_limit", quantity: "5", stop_price: "110", limit_price: "111" },
    "555, 556.3875, 556.3875, 443.6125, worst 1.3875, fits",
  ],
  [
    { type: "oco", quantity: "5", stop_price: "110", limit_price: "90" },
    "550, 551.375, 578.94375, 448.625, worst 1.375, fits",
  ],
  [
    { type: "trailing_stop", quantity: "5", trail_amount: "5" },
    "–, –, 552.628125, –, no fee, fits",
  ],
  [{ quantity: "5" }, "–, –, –, –, no fee, fits"],
] as [Partial<Ticket>, string][])("%o comes to %s", (ticket, expected) => {
  expect(seen(ticket)).toBe(expected);
});

test("while a stock does not trade, everything rests", () => {
  const ticket = { quantity: "5", limit_price: "11" };
  expect(seen(ticket, { phase: "auction" })).toBe(
    "55, 55.055, 55.1375, 944.945, maker 0.055, fits",
  );
});

test("without the terms there is no fee, and nothing is made up", () => {
  const ticket = { ...BLANK, quantity: "5", limit_price: "9" };
  const { cost, fee, total, left } = preview(ticket, stock, depth, portfolio, undefined);
  expect([cost, fee, total, left]).toEqual([decimal("45"), undefined, undefined, undefined]);
});

test("a share of the buying power is whole lots, and leaves room for the fee", () => {
  const limit = { ...BLANK, limit_price: "20" };
  const share = (percent: bigint, ticket: Ticket) =>
    quantityForShare(percent, ticket, stock, portfolio, terms);
  // 50 would be all of it, without the fee.
  expect(share(100n, limit)).toBe("45");
  expect(share(25n, limit)).toBe("10");
  expect(share(50n, { ...limit, side: "sell" })).toBe("10");
  // 1000 at 100, and 5 % more are held: nine would do, a lot is five.
  expect(share(100n, { ...BLANK, type: "market" })).toBe("5");
  expect(share(100n, BLANK)).toBeUndefined();
});

test("what is left of my own orders is summed by price, however it is written", () => {
  const order = { type: "limit", status: "open", quantity: "5", filled_quantity: "1" } as Order;
  const own = ownAtPrice([
    { ...order, limit_price: "10.0" },
    { ...order, limit_price: "10" },
    { ...order, limit_price: "10", type: "stop_limit" },
    { ...order, limit_price: "11", status: "pending" },
  ]);
  expect(own.get(decimal("10"))).toBe(decimal("8"));
  expect(own.size).toBe(1);
});
