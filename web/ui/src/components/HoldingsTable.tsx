import { direction, money, price, quantity, signedMoney } from "../show.ts";
import type { Holding } from "../wire.ts";
import { Table } from "./Table.tsx";

const COLUMNS = [
  { title: "Stock" },
  { title: "Quantity", numeric: true },
  { title: "Held", numeric: true, wide: true },
  { title: "Available", numeric: true, wide: true },
  { title: "Average cost", numeric: true, wide: true },
  { title: "Last", numeric: true, wide: true },
  { title: "Value", numeric: true },
  { title: "Profit", numeric: true },
];

export function HoldingsTable({ holdings }: { holdings: Holding[] }) {
  if (holdings.length === 0) return <p className="quiet">You hold no stocks yet.</p>;
  return (
    <Table caption="Holdings" columns={COLUMNS}>
      {holdings.map((holding) => (
        <tr key={holding.symbol} data-symbol={holding.symbol}>
          <th scope="row">{holding.symbol}</th>
          <td className="number">{quantity(holding.quantity)}</td>
          <td className="number wide">{quantity(holding.held)}</td>
          <td className="number wide">{quantity(holding.available)}</td>
          <td className="number wide">{money(holding.average_cost)}</td>
          <td className="number wide">{price(holding.last_price)}</td>
          <td className="number">{money(holding.market_value)}</td>
          <td className={`number ${direction(holding.unrealised_profit)}`}>
            {signedMoney(holding.unrealised_profit)}
          </td>
        </tr>
      ))}
    </Table>
  );
}
