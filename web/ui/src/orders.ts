/** My orders under live changes: news may arrive late, twice, or before the list itself. */

import { decimal, toWire } from "./decimal.ts";
import type { DecimalText, Order, OrderStatus } from "./wire.ts";

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

/** The further one of two accounts of the same order: an order never goes back. Between two with
 * the same fills, an amendment was asked for or done. */
export function further(known: Order | undefined, news: Order): Order {
  if (known === undefined) return news;
  const step = progress(news.status) - progress(known.status);
  if (step !== 0) return step > 0 ? news : known;
  const [filled, before] = [decimal(news.filled_quantity), decimal(known.filled_quantity)];
  if (filled !== before) return filled > before ? news : known;
  return Date.parse(news.updated_at) < Date.parse(known.updated_at) ? known : news;
}

/** Whether it waits for its stop price. */
export function isArmed({ type, status, triggered }: Order): boolean {
  const stops = type !== "limit" && type !== "market";
  return stops && status === "open" && triggered !== true;
}

/** Of an OCO whose stop price was met, the other one. */
export function limitOf(order: Order): DecimalText | undefined {
  const stopped = order.type === "oco" && order.triggered === true;
  return stopped ? order.stop_limit_price : order.limit_price;
}

/** The price at which it is in the depth, if it is. Only an OCO rests while it is armed. */
export function restsAt(order: Order): DecimalText | undefined {
  const rests = order.status === "open" && (order.type === "oco" || !isArmed(order));
  return rests ? limitOf(order) : undefined;
}

/** What is not filled of it. */
export function leftOf({ quantity, filled_quantity }: Order): DecimalText {
  return toWire(decimal(quantity) - decimal(filled_quantity));
}

/** A limit order that stands by itself may get another quantity or another limit. */
export function isAmendable(order: Order): boolean {
  const alone = order.exit_order_id === undefined && order.entry_order_id === undefined;
  const underWay = order.amendment !== undefined && order.amendment.refused === undefined;
  return order.type === "limit" && order.status === "open" && alone && !underWay;
}

/** The newest first; an order that the list does not have yet goes on top. */
export function withOrder(orders: Order[], news: Order): Order[] {
  const known = orders.some(({ order_id }) => order_id === news.order_id);
  if (!known) return [news, ...orders];
  return orders.map((order) => (order.order_id === news.order_id ? further(order, news) : order));
}
