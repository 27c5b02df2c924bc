import { SegmentedControl } from "@mantine/core";
import { lazy, memo, Suspense, useState } from "react";
import { useStale } from "../live/live.ts";
import { Loading } from "../parts/Loading.tsx";
import { Panel } from "../parts/Panel.tsx";
import type { Interval, Stock } from "../wire.ts";

/** The library that draws is loaded once the numbers are there. */
const CandleChart = lazy(() => import("./CandleChart.tsx"));

const INTERVALS: Interval[] = ["1m", "5m", "15m", "1h", "4h", "1d", "1w"];
const REMEMBERED = "exchange.interval";

function remembered(): Interval {
  const text = localStorage.getItem(REMEMBERED);
  return INTERVALS.find((interval) => interval === text) ?? "5m";
}

interface Props {
  user_id: string;
  stock: Stock;
}

/** Drawn anew by its own news only, not by the depth's. */
export const ChartPanel = memo(function ChartPanel({ user_id, stock }: Props) {
  const [interval, setInterval] = useState(remembered);
  const choose = (interval: Interval) => {
    localStorage.setItem(REMEMBERED, interval);
    setInterval(interval);
  };
  return (
    <Panel
      title="Chart"
      className="chart-panel"
      stale={useStale()}
      flush
      actions={
        <SegmentedControl
          size="xs"
          aria-label="Interval"
          value={interval}
          data={INTERVALS}
          onChange={choose}
        />
      }
    >
      <Suspense fallback={<Loading what="the chart" />}>
        <CandleChart
          key={`${stock.symbol} ${interval}`}
          user_id={user_id}
          stock={stock}
          interval={interval}
        />
      </Suspense>
    </Panel>
  );
});
