/** Says what happened to my orders while I looked elsewhere, and to whose where that is not plain. */

import { notifications } from "@mantine/notifications";
import type { QueryClient } from "@tanstack/react-query";
import { isFinal } from "../orders.ts";
import { keys } from "../queries.ts";
import type { OrderPages } from "../queries.ts";
import { price, quantity, SIDE, STATUS, summary } from "../show.ts";
import type { Fill, Order } from "../wire.ts";

const SHOWN_FOR_MS = 6_000;

const closeButtonProps = { "aria-label": "Dismiss" };

export interface Teller {
  order: (order: Order) => void;
  fill: (fill: Fill) => void;
}

export function tellerOf(queries: QueryClient, name: string | undefined): Teller {
  const whose = name === undefined ? "" : `${name}: `;
  const fill = (fill: Fill) => {
    const deed = fill.side === "buy" ? "Bought" : "Sold";
    notifications.show({
      // Many fills of one order are one note that is brought up to date.
      id: `fill-${fill.order_id}`,
      title: `${whose}${deed} ${quantity(fill.quantity)} ${fill.symbol}`,
      message: `at ${price(fill.price)}`,
      color: fill.side === "buy" ? "teal" : "red",
      autoClose: SHOWN_FOR_MS,
      closeButtonProps,
    });
  };
  const order = (order: Order) => {
    if (!isFinal(order.status) || order.status === "closed") return;
    if (statusOf(queries, order) === order.status) return;
    notifications.show({
      id: `order-${order.order_id}`,
      title: `${whose}${SIDE[order.side]} ${order.symbol}: ${STATUS[order.status].toLowerCase()}`,
      message: order.reason?.message ?? summary(order),
      color: order.status === "rejected" ? "orange" : "gray",
      autoClose: SHOWN_FOR_MS,
      closeButtonProps,
    });
  };
  return { order, fill };
}

function statusOf(queries: QueryClient, { user_id, order_id }: Order) {
  const known = queries.getQueryData<OrderPages>(keys.orders(user_id));
  const orders = known?.pages.flatMap(({ items }) => items);
  return orders?.find((order) => order.order_id === order_id)?.status;
}
