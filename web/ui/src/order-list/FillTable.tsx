import type { ReactNode } from "react";
import { decimal, formatCents, times } from "../decimal.ts";
import { EmptyRow, Table } from "../parts/Table.tsx";
import { money, moment, summary } from "../show.ts";
import type { Fill } from "../wire.ts";

const COLUMNS = [
  { title: "Fill" },
  { title: "Value", numeric: true },
  { title: "Fee", numeric: true, wide: true },
  { title: "Role", wide: true },
  { title: "Time" },
];

interface Props {
  fills: Fill[];
  /** Said when there are none. */
  none?: string | undefined;
  /** What leads to a fill's order; nothing, on the order's own page. */
  order?: (order_id: string, text: string) => ReactNode;
}

export function FillTable({
  fills,
  none = "Nothing was filled yet.",
  order = (_, text) => text,
}: Props) {
  return (
    <Table caption="Fills" columns={COLUMNS}>
      {fills.length === 0 && <EmptyRow columns={COLUMNS.length}>{none}</EmptyRow>}
      {fills.map((fill) => (
        <tr key={`${fill.trade_id} ${fill.order_id}`} data-order-id={fill.order_id}>
          <th scope="row">{order(fill.order_id, summary({ ...fill, limit_price: fill.price }))}</th>
          <td className="number">
            {formatCents(times(decimal(fill.price), decimal(fill.quantity)))}
          </td>
          <td className="number wide">{money(fill.fee)}</td>
          <td className="wide">{fill.liquidity}</td>
          <td>
            <time dateTime={fill.at}>{moment(fill.at)}</time>
          </td>
        </tr>
      ))}
    </Table>
  );
}
