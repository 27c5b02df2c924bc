/** Candles and volume, with my open orders and fills drawn on them. */

import { useComputedColorScheme } from "@mantine/core";
import { useEffect, useRef, useState } from "react";
import { makeChart } from "../charts/candles.ts";
import type { Chart } from "../charts/candles.ts";
import { candleTime } from "../charts/clock.ts";
import { Credit } from "../charts/Credit.tsx";
import { useMyTrades, useOpenOrders } from "../hooks/orders.ts";
import { useCandleFeed } from "../live/useCandleFeed.ts";
import { Loading } from "../parts/Loading.tsx";
import { price, quantity } from "../show.ts";
import type { Candle, Interval, Stock } from "../wire.ts";

interface Props {
  user_id: string;
  stock: Stock;
  interval: Interval;
}

export default function CandleChart({ user_id, stock, interval }: Props) {
  const { symbol, tick_size } = stock;
  const { candles, refusal, askForOlder } = useCandleFeed(symbol, interval);
  const orders = useOpenOrders(user_id).data;
  const fills = useMyTrades(user_id).data;
  const scheme = useComputedColorScheme("light");
  const place = useRef<HTMLDivElement>(null);
  const [chart, setChart] = useState<Chart>();
  const [pointed, setPointed] = useState<Candle>();

  useEffect(() => {
    if (place.current === null) return;
    const made = makeChart(place.current, tick_size, interval, setPointed);
    setChart(made);
    return () => {
      made.remove();
    };
  }, [tick_size, interval]);
  useEffect(() => chart?.paint(), [chart, scheme]);
  useEffect(() => chart?.draw(candles ?? []), [chart, candles, scheme]);
  useEffect(() => {
    chart?.mark(
      (orders ?? []).filter((order) => order.symbol === symbol),
      (fills ?? []).filter((fill) => fill.symbol === symbol),
      candles ?? [],
    );
  }, [chart, symbol, orders, fills, candles, scheme]);
  useEffect(() => chart?.whenNearTheStart(askForOlder));

  const shown = pointed ?? candles?.at(-1);
  return (
    <div className="chart">
      {refusal !== undefined && <p role="alert">No candles: {refusal}</p>}
      <div className="chart-legend small tabular">
        {shown !== undefined && <Legend candle={shown} stock={stock} interval={interval} />}
        {candles?.length === 0 && <span className="quiet">Nothing was traded yet.</span>}
        {candles === undefined && refusal === undefined && <Loading what="candles" lines={1} />}
      </div>
      <div
        ref={place}
        className="chart-place"
        role="img"
        aria-label={said(stock, interval, candles)}
      />
      <Credit />
    </div>
  );
}

interface LegendProps {
  candle: Candle;
  stock: Stock;
  interval: Interval;
}

function Legend({ candle, stock, interval }: LegendProps) {
  const { at, open, high, low, close, volume, simulated } = candle;
  return (
    <>
      <span className="quiet">{candleTime(at, interval)}</span> <abbr title="Open">O</abbr>{" "}
      {price(open, stock.tick_size)} <abbr title="High">H</abbr> {price(high, stock.tick_size)}{" "}
      <abbr title="Low">L</abbr> {price(low, stock.tick_size)} <abbr title="Close">C</abbr>{" "}
      {price(close, stock.tick_size)} <abbr title="Volume">V</abbr>{" "}
      {quantity(volume, stock.lot_size)}
      {simulated && <span className="quiet"> · made-up history</span>}
    </>
  );
}

/** The chart in a sentence, for who does not see it. */
function said(
  { symbol, tick_size }: Stock,
  interval: Interval,
  candles: Candle[] | undefined,
): string {
  const [first, last] = [candles?.[0], candles?.at(-1)];
  if (first === undefined || last === undefined) return `${symbol}: no candles yet`;
  const [from, to] = [candleTime(first.at, interval), candleTime(last.at, interval)];
  return (
    `${symbol}, candles of ${interval} from ${from} to ${to}: ` +
    `from ${price(first.open, tick_size)} to ${price(last.close, tick_size)}`
  );
}
