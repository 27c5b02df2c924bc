import { expect, test } from "vitest";
import { Problem } from "./api.ts";
import { isFinal } from "./orders.ts";
import { forgetMine, keys, makeQueryClient, noteFill, noteOrder } from "./queries.ts";
import type { Fill, Items, Order } from "./wire.ts";

const order: Order = {
  order_id: "o1",
  user_id: "u1",
  symbol: "ACME",
  side: "buy",
  type: "market",
  time_in_force: "ioc",
  status: "pending",
  quantity: "10",
  filled_quantity: "0",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

function knowing(items: Order[]) {
  const queries = makeQueryClient();
  queries.setQueryData<Items<Order>>(keys.openOrders("u1"), { items });
  const open = () => {
    const known = queries.getQueryData<Items<Order>>(keys.openOrders("u1"))?.items ?? [];
    return known.filter(({ status }) => !isFinal(status)).map(({ order_id }) => order_id);
  };
  return { queries, open };
}

test("an order that has ended is not open again when late news of it come", () => {
  const { queries, open } = knowing([]);
  noteOrder(queries, { ...order, status: "open" });
  expect(open()).toEqual(["o1"]);
  noteOrder(queries, { ...order, status: "closed", filled_quantity: "10" });
  noteOrder(queries, order);
  expect(open()).toEqual([]);
});

test("what has ended does not pile up, and what is open is never dropped", () => {
  const { queries, open } = knowing([{ ...order, order_id: "old", status: "open" }]);
  for (let n = 0; n < 300; n += 1)
    noteOrder(queries, { ...order, order_id: `n${n}`, status: "canceled" });
  expect(open()).toEqual(["old"]);
  const known = queries.getQueryData<Items<Order>>(keys.openOrders("u1"))?.items;
  expect(known?.length).toBe(101);
});

test("a fill that is known already is not counted twice", () => {
  const queries = makeQueryClient();
  queries.setQueryData(keys.trades("u1"), { pages: [{ items: [] }], pageParams: [undefined] });
  const fill = { trade_id: "t1", order_id: "o1" } as Fill;
  noteFill(queries, "u1", fill);
  noteFill(queries, "u1", fill);
  expect(queries.getQueryData(keys.trades("u1"))).toMatchObject({ pages: [{ items: [fill] }] });
});

test("who was in learns that the session has ended, who was not does not", async () => {
  const queries = makeQueryClient();
  const refuse = () =>
    queries
      .query({
        queryKey: ["mine"],
        queryFn: () => Promise.reject(new Problem(401, "not_signed_in", "")),
      })
      .catch(() => undefined);
  await refuse();
  expect(queries.getQueryData(keys.sessionEnded)).toBeUndefined();
  queries.setQueryData(keys.me, { user_id: "u1" });
  await refuse();
  expect(queries.getQueryData(keys.sessionEnded)).toBe(true);
  expect(queries.getQueryData(keys.me)).toBeNull();
  forgetMine(queries);
  expect(queries.getQueryData(keys.sessionEnded)).toBeUndefined();
});
