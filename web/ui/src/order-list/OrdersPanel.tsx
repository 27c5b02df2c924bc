import type { QueryKey } from "@tanstack/react-query";
import { useOrderList, useOrders } from "../hooks/orders.ts";
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
  return only === undefined ? (
    <All user_id={user_id} />
  ) : (
    <OfStock user_id={user_id} symbol={only} />
  );
}

function All({ user_id }: { user_id: string }) {
  return <Listed orders={useOrders(user_id)} of={keys.orders(user_id)} />;
}

function OfStock({ user_id, symbol }: { user_id: string; symbol: string }) {
  const orders = useOrderList(user_id, { symbol });
  return <Listed orders={orders} of={keys.orderList(user_id, { symbol })} />;
}

function Listed({ orders, of }: { orders: ReturnType<typeof useOrders>; of: QueryKey }) {
  return (
    <>
      <Answer what="your orders" of={of} query={orders}>
        {(items) => (
          <OrderTable
            caption="My orders"
            orders={items}
            none="You have not placed any orders here."
          />
        )}
      </Answer>
      <MoreButton query={orders}>Show older orders</MoreButton>
    </>
  );
}
