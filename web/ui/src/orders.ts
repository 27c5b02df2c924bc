/** My orders under live changes: news may arrive late, twice, or before the list itself. */

import { decimal } from "./decimal.ts";
import type { Order, OrderStatus } from "./wire.ts";

export function isFinal(status: OrderStatus): boolean {
  return progress(status) === 2;
}

function progress(status: OrderStatus): number {
  switch (status) {
    case "pending":
      return 0;
    case "open":
      return 1;
    case "closed":
    case "canceled":
    case "rejected":
    case "expired":
      return 2;
  }
}

/** The further one of two accounts of the same order: an order never goes back. */
export function further(known: Order | undefined, news: Order): Order {
  if (known === undefined) return news;
  const step = progress(news.status) - progress(known.status);
  if (step !== 0) return step > 0 ? news : known;
  return decimal(news.filled_quantity) >= decimal(known.filled_quantity) ? news : known;
}

/** The newest first; an order that the list does not have yet goes on top. */
export function withOrder(orders: Order[], news: Order): Order[] {
  const known = orders.some(({ order_id }) => order_id === news.order_id);
  if (!known) return [news, ...orders];
  return orders.map((order) => (order.order_id === news.order_id ? further(order, news) : order));
}
