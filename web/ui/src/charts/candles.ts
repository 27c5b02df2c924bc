/** What the chart library is told. Decimals become floats here, to be drawn, and nowhere else. */

import {
  CandlestickSeries,
  createSeriesMarkers,
  HistogramSeries,
  LineStyle,
} from "lightweight-charts";
import type { IPriceLine, SeriesMarker, Time, UTCTimestamp } from "lightweight-charts";
import { forDrawing } from "../decimal.ts";
import type { Candle, DecimalText, Fill, Interval, Order } from "../wire.ts";
import { INTERVAL_MS } from "../worth.ts";
import { colour, makeBareChart, paintChart } from "./bare.ts";
import { clockOf } from "./clock.ts";
import { linesOf, priceFormatOf } from "./lines.ts";

/** With fewer candles than this to the left, older ones are asked for. */
const NEAR_THE_START = 20;
const MARKERS_MAX = 200;

export type Chart = ReturnType<typeof makeChart>;

export function makeChart(
  place: HTMLElement,
  tick: DecimalText,
  interval: Interval,
  onPointed: (candle: Candle | undefined) => void,
) {
  const chart = makeBareChart(place, clockOf(interval));
  chart.applyOptions({ rightPriceScale: { scaleMargins: { top: 0.08, bottom: 0.24 } } });
  const candles = chart.addSeries(CandlestickSeries, {
    borderVisible: false,
    priceFormat: priceFormatOf(tick),
  });
  const volumes = chart.addSeries(HistogramSeries, {
    priceScaleId: "volume",
    priceFormat: { type: "volume" },
    lastValueVisible: false,
    priceLineVisible: false,
  });
  chart.priceScale("volume").applyOptions({ scaleMargins: { top: 0.82, bottom: 0 } });
  const markers = createSeriesMarkers(candles, []);
  const byTime = new Map<Time, Candle>();
  let lines: IPriceLine[] = [];
  let nearTheStart: (() => void) | undefined;

  chart.subscribeCrosshairMove(({ time }) => {
    onPointed(time === undefined ? undefined : byTime.get(time));
  });
  chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
    if (range !== null && range.from < NEAR_THE_START) nearTheStart?.();
  });

  const draw = (all: Candle[]) => {
    const [gain, loss] = [colour("--gain"), colour("--loss")];
    byTime.clear();
    for (const candle of all) byTime.set(secondsOf(candle.at), candle);
    candles.setData(
      all.map((candle) => ({
        time: secondsOf(candle.at),
        open: forDrawing(candle.open),
        high: forDrawing(candle.high),
        low: forDrawing(candle.low),
        close: forDrawing(candle.close),
      })),
    );
    volumes.setData(
      all.map(({ at, open, close, volume }) => ({
        time: secondsOf(at),
        value: forDrawing(volume),
        color: `${forDrawing(close) >= forDrawing(open) ? gain : loss}55`,
      })),
    );
  };

  const paint = () => {
    const [gain, loss] = [colour("--gain"), colour("--loss")];
    paintChart(chart);
    candles.applyOptions({
      upColor: gain,
      downColor: loss,
      wickUpColor: gain,
      wickDownColor: loss,
    });
  };

  const mark = (orders: Order[], fills: Fill[], all: Candle[]) => {
    for (const line of lines) candles.removePriceLine(line);
    lines = orders.flatMap(linesOf).map(({ at, side, title }) =>
      candles.createPriceLine({
        price: forDrawing(at),
        color: colour(side === "buy" ? "--gain" : "--loss"),
        lineStyle: LineStyle.Dashed,
        lineWidth: 1,
        axisLabelVisible: true,
        title,
      }),
    );
    markers.setMarkers(markersOf(interval, fills, all));
  };

  return {
    draw,
    paint,
    mark,
    whenNearTheStart(tell: () => void) {
      nearTheStart = tell;
    },
    remove() {
      chart.remove();
    },
  };
}

/** One for each candle and side, oldest first, where there is a candle. */
function markersOf(interval: Interval, fills: Fill[], all: Candle[]): SeriesMarker<Time>[] {
  const times = new Set(all.map(({ at }) => secondsOf(at)));
  const seen = new Map<string, SeriesMarker<Time>>();
  for (const { at, side } of fills.slice(0, MARKERS_MAX)) {
    const time = candleOf(at, interval);
    if (!times.has(time)) continue;
    const buying = side === "buy";
    seen.set(`${time} ${side}`, {
      time,
      position: buying ? "belowBar" : "aboveBar",
      shape: buying ? "arrowUp" : "arrowDown",
      color: colour(buying ? "--gain" : "--loss"),
      text: buying ? "B" : "S",
    });
  }
  return [...seen.values()].sort((a, b) => (a.time as number) - (b.time as number));
}

/** Weeks begin on Monday, as 1970-01-05 did. */
function candleOf(at: string, interval: Interval): UTCTimestamp {
  const step = INTERVAL_MS[interval] / 1_000;
  const origin = interval === "1w" ? 4 * 86_400 : 0;
  return (Math.floor((secondsOf(at) - origin) / step) * step + origin) as UTCTimestamp;
}

function secondsOf(at: string): UTCTimestamp {
  return Math.floor(Date.parse(at) / 1_000) as UTCTimestamp;
}
