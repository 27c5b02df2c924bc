/** Everything one account sees. Mounted anew for another account. */

import { useState } from "react";
import { useStocks } from "../hooks.ts";
import { useLive } from "../live/useLive.ts";
import type { Person, Quote } from "../wire.ts";
import { Answer } from "./Answer.tsx";
import { ConnectionBanner } from "./ConnectionBanner.tsx";
import { Header } from "./Header.tsx";
import { MyTradesPanel } from "./MyTradesPanel.tsx";
import { OrdersPanel } from "./OrdersPanel.tsx";
import { OrderTicket } from "./OrderTicket.tsx";
import { Panel } from "./Panel.tsx";
import { PortfolioPanel } from "./PortfolioPanel.tsx";
import { PriceList } from "./PriceList.tsx";
import { StockPanel } from "./StockPanel.tsx";

const NO_QUOTES: ReadonlyMap<string, Quote> = new Map();

interface Props {
  me: Person;
  onSwitch: () => void;
}

export function Trading({ me, onSwitch }: Props) {
  const live = useLive(me.user_id);
  const stocks = useStocks();
  const [chosen, setChosen] = useState<string>();

  const quotes = live.prices?.quotes ?? NO_QUOTES;
  const listed = stocks.data?.items.map((stock) => ({ ...stock, ...quotes.get(stock.symbol) }));
  const stock = listed?.find(({ symbol }) => symbol === chosen) ?? listed?.[0];
  const stale = live.state === "reconnecting";

  return (
    <>
      <Header me={me} connection={live.state} onSwitch={onSwitch} />
      <ConnectionBanner connection={live.state} />
      <main className="trading">
        <Panel title="Prices" className="prices" stale={stale || live.refusal !== undefined}>
          {live.refusal !== undefined && <p role="alert">No live prices: {live.refusal}</p>}
          <Answer what="the stocks" query={{ ...stocks, data: listed }}>
            {(items) => <PriceList stocks={items} chosen={stock?.symbol} onChoose={setChosen} />}
          </Answer>
        </Panel>
        {stock && <StockPanel key={stock.symbol} stock={stock} connection={live} />}
        {listed && stock && (
          <OrderTicket
            user_id={me.user_id}
            stock={stock}
            symbols={listed.map(({ symbol }) => symbol)}
            onChoose={setChosen}
          />
        )}
        <PortfolioPanel user_id={me.user_id} quotes={quotes} stale={stale} />
        <OrdersPanel user_id={me.user_id} symbol={stock?.symbol} stale={stale} />
        <MyTradesPanel user_id={me.user_id} stale={stale} />
      </main>
    </>
  );
}
