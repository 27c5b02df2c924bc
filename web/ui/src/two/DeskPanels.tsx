/** What somebody at a desk sees of one stock, and has. */

import { useEffect, useState } from "react";
import { useStocks } from "../hooks/market.ts";
import { useOpenOrders } from "../hooks/orders.ts";
import { DepthContext, useLive, useLiveStock, useStale } from "../live/live.ts";
import { useStockFeed } from "../live/useStockFeed.ts";
import { Answer } from "../parts/Answer.tsx";
import { Panel } from "../parts/Panel.tsx";
import { PhaseNote } from "../parts/PhaseNote.tsx";
import { ConnectionState } from "../shell/ConnectionState.tsx";
import { DepthLadder } from "../trade/DepthLadder.tsx";
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
  const stale = useStale();
  const [picked, setPicked] = useState<Picked>();
  const orders = useOpenOrders(me.user_id).data?.filter(({ symbol }) => symbol === stock.symbol);
  return (
    <div className="two-panels">
      <section
        className="panel stock-head"
        aria-label={`${stock.symbol} now, as ${me.name} sees it`}
      >
        <StockNow stock={now} />
        <PhaseNote phase={feed.phase?.phase ?? now.phase} told={feed.phase} />
        <ConnectionState />
      </section>
      <Belongings me={me} stock={stock} />
      <Panel title="Depth" className="depth" stale={stale || feed.depth?.gap === true} flush>
        <DepthLadder
          depth={feed.depth}
          refusal={feed.depthRefusal}
          mine={orders ?? []}
          onPick={(side, price) => {
            setPicked({ side, price });
          }}
        />
      </Panel>
      <DepthContext value={feed.depth}>
        <OrderTicket user_id={me.user_id} stock={stock} picked={picked} />
      </DepthContext>
      <MyPanel user_id={me.user_id} symbol={stock.symbol} />
    </div>
  );
}
