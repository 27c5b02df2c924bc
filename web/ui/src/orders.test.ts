import { expect, test } from "vitest";
import { isAmendable, isArmed, restsAt, withOrder } from "./orders.ts";
import type { Order, OrderStatus } from "./wire.ts";

function order(order_id: string, status: OrderStatus, filled_quantity = "0"): Order {
  return { order_id, status, filled_quantity } as Order;
}

test("a new order goes on top", () => {
  const list = withOrder([order("1", "open")], order("2", "pending"));
  expect(list.map(({ order_id }) => order_id)).toEqual(["2", "1"]);
});

test.each([
  ["pending", "open", "open"],
  ["open", "pending", "open"],
  ["open", "closed", "closed"],
  ["canceled", "open", "canceled"],
] as const)("%s, then told %s: %s", (known, news, shown) => {
  expect(withOrder([order("1", known)], order("1", news))[0]?.status).toBe(shown);
});

test("a late fill does not undo a later one", () => {
  const list = withOrder([order("1", "open", "8")], order("1", "open", "5"));
  expect(list[0]?.filled_quantity).toBe("8");
});

test("an amendment that is done is not undone by an answer from before", () => {
  const at = (updated_at: string, amendment?: Order["amendment"]) => ({
    ...order("1", "open"),
    updated_at,
    ...(amendment && { amendment }),
  });
  const wanted = { quantity: "5", limit_price: "10" };
  const [asked, done] = [at("2026-01-01T00:00:01.5Z", wanted), at("2026-01-01T00:00:02Z")];
  expect(withOrder([asked], done)).toEqual([done]);
  expect(withOrder([done], asked)).toEqual([done]);
});

const limit = { ...order("1", "open"), type: "limit" } as Order;
const amendment = { quantity: "5", limit_price: "10" };
const refused = { code: "would_trade", message: "it would trade" };

test.each([
  [{}, true],
  [{ status: "pending" }, false],
  [{ status: "closed" }, false],
  [{ type: "stop" }, false],
  [{ exit_order_id: "2" }, false],
  [{ entry_order_id: "2" }, false],
  [{ amendment }, false],
  [{ amendment: { ...amendment, refused } }, true],
] as [Partial<Order>, boolean][])("a limit order with %o can be amended: %s", (part, can) => {
  expect(isAmendable({ ...limit, ...part })).toBe(can);
});

test.each([
  [{}, false],
  [{ type: "stop" }, true],
  [{ type: "oco" }, true],
  [{ type: "stop", status: "pending" }, false],
  [{ type: "stop_limit", triggered: true }, false],
] as [Partial<Order>, boolean][])("%o is armed: %s", (part, armed) => {
  expect(isArmed({ ...limit, ...part })).toBe(armed);
});

const oco = { type: "oco", limit_price: "10", stop_price: "8", stop_limit_price: "7" } as const;

test.each([
  [{}, "10"],
  [{ status: "pending" }, undefined],
  [{ type: "stop_limit" }, undefined],
  [{ type: "stop_limit", triggered: true }, "10"],
  [oco, "10"],
  [{ ...oco, triggered: true }, "7"],
] as [Partial<Order>, string | undefined][])("%o rests at %s", (part, price) => {
  expect(restsAt({ ...limit, limit_price: "10", ...part })).toBe(price);
});
