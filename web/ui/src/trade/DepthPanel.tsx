/** The depth of one stock with my own orders marked in it. */

import { useOpenOrders } from "../hooks/orders.ts";
import { useStale } from "../live/live.ts";
import type { StockFeed } from "../live/useStockFeed.ts";
import { Panel } from "../parts/Panel.tsx";
import type { Stock } from "../wire.ts";
import { DepthLadder } from "./DepthLadder.tsx";
import type { Picked } from "./useTicket.ts";

interface Props {
  user_id: string;
  stock: Stock;
  feed: StockFeed;
  onPick: (picked: Picked) => void;
}

export function DepthPanel({ user_id, stock, feed, onPick }: Props) {
  const orders = useOpenOrders(user_id).data ?? [];
  const stale = useStale() || feed.depth?.gap === true;
  return (
    <Panel title="Depth" className="depth" stale={stale} flush>
      <DepthLadder
        depth={feed.depth}
        refusal={feed.depthRefusal}
        stock={stock}
        mine={orders.filter((order) => order.symbol === stock.symbol)}
        onPick={(side, price) => {
          onPick({ side, price });
        }}
      />
    </Panel>
  );
}
