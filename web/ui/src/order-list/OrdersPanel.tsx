import { useOrders } from "../hooks/orders.ts";
import { keys } from "../queries.ts";
import { Answer } from "../parts/Answer.tsx";
import { MoreButton } from "../parts/MoreButton.tsx";
import { OrderTable } from "./OrderTable.tsx";

interface Props {
  user_id: string;
  /** Of this stock alone. */
  only: string | undefined;
}

export function OrdersPanel({ user_id, only }: Props) {
  const orders = useOrders(user_id);
  return (
    <>
      <Answer what="your orders" of={keys.orders(user_id)} query={orders}>
        {(items) => (
          <OrderTable
            caption="My orders"
            orders={items.filter((order) => only === undefined || order.symbol === only)}
            none="You have not placed any orders here."
          />
        )}
      </Answer>
      <MoreButton query={orders}>Show older orders</MoreButton>
    </>
  );
}
