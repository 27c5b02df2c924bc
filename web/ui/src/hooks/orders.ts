/** My orders and trades: asked for, placed, changed, canceled. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { InfiniteData } from "@tanstack/react-query";
import { noteClick, noteHeard } from "../journey/window.ts";
import { isFinal, withOrder } from "../orders.ts";
import { furtherPage, keys, noteOrder } from "../queries.ts";
import type { OrderFilter, OrderPages } from "../queries.ts";
import { useSeat } from "../seat.ts";
import type { Seat } from "../seat.ts";
import type { AmendOrder, Fill, Items, Journey, Order, OrderWithFills } from "../wire.ts";
import type { OrderStatus, PlaceOrder } from "../wire.ts";
import { nextCursor, page } from "./pages.ts";

/** As many as one answer has. Who has more sees the newest. */
const OPEN_ORDERS_MAX = 200;

export function useOrders(user_id: string) {
  const seat = useSeat();
  const queries = useQueryClient();
  return useInfiniteQuery({
    queryKey: keys.orders(user_id),
    queryFn: async ({ pageParam }: { pageParam: string | undefined }) =>
      furtherPage(queries, user_id, await page<Order>(seat, "orders", pageParam)),
    initialPageParam: undefined,
    getNextPageParam: nextCursor,
    select: eachOnce,
  });
}

export function useOrderList(user_id: string, filter: OrderFilter) {
  const seat = useSeat();
  return useInfiniteQuery({
    queryKey: keys.orderList(user_id, filter),
    queryFn: ({ pageParam }: { pageParam: string | undefined }) =>
      page<Order>(seat, "orders", pageParam, { ...filter }),
    initialPageParam: undefined,
    getNextPageParam: nextCursor,
    select: eachOnce,
  });
}

/** Pages move while they are read: an order may appear on two of them. */
function eachOnce(data: OrderPages): Order[] {
  const orders = data.pages.flatMap(({ items }) => items);
  return [...new Map(orders.map((order) => [order.order_id, order])).values()];
}

function openOrdersQuery({ ask }: Seat, user_id: string) {
  const those = (status: OrderStatus) =>
    ask<Items<Order>>("GET", `orders?status=${status}&limit=${OPEN_ORDERS_MAX}`);
  return {
    queryKey: keys.openOrders(user_id),
    queryFn: async () => {
      // Not at once: an order that opens in between would be in neither.
      const pending = await those("pending");
      const open = await those("open");
      return { ...pending, ...open, items: pending.items.reduceRight(withOrder, open.items) };
    },
  };
}

/** All that are not over yet, as far as one answer goes. */
export function useOpenOrders(user_id: string) {
  return useQuery({
    ...openOrdersQuery(useSeat(), user_id),
    select: ({ items }) => items.filter(({ status }) => !isFinal(status)),
  });
}

/** Whether there are older ones, which {@link useOpenOrders} leaves out. */
export function useHasOlderOpenOrders(user_id: string): boolean {
  const older = useQuery({
    ...openOrdersQuery(useSeat(), user_id),
    select: ({ next_cursor }) => next_cursor !== undefined,
  });
  return older.data ?? false;
}

export function useOrder(user_id: string, order_id: string) {
  const { ask } = useSeat();
  return useQuery({
    queryKey: keys.order(user_id, order_id),
    queryFn: () => ask<OrderWithFills>("GET", `orders/${order_id}`),
  });
}

/** More hops come for a while after the last news of the order. */
const JOURNEY_REFETCH_MS = 3_000;

/** Under the order's own key, so that news of the order ask for it again. */
export function useJourney({ user_id, order_id }: Order) {
  const { ask } = useSeat();
  return useQuery({
    queryKey: [...keys.order(user_id, order_id), "journey"],
    queryFn: () => ask<Journey>("GET", `orders/${order_id}/journey`),
    refetchInterval: ({ state }) =>
      state.data?.is_complete === true || state.error !== null ? false : JOURNEY_REFETCH_MS,
  });
}

export function useMyTrades(user_id: string) {
  const seat = useSeat();
  return useInfiniteQuery({
    queryKey: keys.trades(user_id),
    queryFn: ({ pageParam }: { pageParam: string | undefined }) =>
      page<Fill>(seat, "trades", pageParam),
    initialPageParam: undefined,
    getNextPageParam: nextCursor,
    select: eachFillOnce,
  });
}

function eachFillOnce(data: InfiniteData<Items<Fill>, string | undefined>): Fill[] {
  const fills = data.pages.flatMap(({ items }) => items);
  return [...new Map(fills.map((fill) => [`${fill.trade_id} ${fill.order_id}`, fill])).values()];
}

export function usePlaceOrder() {
  const { ask } = useSeat();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: PlaceOrder) => ask<Order>("POST", "orders", order),
    onMutate: noteClick,
    onSuccess: (order) => {
      noteHeard(order.order_id, "answer", "201 Created", order);
      noteOrder(queries, order);
    },
  });
}

export function useAmendOrder({ order_id, user_id }: Order) {
  const { ask } = useSeat();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (change: AmendOrder) => ask<Order>("PATCH", `orders/${order_id}`, change),
    onSuccess: (order) => {
      noteOrder(queries, order);
    },
    onError: () => queries.invalidateQueries({ queryKey: keys.orders(user_id) }),
  });
}

/** Of one stock, or all. */
export function useCancelOrders() {
  const { ask } = useSeat();
  return useMutation({
    mutationFn: (symbol: string | undefined) => {
      const filter = symbol === undefined ? "" : `?${new URLSearchParams({ symbol }).toString()}`;
      return ask<{ count: number }>("DELETE", `orders${filter}`);
    },
  });
}

export function useCancelOrder(user_id: string) {
  const { ask } = useSeat();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order_id: string) => ask<unknown>("DELETE", `orders/${order_id}`),
    // A refusal usually means that the order ended before: show how.
    onError: () => {
      void queries.invalidateQueries({ queryKey: keys.orders(user_id) });
      void queries.invalidateQueries({ queryKey: keys.openOrders(user_id) });
    },
  });
}
