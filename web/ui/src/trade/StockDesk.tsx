/** One stock, live. Mounted anew for another stock. */

import { useState } from "react";
import { DepthContext, useLive } from "../live/live.ts";
import { useStockFeed } from "../live/useStockFeed.ts";
import type { Person, Stock } from "../wire.ts";
import { ChartPanel } from "./ChartPanel.tsx";
import { DepthPanel } from "./DepthPanel.tsx";
import { MyPanel } from "./MyPanel.tsx";
import { OrderTicket } from "./OrderTicket.tsx";
import { StockHead } from "./StockHead.tsx";
import { TapePanel } from "./Tape.tsx";
import type { Picked } from "./useTicket.ts";

interface Props {
  me: Person;
  stock: Stock;
  symbols: string[];
  onChoose: (symbol: string) => void;
}

export function StockDesk({ me, stock, symbols, onChoose }: Props) {
  const live = useLive();
  const feed = useStockFeed(live, stock.symbol);
  const [picked, setPicked] = useState<Picked>();
  return (
    <>
      <StockHead stock={stock} symbols={symbols} onChoose={onChoose} told={feed.phase} />
      <ChartPanel user_id={me.user_id} stock={stock} />
      <DepthPanel user_id={me.user_id} stock={stock} feed={feed} onPick={setPicked} />
      <TapePanel stock={stock} />
      <DepthContext value={feed.depth}>
        <OrderTicket user_id={me.user_id} stock={stock} picked={picked} />
      </DepthContext>
      <MyPanel user_id={me.user_id} symbol={stock.symbol} />
    </>
  );
}
