/** Says what happened to my orders while I looked elsewhere, and to whose where that is not plain. */

import { notifications, notificationsStore } from "@mantine/notifications";
import type { NotificationData } from "@mantine/notifications";
import type { QueryClient } from "@tanstack/react-query";
import { decimal, format, ZERO } from "../decimal.ts";
import type { Decimal } from "../decimal.ts";
import { isFinal } from "../orders.ts";
import { keys } from "../queries.ts";
import type { OrderPages } from "../queries.ts";
import { price, SIDE, STATUS, summary } from "../show.ts";
import type { Fill, Order } from "../wire.ts";

const SHOWN_FOR_MS = 6_000;

/** More are not read in that time, and none waits for its turn: it would be old by then. */
const NOTES_MAX = 4;
/** With the one that counts the others. */
export const SHOWN_MAX = NOTES_MAX + 1;

const OTHERS = "others";

type Note = NotificationData & { id: string };

export interface Teller {
  order: (order: Order) => void;
  fill: (fill: Fill) => void;
}

export function tellerOf(queries: QueryClient, name: string | undefined): Teller {
  const whose = name === undefined ? "" : `${name}: `;
  /** Of the orders whose fills are shown. */
  const filled = new Map<string, { count: number; sum: Decimal }>();
  const fill = (fill: Fill) => {
    const { order_id } = fill;
    // Many fills of one order are one note that is brought up to date.
    const id = `fill-${order_id}`;
    const before = (isShown(id) ? filled.get(order_id) : undefined) ?? { count: 0, sum: ZERO };
    const { count, sum } = { count: before.count + 1, sum: before.sum + decimal(fill.quantity) };
    const told = tell({
      id,
      title: `${whose}${fill.side === "buy" ? "Bought" : "Sold"} ${format(sum, 0)} ${fill.symbol}`,
      message: `${count === 1 ? "" : `in ${count} fills, the last `}at ${price(fill.price)}`,
      color: fill.side === "buy" ? "teal" : "red",
      onClose: () => filled.delete(order_id),
    });
    if (told) filled.set(order_id, { count, sum });
  };
  const order = (order: Order) => {
    if (!isFinal(order.status) || order.status === "closed") return;
    if (statusOf(queries, order) === order.status) return;
    tell({
      id: `order-${order.order_id}`,
      title: `${whose}${SIDE[order.side]} ${order.symbol}: ${STATUS[order.status].toLowerCase()}`,
      message: order.reason?.message ?? summary(order),
      color: order.status === "rejected" ? "orange" : "gray",
    });
  };
  return { order, fill };
}

function shown(): NotificationData[] {
  return notificationsStore.getState().notifications;
}

function isShown(id: string): boolean {
  return shown().some((note) => note.id === id);
}

let others = 0;

/** Whether there was room for it. */
function tell(note: Note): boolean {
  if (isShown(note.id) || shown().filter(({ id }) => id !== OTHERS).length < NOTES_MAX) {
    put(note);
    return true;
  }
  others = isShown(OTHERS) ? others + 1 : 1;
  const message = "The lists of orders and fills have them all.";
  put({ id: OTHERS, title: `And ${others} more`, message, color: "gray" });
  return false;
}

function put(note: Note): void {
  const closing = { autoClose: SHOWN_FOR_MS, closeButtonProps: { "aria-label": "Dismiss" } };
  const write = isShown(note.id) ? notifications.update : notifications.show;
  write({ ...note, ...closing });
}

function statusOf(queries: QueryClient, { user_id, order_id }: Order) {
  const known = queries.getQueryData<OrderPages>(keys.orders(user_id));
  const orders = known?.pages.flatMap(({ items }) => items);
  return orders?.find((order) => order.order_id === order_id)?.status;
}
