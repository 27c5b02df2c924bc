import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { toWire } from "../decimal.ts";
import { Change } from "../parts/Change.tsx";
import { LivePrice } from "../parts/LivePrice.tsx";
import { PhaseBadge } from "../parts/PhaseBadge.tsx";
import { Sparkline } from "../parts/Sparkline.tsx";
import { money, price, quantity } from "../show.ts";
import type { Stock } from "../wire.ts";
import { pressed, sorted, traded } from "./sorting.ts";
import type { Order, SortBy } from "./sorting.ts";

const COLUMNS: { by: SortBy; title: string; wide?: boolean }[] = [
  { by: "symbol", title: "Stock" },
  { by: "last", title: "Last" },
  { by: "change", title: "Change" },
  { by: "volume", title: "Volume", wide: true },
  { by: "turnover", title: "Traded, about", wide: true },
];

export function StockTable({ stocks }: { stocks: Stock[] }) {
  const [order, setOrder] = useState<Order>({ by: "turnover", falling: true });
  if (stocks.length === 0) return <p className="empty">No stocks are listed yet.</p>;
  return (
    <div className="table-frame" role="region" aria-label="All stocks" tabIndex={0}>
      <table>
        <caption className="hidden">All stocks</caption>
        <thead>
          <tr>
            {COLUMNS.map(({ by, title, wide }) => (
              <th
                key={by}
                scope="col"
                className={`${by === "symbol" ? "" : "number"} ${wide === true ? "wide" : ""}`}
                aria-sort={order.by !== by ? "none" : order.falling ? "descending" : "ascending"}
              >
                <button
                  type="button"
                  className="sort"
                  onClick={() => {
                    setOrder(pressed(order, by));
                  }}
                >
                  {title}
                  <span aria-hidden="true" className="sort-mark">
                    {order.by !== by ? "" : order.falling ? "▾" : "▴"}
                  </span>
                </button>
              </th>
            ))}
            <th scope="col" className="wide number">
              Day’s range
            </th>
            <th scope="col" className="wide">
              <span className="hidden">Last hours</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {sorted(stocks, order).map((stock) => (
            <Row key={stock.symbol} stock={stock} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Row({ stock }: { stock: Stock }) {
  const { symbol, name, phase, last_price, change, change_percent, tick_size } = stock;
  return (
    <tr>
      <th scope="row">
        <Link to="/trade/$symbol" params={{ symbol }}>
          {symbol}
        </Link>{" "}
        <span className="quiet">{name}</span> <PhaseBadge phase={phase} />
      </th>
      <td className="number">
        <LivePrice value={last_price} tick={tick_size} />
      </td>
      <td className="number">
        <Change change={change} percent={change_percent} brief />
      </td>
      <td className="number wide">{quantity(stock.volume, stock.lot_size)}</td>
      <td className="number wide">{money(toWire(traded(stock)))}</td>
      <td className="number wide quiet">
        {price(stock.low, tick_size)} to {price(stock.high, tick_size)}
      </td>
      <td className="wide">
        <Sparkline symbol={symbol} last={last_price} change={change} />
      </td>
    </tr>
  );
}
