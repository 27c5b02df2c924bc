import type { Connection } from "../live/useLive.ts";
import { useStockFeed } from "../live/useStockFeed.ts";
import { price, quantity } from "../show.ts";
import type { Stock } from "../wire.ts";
import { Change } from "./Change.tsx";
import { DepthLadder } from "./DepthLadder.tsx";
import { Panel } from "./Panel.tsx";
import { PhaseNote } from "./PhaseNote.tsx";
import { Tape } from "./Tape.tsx";

interface Props {
  stock: Stock;
  connection: Connection;
}

export function StockPanel({ stock, connection }: Props) {
  const feed = useStockFeed(connection, stock.symbol);
  const stale = connection.state === "reconnecting" || feed.depth?.gap === true;
  const facts = [
    ["Open", price(stock.open)],
    ["High", price(stock.high)],
    ["Low", price(stock.low)],
    ["Volume", quantity(stock.volume)],
    ["Previous close", price(stock.previous_close)],
    ["Tick", stock.tick_size],
    ["Lot", stock.lot_size],
    ["State", stock.state],
  ] as const;
  return (
    <Panel title={`${stock.symbol} · ${stock.name}`} className="stock" stale={stale}>
      <p className="headline">
        <strong>{price(stock.last_price ?? stock.previous_close)}</strong> {stock.currency}{" "}
        <Change change={stock.change} percent={stock.change_percent} />
      </p>
      <PhaseNote phase={feed.phase?.phase ?? stock.phase} told={feed.phase} />
      <dl className="facts">
        {facts.map(([name, value]) => (
          <div key={name}>
            <dt>{name}</dt>
            <dd>{value}</dd>
          </div>
        ))}
      </dl>
      <h3>Depth</h3>
      <DepthLadder depth={feed.depth} refusal={feed.depthRefusal} />
      <h3>Last trades</h3>
      <Tape trades={feed.tape} refusal={feed.tapeRefusal} />
    </Panel>
  );
}
