import { expect, test } from "vitest";
import { decimal } from "./decimal.ts";
import { afterwards, BLANK, changed, estimate, fieldsOf, forAnother } from "./ticket.ts";
import { pickedAt, validate } from "./ticket.ts";
import type { Ticket } from "./ticket.ts";
import type { Stock } from "./wire.ts";

const stock = { symbol: "ACME", tick_size: "0.05", lot_size: "10" } as Stock;
const ticket: Ticket = { ...BLANK, quantity: "20", limit_price: "187.25" };
/** Whatever the type, every field holds something. */
const full: Ticket = {
  ...ticket,
  stop_price: "180",
  trail_amount: "2",
  stop_limit_price: "179",
  expires_at: "2030-01-01T12:00",
  post_only: true,
  reprice: true,
  display_quantity: "10",
  self_trade_prevention: "decrement",
  take_profit_price: "200",
  stop_loss_price: "170",
};

test("a sound limit order is sent as exact text", () => {
  expect(validate({ ...ticket, quantity: "020.0", limit_price: "187.250" }, stock)).toEqual({
    body: {
      symbol: "ACME",
      side: "buy",
      type: "limit",
      quantity: "20",
      limit_price: "187.25",
      time_in_force: "gtc",
    },
  });
});

test("a market order has no price, whatever the field still holds", () => {
  const typed = changed({ ...ticket, limit_price: "nonsense" }, { type: "market" });
  expect(validate(typed, stock)).toEqual({
    body: { symbol: "ACME", side: "buy", type: "market", quantity: "20", time_in_force: "ioc" },
  });
});

const bracket = { take_profit_price: "200", stop_loss_price: "170" };
const self_trade_prevention = "decrement";

test.each([
  [
    { type: "limit" },
    { limit_price: "187.25", post_only: true, reprice: true, display_quantity: "10", ...bracket },
  ],
  [
    { type: "limit", time_in_force: "fok" },
    { limit_price: "187.25", ...bracket },
  ],
  [{ type: "market" }, { time_in_force: "ioc", ...bracket }],
  [{ type: "stop", time_in_force: "day" }, { stop_price: "180" }],
  [{ type: "stop_limit" }, { stop_price: "180", limit_price: "187.25" }],
  [{ type: "trailing_stop" }, { trail_amount: "2" }],
  [{ type: "oco" }, { limit_price: "187.25", stop_price: "180", stop_limit_price: "179" }],
] as [Partial<Ticket>, object][])("of everything, %o sends what goes with it", (part, terms) => {
  const typed = changed(full, part);
  expect(validate(typed, stock)).toEqual({
    body: {
      symbol: "ACME",
      side: "buy",
      quantity: "20",
      type: typed.type,
      time_in_force: typed.time_in_force,
      self_trade_prevention,
      ...terms,
    },
  });
});

test("a date is sent as the moment that it is here", () => {
  const checked = validate({ ...full, time_in_force: "gtd" }, stock);
  const expires_at = new Date("2030-01-01T12:00").toISOString();
  expect(checked).toMatchObject({ body: { time_in_force: "gtd", expires_at } });
});

test("what may stay empty is not sent", () => {
  const typed = changed(full, { type: "oco", stop_limit_price: " " });
  expect(validate(typed, stock)).not.toHaveProperty("body.stop_limit_price");
});

test.each([
  [{ quantity: "" }, { quantity: "Enter a quantity." }],
  [{ quantity: "0" }, { quantity: "The quantity must be more than zero." }],
  [{ quantity: "15" }, { quantity: "The quantity must be a multiple of 10." }],
  [{ quantity: "1e3" }, { quantity: "The quantity must be a plain number like 10 or 187.25." }],
  [
    { limit_price: "1,250" },
    { limit_price: "1,250 can be read in two ways: enter 1250 or 1.250." },
  ],
  [{ limit_price: "187.26" }, { limit_price: "The limit price must be a multiple of 0.05." }],
  [
    { quantity: " ", limit_price: "-1" },
    {
      quantity: "Enter a quantity.",
      limit_price: "The limit price must be a plain number like 10 or 187.25.",
    },
  ],
  [
    { display_quantity: "20" },
    { display_quantity: "The display quantity must be less than the quantity." },
  ],
  [
    { stop_loss_price: "17.001" },
    { stop_loss_price: "The stop loss price must be a multiple of 0.05." },
  ],
  [{ time_in_force: "gtd" }, { expires_at: "Enter a date and a time." }],
  [{ type: "stop" }, { stop_price: "Enter a stop price." }],
  [{ type: "trailing_stop" }, { trail_amount: "Enter a trail amount." }],
] as [Partial<Ticket>, object][])("%o is refused", (typed, complaints) => {
  expect(validate(changed(ticket, typed), stock)).toEqual({ complaints });
});

test("how long it waits is kept as far as the next type allows", () => {
  const next = (from: Partial<Ticket>, to: Partial<Ticket>) =>
    changed({ ...ticket, ...from }, to).time_in_force;
  expect(next({ time_in_force: "day" }, { type: "stop" })).toBe("day");
  expect(next({ time_in_force: "fok" }, { type: "stop" })).toBe("gtc");
  expect(next({ time_in_force: "day" }, { type: "market" })).toBe("ioc");
  expect(next({ type: "market", time_in_force: "ioc" }, { type: "limit" })).toBe("gtc");
  expect(next({ type: "market", time_in_force: "ioc" }, { time_in_force: "fok" })).toBe("fok");
});

test("repricing is offered to what is post-only", () => {
  expect(fieldsOf(ticket).has("reprice")).toBe(false);
  expect(fieldsOf({ ...ticket, post_only: true }).has("reprice")).toBe(true);
});

test("no bracket and no part to show goes over to the next order", () => {
  expect(afterwards(full)).toMatchObject({
    quantity: "",
    take_profit_price: "",
    limit_price: "187.25",
  });
  expect(forAnother(full)).toMatchObject({ quantity: "20", limit_price: "", display_quantity: "" });
});

test.each([
  [{}, "3745"],
  [{ type: "market" }, undefined],
  [{ type: "trailing_stop" }, undefined],
  [{ type: "stop" }, "3600"],
  [{ type: "oco" }, "3745"],
  [{ type: "oco", side: "sell" }, "3580"],
  [{ type: "oco", side: "sell", stop_limit_price: "" }, "3600"],
] as [Partial<Ticket>, string | undefined][])("the estimate of %o is %s", (part, total) => {
  expect(estimate({ ...full, ...part })).toBe(total === undefined ? undefined : decimal(total));
});

test.each([
  ["limit", { limit_price: "180", type: "limit" }],
  ["stop", { stop_price: "180", type: "stop" }],
  ["market", { limit_price: "180", type: "limit" }],
  ["trailing_stop", { limit_price: "180", type: "limit" }],
] as const)("a price of the depth goes into a %s order's price", (type, expected) => {
  const next = pickedAt(changed(BLANK, { type }), "sell", "180");
  expect(next).toMatchObject({ ...expected, side: "sell" });
  expect(fieldsOf(next).has("limit_price") || fieldsOf(next).has("stop_price")).toBe(true);
});
