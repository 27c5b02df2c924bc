import { useOrders } from "../hooks.ts";
import { Answer } from "./Answer.tsx";
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

export function OrdersPanel({ user_id, stale }: { user_id: string; stale: boolean }) {
  const orders = useOrders(user_id);
  return (
    <Panel title="Orders" className="orders" stale={stale}>
      <Answer what="your orders" query={orders}>
        {(items) =>
          items.length === 0 ? (
            <p className="quiet">You have not placed any orders yet.</p>
          ) : (
            <Table caption="My orders" captionHidden columns={COLUMNS}>
              {items.map((order) => (
                <OrderRow key={order.order_id} order={order} />
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
