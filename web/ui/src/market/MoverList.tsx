import { Link } from "@tanstack/react-router";
import { useStocksBySymbol } from "../hooks/market.ts";
import { Change } from "../parts/Change.tsx";
import { Panel } from "../parts/Panel.tsx";
import { EmptyRow, Table } from "../parts/Table.tsx";
import { count, price } from "../show.ts";
import type { Mover } from "../wire.ts";

const SHOWN = 6;

const COLUMNS = [
  { title: "Stock" },
  { title: "Last", numeric: true },
  { title: "Change", numeric: true },
  { title: "Trades", numeric: true },
];

interface Props {
  title: string;
  movers: Mover[];
  stale: boolean;
}

export function MoverList({ title, movers, stale }: Props) {
  const stocks = useStocksBySymbol();
  return (
    <Panel title={title} stale={stale} flush>
      <Table caption={title} columns={COLUMNS}>
        {movers.length === 0 && <EmptyRow columns={COLUMNS.length}>Nobody today, so far.</EmptyRow>}
        {movers.slice(0, SHOWN).map(({ symbol, last_price, change_percent, trades }) => (
          <tr key={symbol}>
            <th scope="row">
              <Link to="/trade/$symbol" params={{ symbol }}>
                {symbol}
              </Link>
            </th>
            <td className="number">{price(last_price, stocks.get(symbol)?.tick_size)}</td>
            <td className="number">
              <Change change={change_percent} percent={change_percent} brief />
            </td>
            <td className="number">{count(trades)}</td>
          </tr>
        ))}
      </Table>
    </Panel>
  );
}
