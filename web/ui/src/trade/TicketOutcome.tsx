import { useOrders } from "../hooks/orders.ts";
import { Failure } from "../parts/Failure.tsx";
import { STATUS, summary } from "../show.ts";
import type { Order } from "../wire.ts";

const UNSURE =
  "The order may have arrived all the same. Placing it again unchanged is safe: it will not trade twice.";

interface Props {
  user_id: string;
  sent: Order | undefined;
  error: Error | null;
}

/** How the last order went, kept up to date while it lives. */
export function TicketOutcome({ user_id, sent, error }: Props) {
  const { data: orders } = useOrders(user_id);
  const order = orders?.find(({ order_id }) => order_id === sent?.order_id) ?? sent;
  return (
    <>
      {error && <Failure error={error} unsure={UNSURE} />}
      <div className="small" role="status" aria-label="Last order">
        {!error && order && (
          <p>
            {summary(order)}: <strong>{STATUS[order.status]}</strong>
            {order.reason && `. ${order.reason.message}`}
          </p>
        )}
      </div>
    </>
  );
}
