import { useComputedColorScheme } from "@mantine/core";
import { AreaSeries } from "lightweight-charts";
import type { ISeriesApi, UTCTimestamp } from "lightweight-charts";
import { useEffect, useRef, useState } from "react";
import { forDrawing, formatCents, toWire } from "../decimal.ts";
import { Credit } from "../charts/Credit.tsx";
import { colour, makeBareChart, paintChart } from "../charts/bare.ts";
import type { BareChart } from "../charts/bare.ts";
import { moment } from "../show.ts";
import type { Worth } from "../worth.ts";

interface Drawn {
  chart: BareChart;
  area: ISeriesApi<"Area">;
}

interface Props {
  past: Worth[];
  /** The last point, which goes with the market. */
  now: Worth;
}

export default function WorthChart({ past, now }: Props) {
  const scheme = useComputedColorScheme("light");
  const place = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<Drawn>();

  useEffect(() => {
    if (place.current === null) return;
    const chart = makeBareChart(place.current);
    chart.applyOptions({ timeScale: { lockVisibleTimeRangeOnResize: true } });
    setDrawn({ chart, area: chart.addSeries(AreaSeries, { lineWidth: 2 }) });
    return () => {
      chart.remove();
    };
  }, []);
  useEffect(() => {
    if (drawn === undefined) return;
    paintChart(drawn.chart);
    const accent = colour("--accent");
    drawn.area.applyOptions({
      lineColor: accent,
      topColor: `${accent}44`,
      bottomColor: `${accent}08`,
    });
  }, [drawn, scheme]);
  useEffect(() => {
    drawn?.area.setData(past.map(pointOf));
    drawn?.chart.timeScale().fitContent();
  }, [drawn, past]);
  useEffect(() => drawn?.area.update(pointOf(now)), [drawn, past, now]);

  return (
    <>
      <div ref={place} className="worth-place" role="img" aria-label={said(past[0], now)} />
      <Credit />
    </>
  );
}

function pointOf({ at_ms, worth }: Worth) {
  return {
    time: Math.floor(at_ms / 1_000) as UTCTimestamp,
    value: forDrawing(toWire(worth)),
  };
}

function said(first: Worth | undefined, now: Worth): string {
  if (first === undefined) return "Worth over time";
  const [from, to] = [formatCents(first.worth), formatCents(now.worth)];
  return `Worth over time: ${from} at ${moment(new Date(first.at_ms).toISOString())}, ${to} now`;
}
