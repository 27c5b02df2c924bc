import { Link } from "@tanstack/react-router";
import { useStocksBySymbol } from "../hooks/market.ts";
import { Change } from "../parts/Change.tsx";
import { Profit } from "../parts/Profit.tsx";
import { EmptyRow, Table } from "../parts/Table.tsx";
import { averagePrice, money, price, quantity } from "../show.ts";
import type { Holding, Quote, Stock } from "../wire.ts";

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
      {holdings.map((holding) => (
        <Row
          key={holding.symbol}
          holding={holding}
          stock={stocks.get(holding.symbol)}
          quote={quotes.get(holding.symbol)}
        />
      ))}
    </Table>
  );
}

interface RowProps {
  holding: Holding;
  stock: Stock | undefined;
  quote: Quote | undefined;
}

/** Where the wide columns are left out, a second line has what they say. */
function Row({ holding, stock, quote }: RowProps) {
  const { symbol, last_price, market_value, unrealised_profit } = holding;
  const available = quantity(holding.available, stock?.lot_size);
  const cost = averagePrice(holding.average_cost, stock?.tick_size);
  const today = (
    <Change change={quote?.change ?? null} percent={quote?.change_percent ?? null} brief />
  );
  const realised = <Profit value={holding.realised_profit} />;
  return (
    <>
      <tr data-symbol={symbol}>
        <th scope="row">
          <Link to="/trade/$symbol" params={{ symbol }}>
            {symbol}
          </Link>
        </th>
        <td className="number">{quantity(holding.quantity, stock?.lot_size)}</td>
        <td className="number wide">{available}</td>
        <td className="number wide">{cost}</td>
        <td className="number">{price(last_price, stock?.tick_size)}</td>
        <td className="number wide">{today}</td>
        <td className="number">{money(market_value)}</td>
        <td className="number">
          <Profit value={unrealised_profit} />
        </td>
        <td className="number wide">{realised}</td>
      </tr>
      <tr className="second-line small">
        <td colSpan={COLUMNS.length}>
          <span className="quiet">Available</span> {available}{" "}
          <span className="quiet">Average cost</span> {cost} <span className="quiet">Today</span>{" "}
          {today} <span className="quiet">Realised</span> {realised}
        </td>
      </tr>
    </>
  );
}
