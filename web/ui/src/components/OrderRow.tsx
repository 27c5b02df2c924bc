import { useState } from "react";
import { isAmendable, isArmed, isFinal } from "../orders.ts";
import { moment, price, quantity, STATUS, summary, terms } from "../show.ts";
import type { Order } from "../wire.ts";
import { AmendmentNote } from "./AmendmentNote.tsx";
import { AmendOrder } from "./AmendOrder.tsx";
import { CancelOrder } from "./CancelOrder.tsx";

interface Props {
  order: Order;
  /** Of a bracket's exit: what it leaves again, as far as it is known. */
  entry: Order | undefined;
  columns: number;
}

export function OrderRow({ order, entry, columns }: Props) {
  const [amending, setAmending] = useState(false);
  const canAmend = isAmendable(order);
  return (
    <>
      <tr data-order-id={order.order_id}>
        <th scope="row">
          {summary(order)} <Details order={order} entry={entry} />
        </th>
        <td className="number">
          {quantity(order.filled_quantity)} of {quantity(order.quantity)}
        </td>
        <td className="number wide">{price(order.average_price)}</td>
        <td className="wide">
          <time dateTime={order.created_at}>{moment(order.created_at)}</time>
        </td>
        <td>
          <div className="order-status">
            <span className={`tag status-${order.status}`}>{STATUS[order.status]}</span>
            {isArmed(order) && <span className="tag">Armed</span>}
            {order.triggered === true && <span className="tag">Triggered</span>}
            {order.reason && <span className="quiet">{order.reason.message}</span>}
            {order.amendment && <AmendmentNote amendment={order.amendment} />}
            {canAmend && (
              <button
                type="button"
                className="plain"
                aria-label={`Amend order: ${summary(order)}`}
                aria-expanded={amending}
                onClick={() => {
                  setAmending(!amending);
                }}
              >
                Amend
              </button>
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

function Details({ order, entry }: Pick<Props, "order" | "entry">) {
  const all = terms(order);
  if (entry !== undefined) all.unshift(`exit of: ${summary(entry)}`);
  else if (order.entry_order_id !== undefined) all.unshift("exit of another order");
  return all.length === 0 ? null : <span className="quiet terms">{all.join(" · ")}</span>;
}
