import { QueryObserver } from "@tanstack/react-query";
import { afterEach, expect, test, vi } from "vitest";
import { Problem } from "./api.ts";
import { isFinal } from "./orders.ts";
import {
  forgetMine,
  keys,
  makeQueryClient,
  noteFill,
  noteOrder,
  notePortfolio,
} from "./queries.ts";
import { refetchSoon } from "./queries.ts";
import type { Fill, Items, Order, OrderWithFills, Portfolio } from "./wire.ts";

afterEach(() => {
  vi.useRealTimers();
});

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

test("an order's fills stay under its news, and an amendment that is done does not", () => {
  const queries = makeQueryClient();
  const fills = [{ trade_id: "t1", order_id: "o1" } as Fill];
  const amendment = { quantity: "20", limit_price: "10" };
  const known: OrderWithFills = { ...order, status: "open", amendment, fills };
  queries.setQueryData(keys.order("u1", "o1"), known);
  const done: Order = { ...order, status: "open", quantity: "20" };
  noteOrder(queries, done);
  expect(queries.getQueryData(keys.order("u1", "o1"))).toEqual({ ...done, fills });
});

/** A question that is on its way until the test answers it. */
function asking(queryKey: readonly unknown[]) {
  const queries = makeQueryClient();
  let arrive: (answer: unknown) => void = () => undefined;
  const queryFn = vi.fn(() => new Promise((resolve) => (arrive = resolve)));
  const asked = queries.query({ queryKey, queryFn });
  const answer = async (what: unknown) => {
    arrive(what);
    await asked;
  };
  return { queries, queryFn, answer };
}

test("what is answered has the news that came meanwhile, and is asked for once", async () => {
  const queryKey = keys.openOrders("u1");
  const { queries, queryFn, answer } = asking(queryKey);
  for (const order_id of ["o1", "o2", "o3"])
    noteOrder(queries, { ...order, order_id, status: "open" });
  noteOrder(queries, { ...order, order_id: "o2", status: "closed", filled_quantity: "10" });
  await answer({ items: [{ ...order, order_id: "o2", status: "open" }] });
  const { items = [] } = queries.getQueryData<Items<Order>>(queryKey) ?? {};
  expect(items.map(({ order_id, status }) => `${order_id} ${status}`)).toEqual([
    "o3 open",
    "o1 open",
    "o2 closed",
  ]);
  expect(queryFn).toHaveBeenCalledTimes(1);
});

test("an older portfolio does not put newer cash aside", async () => {
  const queryKey = keys.portfolio("u1");
  const { queries, answer } = asking(queryKey);
  const cash = (total: string) => ({ total, held: "0", available: total });
  notePortfolio(queries, { seq: 1, user_id: "u1", cash: cash("7"), holdings: [] });
  await answer({ user_id: "u1", cash: cash("9"), holdings: [] });
  expect(queries.getQueryData<Portfolio>(queryKey)?.cash).toEqual(cash("7"));
});

test("news that come faster than answers are asked about all the same, and once more after the last", async () => {
  vi.useFakeTimers();
  const queries = makeQueryClient();
  const askedAt: number[] = [];
  const queryKey = keys.portfolio("u1");
  const observer = new QueryObserver(queries, {
    queryKey,
    queryFn: async () => {
      const at = Date.now();
      askedAt.push(at);
      await new Promise((resolve) => setTimeout(resolve, 3_000));
      return at;
    },
  });
  const stop = observer.subscribe(() => undefined);
  const soon = refetchSoon(queries);
  for (let n = 0; n < 100; n += 1) {
    soon.ask(queryKey);
    await vi.advanceTimersByTimeAsync(100);
  }
  const last = Date.now() - 100;
  expect(queries.getQueryData(queryKey)).toBeDefined();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(queries.getQueryData(queryKey)).toBeGreaterThan(last);
  expect(askedAt.length).toBeLessThan(7);
  soon.stop();
  stop();
});

const notIn = () => Promise.reject(new Problem(401, "not_signed_in", ""));

test("one refusal ends nothing: it has who is in asked again", async () => {
  const queries = makeQueryClient();
  const whoIsIn = vi.fn(() => Promise.resolve({ user_id: "u1" }));
  const me = new QueryObserver(queries, { queryKey: keys.me, queryFn: whoIsIn });
  const stop = me.subscribe(() => undefined);
  await vi.waitFor(() => {
    expect(me.getCurrentResult().data).toEqual({ user_id: "u1" });
  });
  const asked = queries.query({ queryKey: ["mine"], queryFn: notIn, retry: false });
  await expect(asked).rejects.toThrow(Problem);
  await vi.waitFor(() => {
    expect(whoIsIn).toHaveBeenCalledTimes(2);
  });
  expect(queries.getQueryData(keys.me)).toEqual({ user_id: "u1" });
  stop();
});

test("what was refused while the cookie changed is asked a second time", async () => {
  const queries = makeQueryClient();
  const mine = vi
    .fn(notIn)
    .mockImplementationOnce(notIn)
    .mockResolvedValueOnce("mine" as never);
  const asked = queries.query({ queryKey: ["mine"], queryFn: mine, retryDelay: 0 });
  expect(await asked).toBe("mine");
});

test("what is remembered of somebody is forgotten with him", () => {
  const queries = makeQueryClient();
  queries.setQueryData(keys.sessionEnded, true);
  queries.setQueryData(keys.orders("u1"), []);
  forgetMine(queries);
  expect(queries.getQueryData(keys.sessionEnded)).toBeUndefined();
  expect(queries.getQueryData(keys.orders("u1"))).toBeUndefined();
});
