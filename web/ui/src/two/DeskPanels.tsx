/** What somebody at a desk sees of one stock, and has. */

import { useEffect, useState } from "react";
import { useStocks } from "../hooks/market.ts";
import { DepthContext, useLive, useLiveStock } from "../live/live.ts";
import { useStockFeed } from "../live/useStockFeed.ts";
import { Answer } from "../parts/Answer.tsx";
import { FeedNote } from "../parts/FeedNote.tsx";
import { PhaseNote } from "../parts/PhaseNote.tsx";
import { ConnectionState } from "../shell/ConnectionState.tsx";
import { DepthPanel } from "../trade/DepthPanel.tsx";
import { MyPanel } from "../trade/MyPanel.tsx";
import { OrderTicket } from "../trade/OrderTicket.tsx";
import { StockNow } from "../trade/StockHead.tsx";
import type { Picked } from "../trade/useTicket.ts";
import type { Person, Stock } from "../wire.ts";
import { Belongings } from "./Belongings.tsx";

interface Props {
  me: Person;
  symbol: string;
  onNews: () => void;
}

export function DeskPanels({ me, symbol, onNews }: Props) {
  const stocks = useStocks();
  const { socket } = useLive();
  useEffect(() => {
    socket.on("order", onNews);
    return () => {
      socket.off("order", onNews);
    };
  }, [socket, onNews]);
  const stock = stocks.data?.items.find((stock) => stock.symbol === symbol);
  return (
    <Answer what="the stock" query={{ ...stocks, data: stock }} lines={12}>
      {(stock) => <OfStock key={symbol} me={me} stock={stock} />}
    </Answer>
  );
}

function OfStock({ me, stock }: { me: Person; stock: Stock }) {
  const live = useLive();
  const feed = useStockFeed(live, stock.symbol);
  const now = useLiveStock(stock);
  const [picked, setPicked] = useState<Picked>();
  return (
    <div className="two-panels">
      <section
        className="panel stock-head"
        aria-label={`${stock.symbol} now, as ${me.name} sees it`}
      >
        <StockNow stock={now} />
        <PhaseNote phase={feed.phase?.phase ?? now.phase} told={feed.phase} />
        <FeedNote feed={now.feed} />
        <ConnectionState />
      </section>
      <Belongings me={me} stock={stock} />
      <DepthPanel user_id={me.user_id} stock={stock} feed={feed} onPick={setPicked} />
      <DepthContext value={feed.depth}>
        <OrderTicket user_id={me.user_id} stock={stock} picked={picked} />
      </DepthContext>
      <MyPanel user_id={me.user_id} symbol={stock.symbol} />
    </div>
  );
}
