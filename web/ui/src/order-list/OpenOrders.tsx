import { Link } from "@tanstack/react-router";
import { useHasOlderOpenOrders, useOpenOrders } from "../hooks/orders.ts";
import { keys } from "../queries.ts";
import { Answer } from "../parts/Answer.tsx";
import { CancelOrders } from "./CancelOrders.tsx";
import { OrderTable } from "./OrderTable.tsx";

interface Props {
  user_id: string;
  /** The stock that is looked at, whose orders may be canceled by themselves. */
  symbol: string;
  /** Of this stock alone. */
  only: string | undefined;
}

export function OpenOrders({ user_id, symbol, only }: Props) {
  const open = useOpenOrders(user_id);
  const hasOlder = useHasOlderOpenOrders(user_id);
  return (
    <>
      {open.data !== undefined && open.data.length > 0 && <CancelOrders symbol={symbol} />}
      <Answer what="your open orders" of={keys.openOrders(user_id)} query={open}>
        {(orders) => (
          <OrderTable
            caption="Open orders"
            orders={orders.filter((order) => only === undefined || order.symbol === only)}
            none={
              hasOlder
                ? "None of your newest open orders is here."
                : "You have no open orders here."
            }
          />
        )}
      </Answer>
      {hasOlder && (
        <p className="panel-body quiet">
          These are the newest.{" "}
          <Link to="/orders" search={{ status: "open" }}>
            All open orders
          </Link>
        </p>
      )}
    </>
  );
}
