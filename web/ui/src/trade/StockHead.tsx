import { useLiveStock } from "../live/live.ts";
import { Change } from "../parts/Change.tsx";
import { FeedNote } from "../parts/FeedNote.tsx";
import { LivePrice } from "../parts/LivePrice.tsx";
import { PhaseNote } from "../parts/PhaseNote.tsx";
import { Select } from "../parts/Select.tsx";
import { price, quantity } from "../show.ts";
import type { PhaseEvent, Stock } from "../wire.ts";

interface Props {
  stock: Stock;
  symbols: string[];
  onChoose: (symbol: string) => void;
  told: PhaseEvent | undefined;
}

export function StockHead({ stock, symbols, onChoose, told }: Props) {
  const now = useLiveStock(stock);
  const facts = [
    ["Open", price(now.open, now.tick_size)],
    ["High", price(now.high, now.tick_size)],
    ["Low", price(now.low, now.tick_size)],
    ["Volume", quantity(now.volume, now.lot_size)],
    ["Previous close", price(now.previous_close, now.tick_size)],
    ["Tick", now.tick_size],
    ["Lot", now.lot_size],
  ] as const;
  return (
    <section className="panel stock-head" aria-label={`${now.symbol} now`}>
      <StockNow stock={now} />
      {/* Where the watch list has no place beside the chart. */}
      <div className="stock-choice">
        <Select label="Stock" value={now.symbol} options={symbols} onChange={onChoose} />
      </div>
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd className="tabular">{value}</dd>
          </div>
        ))}
      </dl>
      <PhaseNote phase={told?.phase ?? now.phase} told={told} />
      <FeedNote feed={now.feed} />
    </section>
  );
}

/** Its name and price. */
export function StockNow({ stock }: { stock: Stock }) {
  return (
    <div>
      <h2 className="stock-title">
        {stock.symbol} <span className="quiet">{stock.name}</span>
      </h2>
      <p className="headline">
        <strong>
          <LivePrice value={stock.last_price} tick={stock.tick_size} />
        </strong>{" "}
        <span className="quiet">{stock.currency}</span>{" "}
        <Change change={stock.change} percent={stock.change_percent} />
      </p>
    </div>
  );
}
