import { memo } from "react";
import { useLiveStock } from "../live/live.ts";
import { Change } from "../parts/Change.tsx";
import { LivePrice } from "../parts/LivePrice.tsx";
import { PhaseBadge } from "../parts/PhaseBadge.tsx";
import { Sparkline } from "../parts/Sparkline.tsx";
import type { Stock } from "../wire.ts";

interface Props {
  stock: Stock;
  chosen: boolean;
  onChoose: (symbol: string) => void;
}

/** Before the first trade of the day, yesterday's close stands in. */
export const WatchRow = memo(function WatchRow({ stock, chosen, onChoose }: Props) {
  const now = useLiveStock(stock);
  return (
    <li>
      <button
        type="button"
        className="watch-row"
        aria-current={chosen ? "true" : undefined}
        data-symbol={now.symbol}
        onClick={() => {
          onChoose(now.symbol);
        }}
      >
        <span className="watch-name">
          <strong>{now.symbol}</strong> <PhaseBadge phase={now.phase} />
          <span className="quiet small watch-long">{now.name}</span>
        </span>
        <Sparkline symbol={now.symbol} last={now.last_price} change={now.change} />
        <span className="watch-price">
          <LivePrice value={now.last_price} tick={now.tick_size} />
          <span className="small">
            <Change change={now.change} percent={now.change_percent} brief />
          </span>
        </span>
      </button>
    </li>
  );
});
