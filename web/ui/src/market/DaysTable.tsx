import { EmptyRow, Table } from "../parts/Table.tsx";
import { count, day, turnover } from "../show.ts";
import type { DayActivity } from "../wire.ts";

const COLUMNS = [
  { title: "Day" },
  { title: "Turnover", numeric: true },
  { title: "Trades", numeric: true },
  { title: "Orders", numeric: true },
];

export function DaysTable({ days }: { days: DayActivity[] }) {
  return (
    <Table caption="The last days" columns={COLUMNS}>
      {days.length === 0 && <EmptyRow columns={COLUMNS.length}>Nothing happened yet.</EmptyRow>}
      {days.map(({ date, turnover: amounts, trades, orders }) => (
        <tr key={date}>
          <th scope="row">{day(date)}</th>
          <td className="number">{turnover(amounts)}</td>
          <td className="number">{count(trades)}</td>
          <td className="number">{count(orders)}</td>
        </tr>
      ))}
    </Table>
  );
}
