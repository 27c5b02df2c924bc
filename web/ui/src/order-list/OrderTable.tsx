import { useStocksBySymbol } from "../hooks/market.ts";
import { EmptyRow, Table } from "../parts/Table.tsx";
import type { Order } from "../wire.ts";
import { OrderRow } from "./OrderRow.tsx";
import "./orders.css";

const COLUMNS = [
  { title: "Order" },
  { title: "Filled", numeric: true },
  { title: "Average", numeric: true, wide: true },
  { title: "Placed", wide: true },
  { title: "Status" },
  { title: "Actions", titleHidden: true },
];

interface Props {
  caption: string;
  orders: Order[];
  /** Said when there are none. */
  none: string;
}

export function OrderTable({ caption, orders, none }: Props) {
  const stocks = useStocksBySymbol();
  const byId = new Map(orders.map((order) => [order.order_id, order]));
  return (
    <Table caption={caption} columns={COLUMNS}>
      {orders.length === 0 && <EmptyRow columns={COLUMNS.length}>{none}</EmptyRow>}
      {orders.map((order) => (
        <OrderRow
          key={order.order_id}
          order={order}
          stock={stocks.get(order.symbol)}
          entry={byId.get(order.entry_order_id ?? "")}
          columns={COLUMNS.length}
        />
      ))}
    </Table>
  );
}
