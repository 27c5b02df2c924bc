import { notifications, notificationsStore } from "@mantine/notifications";
import { beforeEach, expect, test } from "vitest";
import { makeQueryClient } from "../queries.ts";
import type { Fill, Order } from "../wire.ts";
import { tellerOf } from "./toasts.ts";

beforeEach(() => {
  notifications.clean();
});

const fill = (order_id: string, quantity: string, price: string) =>
  ({ order_id, side: "buy", symbol: "ACME", quantity, price }) as Fill;

const canceled = (order_id: string) =>
  ({ order_id, user_id: "u1", side: "buy", symbol: "ACME", status: "canceled" }) as Order;

function shown() {
  const { notifications, queue } = notificationsStore.getState();
  expect(queue).toEqual([]);
  return notifications.map(({ title, message }) => `${title as string}, ${message as string}`);
}

test("the fills of one order are one note, with the sum of them", () => {
  const teller = tellerOf(makeQueryClient(), "Ann");
  teller.fill(fill("o1", "1.5", "10"));
  expect(shown()).toEqual(["Ann: Bought 1.5 ACME, at 10.00"]);
  teller.fill(fill("o1", "2", "10.5"));
  teller.fill(fill("o2", "7", "11"));
  expect(shown()).toEqual([
    "Ann: Bought 3.5 ACME, in 2 fills, the last at 10.50",
    "Ann: Bought 7 ACME, at 11.00",
  ]);
});

test("a note that was closed is begun anew", () => {
  const teller = tellerOf(makeQueryClient(), undefined);
  teller.fill(fill("o1", "1", "10"));
  notifications.hide("fill-o1");
  teller.fill(fill("o1", "2", "10"));
  expect(shown()).toEqual(["Bought 2 ACME, at 10.00"]);
});

test("what is more than anybody reads is counted, and nothing waits for its turn", () => {
  const teller = tellerOf(makeQueryClient(), undefined);
  for (let n = 1; n <= 40; n += 1) teller.order(canceled(`o${n}`));
  expect(shown()).toHaveLength(5);
  expect(shown().at(-1)).toBe("And 36 more, The lists of orders and fills have them all.");
  notifications.hide("order-o1");
  notifications.hide("others");
  teller.order(canceled("o41"));
  teller.order(canceled("o42"));
  expect(shown().at(-1)).toBe("And 1 more, The lists of orders and fills have them all.");
});
