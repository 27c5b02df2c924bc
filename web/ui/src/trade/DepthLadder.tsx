import type { CSSProperties } from "react";
import { ownAtPrice } from "../cost.ts";
import { decimal, format, forDrawing, over, toWire } from "../decimal.ts";
import type { Decimal } from "../decimal.ts";
import type { Depth } from "../live/depth.ts";
import { Loading } from "../parts/Loading.tsx";
import { price, quantity } from "../show.ts";
import type { Level, Order, Side, Stock } from "../wire.ts";

/** The best levels; the rest of the book is behind them. */
const LEVELS_SHOWN = 11;

interface Props {
  stock: Stock;
  depth: Depth | undefined;
  refusal: string | undefined;
  /** My open orders in this stock. */
  mine: Order[];
  onPick: (side: Side, price: string) => void;
}

export function DepthLadder({ stock, depth, refusal, mine, onPick }: Props) {
  if (refusal !== undefined) return <p role="alert">No depth: {refusal}</p>;
  if (depth === undefined) return <Loading what="depth" lines={2 * LEVELS_SHOWN} />;
  const [asks, bids] = [depth.asks.slice(0, LEVELS_SHOWN), depth.bids.slice(0, LEVELS_SHOWN)];
  const most = largest([...asks, ...bids]);
  const own = (side: Side) => ownAtPrice(mine.filter((order) => order.side === side));
  return (
    <div className="ladder">
      <Half
        caption="Asks"
        nobody="Nobody is selling."
        side="buy"
        stock={stock}
        levels={asks.toReversed()}
        most={most}
        own={own("sell")}
        onPick={onPick}
      />
      <Spread bid={bids[0]?.[0]} ask={asks[0]?.[0]} stock={stock} />
      <Half
        caption="Bids"
        nobody="Nobody is buying."
        side="sell"
        stock={stock}
        levels={bids}
        most={most}
        own={own("buy")}
        onPick={onPick}
      />
    </div>
  );
}

function largest(levels: Level[]): Decimal {
  return levels.map((level) => decimal(level[1])).reduce((a, b) => (a > b ? a : b), 1n);
}

interface HalfProps {
  caption: string;
  nobody: string;
  /** What somebody does who takes one of these prices. */
  side: Side;
  stock: Stock;
  levels: Level[];
  most: Decimal;
  own: ReadonlyMap<Decimal, Decimal>;
  onPick: (side: Side, price: string) => void;
}

/** Empty levels keep their place, so that the spread stays where it is. */
function Half({ caption, nobody, side, stock, levels, most, own, onPick }: HalfProps) {
  const { tick_size, lot_size } = stock;
  const padding = LEVELS_SHOWN - levels.length;
  const blank = Array.from({ length: padding }, (_, n) => (
    <tr key={`blank-${n}`} aria-hidden="true" className="level">
      <td colSpan={3}>{levels.length === 0 && n === Math.floor(padding / 2) ? nobody : ""}</td>
    </tr>
  ));
  return (
    <table className={`half half-${side}`}>
      <caption className="hidden">
        {levels.length === 0 ? `${caption}: ${nobody}` : caption}
      </caption>
      <thead className={side === "sell" ? "hidden" : ""}>
        <tr>
          <th scope="col">Price</th>
          <th scope="col">Quantity</th>
          <th scope="col">Mine</th>
        </tr>
      </thead>
      <tbody>
        {side === "buy" && blank}
        {levels.map(([at, there]) => (
          <tr key={at} className="level" style={bar(decimal(there), most)}>
            <td>
              <button
                type="button"
                className="level-price"
                aria-label={`${price(at, tick_size)}: fill the ticket to ${side}`}
                onClick={() => {
                  onPick(side, at);
                }}
              >
                {price(at, tick_size)}
              </button>
            </td>
            <td>{quantity(there, lot_size)}</td>
            <td>
              <OwnMark amount={own.get(decimal(at))} lot={lot_size} />
            </td>
          </tr>
        ))}
        {side === "sell" && blank}
      </tbody>
    </table>
  );
}

function OwnMark({ amount, lot }: { amount: Decimal | undefined; lot: string }) {
  return amount ? <span className="own">{quantity(toWire(amount), lot)}</span> : null;
}

function bar(there: Decimal, most: Decimal): CSSProperties {
  const share = forDrawing(toWire(over(there * 100n, most)));
  return { "--share": `${share.toFixed(1)}%` } as CSSProperties;
}

interface SpreadProps {
  bid: string | undefined;
  ask: string | undefined;
  stock: Stock;
}

function Spread({ bid, ask, stock }: SpreadProps) {
  if (bid === undefined || ask === undefined) return <p className="gap quiet small">No spread</p>;
  const [low, high] = [decimal(bid), decimal(ask)];
  const spread = high - low;
  const basisPoints = over(spread * 10_000n, (high + low) / 2n);
  return (
    <p className="gap small tabular">
      <span className="quiet">Spread</span> {price(toWire(spread), stock.tick_size)}{" "}
      <span className="quiet">
        {format((basisPoints / 100_000n) * 100_000n, 1)} <abbr title="basis points">bp</abbr>
      </span>
    </p>
  );
}
