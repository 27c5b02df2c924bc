import { forDrawing } from "../decimal.ts";
import { useCandles } from "../hooks/market.ts";
import { direction } from "../show.ts";

const CANDLES = 32;
const [WIDTH, HEIGHT] = [72, 24];

interface Props {
  symbol: string;
  last: string | null;
  change: string | null;
}

/** The last hours at a glance. Says nothing that the numbers beside it do not say. */
export function Sparkline({ symbol, last, change }: Props) {
  const closes = useCandles(symbol, "15m", CANDLES).data?.items.map(({ close }) => close) ?? [];
  const values = (last === null ? closes : [...closes, last]).map(forDrawing);
  return (
    <svg
      className={`sparkline ${direction(change)}`}
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      width={WIDTH}
      height={HEIGHT}
      aria-hidden="true"
    >
      {values.length > 1 && <polyline points={points(values)} />}
    </svg>
  );
}

function points(values: number[]): string {
  const [low, high] = [Math.min(...values), Math.max(...values)];
  const spread = high - low || 1;
  const step = WIDTH / (values.length - 1);
  const y = (value: number) => HEIGHT - 2 - ((value - low) / spread) * (HEIGHT - 4);
  return values.map((value, n) => `${(n * step).toFixed(1)},${y(value).toFixed(1)}`).join(" ");
}
