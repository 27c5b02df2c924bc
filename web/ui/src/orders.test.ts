import { expect, test } from "vitest";
import { withOrder } from "./orders.ts";
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
