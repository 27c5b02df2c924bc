/** Server state: what is asked over REST, under which key, and how live news changes it. */

import { hashKey, MutationCache, QueryCache, QueryClient } from "@tanstack/react-query";
import type { InfiniteData, QueryKey } from "@tanstack/react-query";
import { Problem } from "./api.ts";
import type { Staleness } from "./api.ts";
import { further, isFinal, withOrder } from "./orders.ts";
import { applyChange } from "./portfolio.ts";
import type { Fill, Interval, Items, Order, OrderStatus } from "./wire.ts";
import type { OrderWithFills, Portfolio, PortfolioEvent } from "./wire.ts";

export interface OrderFilter {
  status?: OrderStatus | undefined;
  symbol?: string | undefined;
}

/** Own data carries its owner in the key: a late answer never lands in another account. */
export const keys = {
  me: ["me"],
  sessionEnded: ["session-ended"],
  demoUsers: ["demo-users"],
  stocks: ["stocks"],
  system: ["system"],
  statistics: ["statistics"],
  terms: ["terms"],
  candles: (symbol: string, interval: Interval, limit: number) => [
    "candles",
    symbol,
    interval,
    limit,
  ],
  portfolio: (user_id: string) => ["mine", user_id, "portfolio"],
  orders: (user_id: string) => ["mine", user_id, "orders"],
  openOrders: (user_id: string) => ["mine", user_id, "open-orders"],
  /** Those that a filter lets through. */
  orderLists: (user_id: string) => ["mine", user_id, "order-lists"],
  orderList: (user_id: string, { status, symbol }: OrderFilter) => [
    "mine",
    user_id,
    "order-lists",
    status,
    symbol,
  ],
  order: (user_id: string, order_id: string) => ["mine", user_id, "order", order_id],
  trades: (user_id: string) => ["mine", user_id, "trades"],
  ledger: (user_id: string) => ["mine", user_id, "ledger"],
  ledgerLines: (user_id: string, filter: object) => ["mine", user_id, "ledger", "lines", filter],
  apiKeys: (user_id: string) => ["mine", user_id, "api-keys"],
  people: (user_id: string) => ["mine", user_id, "people"],
  parked: (user_id: string) => ["mine", user_id, "parked"],
} as const;

export type OrderPages = InfiniteData<Items<Order>, string | undefined>;

/** A busy account hears of its portfolio many times a second; once is enough to ask again. */
const REFETCH_DELAY_MS = 1_000;

export function makeQueryClient(): QueryClient {
  // Who is in, one question decides: another password ends the session whose place its own takes.
  const onError = (error: Error) => {
    if (isNotIn(error)) void client.invalidateQueries({ queryKey: keys.me });
  };
  const client: QueryClient = new QueryClient({
    queryCache: new QueryCache({ onError }),
    mutationCache: new MutationCache({
      // A wrong password is also a 401, and ends no session.
      onError: (error, _variables, _result, mutation) => {
        if (mutation.meta?.asksForPassword !== true) onError(error);
      },
    }),
    defaultOptions: {
      queries: {
        networkMode: "always",
        staleTime: 30_000,
        retry: mayAskAgain,
      },
      // An order must fail now rather than be sent when the network is back.
      mutations: { networkMode: "always", retry: false },
    },
  });
  return client;
}

export function mayAskAgain(failures: number, error: Error): boolean {
  return error instanceof Problem && failures < (isNotIn(error) ? 1 : error.unanswered ? 2 : 0);
}

interface Aged {
  staleness?: Staleness;
  pages?: { staleness?: Staleness }[];
}

/** Of an answer in the cache; of one in pages, that of the oldest. */
export function stalenessOf(data: unknown): Staleness | undefined {
  const { staleness, pages = [] } = (data ?? {}) as Aged;
  const all = [staleness, ...pages.map((page) => page.staleness)].filter(
    (one) => one !== undefined,
  );
  return all.toSorted((a, b) => a.as_of_ms - b.as_of_ms)[0];
}

function isNotIn(error: Error): boolean {
  return error instanceof Problem && error.status === 401;
}

/** Leaves nothing of the former account behind. */
export function forgetMine(queries: QueryClient): void {
  queries.removeQueries({ queryKey: ["mine"] });
  queries.removeQueries({ queryKey: keys.sessionEnded });
}

export async function refetchEverything(queries: QueryClient): Promise<void> {
  await queries.cancelQueries({ queryKey: ["mine"] });
  await Promise.all([
    queries.invalidateQueries({ queryKey: ["mine"] }),
    queries.invalidateQueries({ queryKey: keys.stocks }),
  ]);
}

/** Of what live news keep up to date, only that has to be asked for which was asked for in vain. */
export async function refetchFailed(queries: QueryClient): Promise<void> {
  await queries.refetchQueries({
    queryKey: ["mine"],
    predicate: ({ state }) => state.error !== null,
  });
}

/** An answer that is on its way may be older than the news, and gets them as well when it is there. */
function note<T>(queries: QueryClient, queryKey: QueryKey, change: (known: T) => T): void {
  const write = () => {
    queries.setQueryData<T>(queryKey, (known) => known && change(known));
  };
  write();
  queries
    .getQueryCache()
    .find({ queryKey })
    ?.promise?.then(write, () => undefined);
}

export function noteOrder(queries: QueryClient, news: Order): void {
  const { user_id, order_id } = news;
  note<OrderPages>(queries, keys.orders(user_id), (known) => withOrderInPages(known, news));
  note<Items<Order>>(queries, keys.openOrders(user_id), (known) => withOpenOrder(known, news));
  note<OrderWithFills>(queries, keys.order(user_id, order_id), (known) => ({
    fills: known.fills,
    ...further(known, news),
  }));
}

/** The ended ones stay for a while, so that late news of one does not bring it back to life. */
const ENDED_ORDERS_MAX = 100;

function withOpenOrder(known: Items<Order>, news: Order): Items<Order> {
  const orders = withOrder(known.items, news);
  const ended = orders.filter(({ status }) => isFinal(status)).slice(ENDED_ORDERS_MAX);
  return { ...known, items: orders.filter((order) => !ended.includes(order)) };
}

function withOrderInPages(data: OrderPages, news: Order): OrderPages {
  const at = data.pages.findIndex(({ items }) =>
    items.some(({ order_id }) => order_id === news.order_id),
  );
  const pages = data.pages.map((page, index) =>
    index === Math.max(at, 0) ? { ...page, items: withOrder(page.items, news) } : page,
  );
  return { ...data, pages };
}

/** A fetched page, except where live news already went further. */
export function furtherPage(queries: QueryClient, user_id: string, page: Items<Order>) {
  const known = queries.getQueryData<OrderPages>(keys.orders(user_id));
  const byId = new Map(
    known?.pages.flatMap(({ items }) => items).map((order) => [order.order_id, order]),
  );
  return { ...page, items: page.items.map((order) => further(byId.get(order.order_id), order)) };
}

export function noteFill(queries: QueryClient, user_id: string, fill: Fill): void {
  note<InfiniteData<Items<Fill>>>(queries, keys.trades(user_id), (known) => {
    const [first, ...others] = known.pages;
    if (first === undefined) return known;
    if (known.pages.some(({ items }) => items.some((other) => isSame(other, fill)))) return known;
    return { ...known, pages: [{ ...first, items: [fill, ...first.items] }, ...others] };
  });
}

function isSame(one: Fill, other: Fill): boolean {
  return one.trade_id === other.trade_id && one.order_id === other.order_id;
}

export function notePortfolio(queries: QueryClient, event: PortfolioEvent): void {
  note<Portfolio>(queries, keys.portfolio(event.user_id), (known) => applyChange(known, event));
}

/**
 * Asks again a little later, once, however often it is told to. What is on its way by then is
 * waited for: where news come faster than answers, none would ever be there otherwise.
 */
export function refetchSoon(queries: QueryClient) {
  const asked = new Map<string, ReturnType<typeof setTimeout>>();
  const refetch = async (queryKey: QueryKey) => {
    const all = queries.getQueryCache().findAll({ queryKey });
    await Promise.allSettled(all.flatMap(({ promise }) => promise ?? []));
    if (!asked.delete(hashKey(queryKey))) return;
    await queries.invalidateQueries({ queryKey }, { cancelRefetch: false });
  };
  return {
    ask(queryKey: QueryKey) {
      const what = hashKey(queryKey);
      if (asked.has(what)) return;
      asked.set(
        what,
        setTimeout(() => void refetch(queryKey), REFETCH_DELAY_MS),
      );
    },
    stop() {
      for (const timer of asked.values()) clearTimeout(timer);
      asked.clear();
    },
  };
}
