import { isFinal } from "../orders.ts";
import { moment, price, quantity, STATUS, summary } from "../show.ts";
import type { Order } from "../wire.ts";
import { CancelOrder } from "./CancelOrder.tsx";

export function OrderRow({ order }: { order: Order }) {
  return (
    <tr data-order-id={order.order_id}>
      <th scope="row">{summary(order)}</th>
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
          {order.reason && <span className="quiet">{order.reason.message}</span>}
          {!isFinal(order.status) && <CancelOrder order={order} />}
        </div>
      </td>
    </tr>
  );
}
