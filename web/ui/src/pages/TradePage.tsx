/** Everything about one stock: its price, chart, depth and trades, and what I do in it. */

import { Link, useNavigate, useParams } from "@tanstack/react-router";
import { useMemo, useState } from "react";
import { useStocks } from "../hooks/market.ts";
import { keys } from "../queries.ts";
import { Answer } from "../parts/Answer.tsx";
import { Title } from "../parts/Title.tsx";
import { useSignedIn } from "../shell/me.ts";
import { StockDesk } from "../trade/StockDesk.tsx";
import "../trade/trade.css";
import { WatchList } from "../trade/WatchList.tsx";
import type { Stock } from "../wire.ts";

/** The last one that was looked at, when the address names none. */
const REMEMBERED = "exchange.symbol";

export function TradePage() {
  const me = useSignedIn();
  const stocks = useStocks();
  const navigate = useNavigate();
  const { symbol } = useParams({ strict: false });
  const [before] = useState(() => localStorage.getItem(REMEMBERED));
  const items = stocks.data?.items;
  const stock = useMemo(() => chosen(items, symbol, before), [items, symbol, before]);

  const choose = (symbol: string) => {
    localStorage.setItem(REMEMBERED, symbol);
    void navigate({ to: "/trade/$symbol", params: { symbol } });
  };

  return (
    <Answer what="the stocks" of={keys.stocks} query={{ ...stocks, data: items }} lines={12}>
      {(items) =>
        stock === undefined ? (
          <Nothing symbol={symbol} />
        ) : (
          <div className="desk">
            <Title>{stock.symbol}</Title>
            <h1 className="hidden">
              Trade {stock.symbol}, {stock.name}
            </h1>
            <WatchList stocks={items} chosen={stock.symbol} onChoose={choose} />
            <StockDesk
              key={stock.symbol}
              me={me}
              stock={stock}
              symbols={items.map(({ symbol }) => symbol)}
              onChoose={choose}
            />
          </div>
        )
      }
    </Answer>
  );
}

function chosen(
  items: Stock[] | undefined,
  symbol: string | undefined,
  before: string | null,
): Stock | undefined {
  const wanted = items?.find((stock) => stock.symbol === (symbol ?? before));
  return symbol === undefined ? (wanted ?? items?.[0]) : wanted;
}

function Nothing({ symbol }: { symbol: string | undefined }) {
  if (symbol === undefined) return <p className="empty">No stocks are listed yet.</p>;
  return (
    <div className="page">
      <h1>There is no stock {symbol}</h1>
      <p>
        <Link to="/market">See all stocks</Link>
      </p>
    </div>
  );
}
