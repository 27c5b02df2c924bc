import { Badge, Button } from "@mantine/core";
import { useState } from "react";
import { isAmendable, isArmed, isFinal } from "../orders.ts";
import { averagePrice, moment, quantity, STATUS, summary, terms } from "../show.ts";
import type { Order, OrderStatus, Stock } from "../wire.ts";
import { AmendmentNote } from "./AmendmentNote.tsx";
import { AmendOrder } from "./AmendOrder.tsx";
import { CancelOrder } from "./CancelOrder.tsx";
import { OrderLink } from "./OrderLink.tsx";

interface Props {
  order: Order;
  /** As far as it is known. */
  stock: Stock | undefined;
  /** Of a bracket's exit: what it leaves again, as far as it is known. */
  entry: Order | undefined;
  columns: number;
}

export function OrderRow({ order, stock, entry, columns }: Props) {
  const [amending, setAmending] = useState(false);
  const canAmend = isAmendable(order);
  return (
    <>
      <tr data-order-id={order.order_id} data-status={order.status}>
        <th scope="row" className="order-name">
          <OrderLink order_id={order.order_id} className="plain-link">
            {summary(order)}
          </OrderLink>{" "}
          <Details order={order} entry={entry} />
        </th>
        <td className="number">
          {quantity(order.filled_quantity, stock?.lot_size)} of{" "}
          {quantity(order.quantity, stock?.lot_size)}
        </td>
        <td className="number wide">{averagePrice(order.average_price, stock?.tick_size)}</td>
        <td className="wide">
          <time dateTime={order.created_at}>{moment(order.created_at)}</time>
        </td>
        <td>
          <OrderState order={order} />
        </td>
        <td>
          <div className="row order-actions">
            {canAmend && (
              <Button
                variant="default"
                size="compact-sm"
                aria-label={`Amend order: ${summary(order)}`}
                aria-expanded={amending}
                onClick={() => {
                  setAmending(!amending);
                }}
              >
                Amend
              </Button>
            )}
            {!isFinal(order.status) && <CancelOrder order={order} />}
          </div>
        </td>
      </tr>
      {canAmend && amending && (
        <tr>
          <td colSpan={columns}>
            <AmendOrder
              order={order}
              onDone={() => {
                setAmending(false);
              }}
            />
          </td>
        </tr>
      )}
    </>
  );
}

const COLOUR: Record<OrderStatus, string> = {
  pending: "orange",
  open: "blue",
  closed: "teal",
  canceled: "gray",
  rejected: "red",
  expired: "gray",
};

/** How it stands, and why. */
export function OrderState({ order }: { order: Order }) {
  return (
    <div className="row order-state">
      <StatusBadge status={order.status} />
      {isArmed(order) && (
        <Badge variant="light" color="gray">
          Armed
        </Badge>
      )}
      {order.triggered === true && (
        <Badge variant="light" color="gray">
          Triggered
        </Badge>
      )}
      {order.reason && <span className="quiet small">{order.reason.message}</span>}
      {order.amendment && <AmendmentNote amendment={order.amendment} />}
    </div>
  );
}

export function StatusBadge({ status }: { status: OrderStatus }) {
  return (
    <Badge variant="light" color={COLOUR[status]}>
      {STATUS[status]}
    </Badge>
  );
}

function Details({ order, entry }: Pick<Props, "order" | "entry">) {
  const all = terms(order);
  if (entry !== undefined) all.unshift(`exit of: ${summary(entry)}`);
  else if (order.entry_order_id !== undefined) all.unshift("exit of another order");
  return all.length === 0 ? null : <span className="quiet small terms">{all.join(" · ")}</span>;
}
