import { Link } from "@tanstack/react-router";
import { useStocksBySymbol } from "../hooks/market.ts";
import { Change } from "../parts/Change.tsx";
import { Profit } from "../parts/Profit.tsx";
import { EmptyRow, Table } from "../parts/Table.tsx";
import { averagePrice, money, price, quantity } from "../show.ts";
import type { Holding, Quote } from "../wire.ts";

const COLUMNS = [
  { title: "Stock" },
  { title: "Quantity", numeric: true },
  { title: "Available", numeric: true, wide: true },
  { title: "Average cost", numeric: true, wide: true },
  { title: "Last", numeric: true },
  { title: "Today", numeric: true, wide: true },
  { title: "Value", numeric: true },
  { title: "Unrealised", numeric: true },
  { title: "Realised", numeric: true, wide: true },
];

interface Props {
  holdings: Holding[];
  quotes: ReadonlyMap<string, Quote>;
}

export function HoldingsTable({ holdings, quotes }: Props) {
  const stocks = useStocksBySymbol();
  return (
    <Table caption="Holdings" columns={COLUMNS}>
      {holdings.length === 0 && (
        <EmptyRow columns={COLUMNS.length}>You hold no stocks yet.</EmptyRow>
      )}
      {holdings.map((holding) => {
        const quote = quotes.get(holding.symbol);
        const { tick_size, lot_size } = stocks.get(holding.symbol) ?? {};
        return (
          <tr key={holding.symbol} data-symbol={holding.symbol}>
            <th scope="row">
              <Link to="/trade/$symbol" params={{ symbol: holding.symbol }}>
                {holding.symbol}
              </Link>
            </th>
            <td className="number">{quantity(holding.quantity, lot_size)}</td>
            <td className="number wide">{quantity(holding.available, lot_size)}</td>
            <td className="number wide">{averagePrice(holding.average_cost, tick_size)}</td>
            <td className="number">{price(holding.last_price, tick_size)}</td>
            <td className="number wide">
              <Change
                change={quote?.change ?? null}
                percent={quote?.change_percent ?? null}
                brief
              />
            </td>
            <td className="number">{money(holding.market_value)}</td>
            <td className="number">
              <Profit value={holding.unrealised_profit} />
            </td>
            <td className="number wide">
              <Profit value={holding.realised_profit} />
            </td>
          </tr>
        );
      })}
    </Table>
  );
}
