import { useOrders } from "../hooks.ts";
import { Answer } from "./Answer.tsx";
import { CancelOrders } from "./CancelOrders.tsx";
import { OrderRow } from "./OrderRow.tsx";
import { Panel } from "./Panel.tsx";
import { Table } from "./Table.tsx";

const COLUMNS = [
  { title: "Order" },
  { title: "Filled", numeric: true },
  { title: "Average", numeric: true, wide: true },
  { title: "Placed", wide: true },
  { title: "Status" },
];

interface Props {
  user_id: string;
  /** The stock that is looked at, whose orders may be canceled by themselves. */
  symbol: string | undefined;
  stale: boolean;
}

export function OrdersPanel({ user_id, symbol, stale }: Props) {
  const orders = useOrders(user_id);
  const byId = new Map(orders.data?.map((order) => [order.order_id, order]));
  return (
    <Panel title="Orders" className="orders" stale={stale}>
      {byId.size > 0 && <CancelOrders symbol={symbol} />}
      <Answer what="your orders" query={orders}>
        {(items) =>
          items.length === 0 ? (
            <p className="quiet">You have not placed any orders yet.</p>
          ) : (
            <Table caption="My orders" captionHidden columns={COLUMNS}>
              {items.map((order) => (
                <OrderRow
                  key={order.order_id}
                  order={order}
                  entry={byId.get(order.entry_order_id ?? "")}
                  columns={COLUMNS.length}
                />
              ))}
            </Table>
          )
        }
      </Answer>
      {orders.hasNextPage && (
        <button
          type="button"
          className="plain"
          disabled={orders.isFetchingNextPage}
          onClick={() => void orders.fetchNextPage()}
        >
          Show older orders
        </button>
      )}
    </Panel>
  );
}
