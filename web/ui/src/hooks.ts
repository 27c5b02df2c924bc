/** One hook per question and per deed of the REST interface. */

import { useInfiniteQuery, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { ask, Problem } from "./api.ts";
import { forgetMine, furtherPage, keys, noteOrder } from "./queries.ts";
import type { OrderPages } from "./queries.ts";
import type {
  AmendOrder,
  DemoPerson,
  Fill,
  Items,
  Order,
  Person,
  PlaceOrder,
  Portfolio,
  Stock,
} from "./wire.ts";

const ORDERS_PER_PAGE = 50;

/** Null when nobody is signed in. */
export function useMe() {
  return useQuery({
    queryKey: keys.me,
    queryFn: () =>
      ask<Person>("GET", "auth/me").catch((error: unknown) => {
        if (error instanceof Problem && error.status === 401) return null;
        throw error;
      }),
    // Another tab may have switched the account, and the cookie is shared.
    staleTime: 0,
    refetchOnWindowFocus: "always",
  });
}

export function useDemoUsers() {
  return useQuery({
    queryKey: keys.demoUsers,
    queryFn: () => ask<Items<DemoPerson>>("GET", "demo/users"),
    staleTime: 0,
  });
}

export function useStocks() {
  return useQuery({
    queryKey: keys.stocks,
    queryFn: () => ask<Items<Stock>>("GET", "stocks"),
  });
}

export function usePortfolio(user_id: string) {
  return useQuery({
    queryKey: keys.portfolio(user_id),
    queryFn: () => ask<Portfolio>("GET", "portfolio"),
  });
}

export function useMyTrades(user_id: string) {
  return useQuery({
    queryKey: keys.trades(user_id),
    queryFn: () => ask<Items<Fill>>("GET", "trades"),
  });
}

export function useOrders(user_id: string) {
  const queries = useQueryClient();
  return useInfiniteQuery({
    queryKey: keys.orders(user_id),
    queryFn: async ({ pageParam }: { pageParam: string | undefined }) => {
      const query = new URLSearchParams({ limit: String(ORDERS_PER_PAGE) });
      if (pageParam !== undefined) query.set("cursor", pageParam);
      const page = await ask<Items<Order>>("GET", `orders?${query.toString()}`);
      return furtherPage(queries, user_id, page);
    },
    initialPageParam: undefined,
    getNextPageParam: (page) => page.next_cursor ?? undefined,
    select: eachOnce,
  });
}

/** Pages move while they are read: an order may appear on two of them. */
function eachOnce(data: OrderPages): Order[] {
  const orders = data.pages.flatMap(({ items }) => items);
  return [...new Map(orders.map((order) => [order.order_id, order])).values()];
}

export function useSwitchAccount() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (user_id: string) => ask<Person>("POST", "demo/switch", { user_id }),
    onSuccess: async (person) => {
      await queries.cancelQueries({ queryKey: keys.me });
      forgetMine(queries);
      queries.setQueryData(keys.me, person);
    },
  });
}

export function useLogOut() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask<undefined>("POST", "auth/logout", {}),
    onSuccess: async () => {
      await queries.cancelQueries({ queryKey: keys.me });
      forgetMine(queries);
      queries.setQueryData(keys.me, null);
    },
  });
}

export function usePlaceOrder() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order: PlaceOrder) => ask<Order>("POST", "orders", order),
    onSuccess: (order) => {
      noteOrder(queries, order);
    },
  });
}

export function useAmendOrder({ order_id, user_id }: Order) {
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
  return useMutation({
    mutationFn: (symbol: string | undefined) => {
      const filter = symbol === undefined ? "" : `?${new URLSearchParams({ symbol }).toString()}`;
      return ask<{ count: number }>("DELETE", `orders${filter}`);
    },
  });
}

export function useCancelOrder(user_id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (order_id: string) => ask<unknown>("DELETE", `orders/${order_id}`),
    // A refusal usually means that the order ended before: show how.
    onError: () => queries.invalidateQueries({ queryKey: keys.orders(user_id) }),
  });
}
