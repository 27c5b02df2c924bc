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

export default function WorthChart({ points }: { points: Worth[] }) {
  const scheme = useComputedColorScheme("light");
  const place = useRef<HTMLDivElement>(null);
  const [drawn, setDrawn] = useState<Drawn>();

  useEffect(() => {
    if (place.current === null) return;
    const chart = makeBareChart(place.current);
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
    drawn?.area.setData(
      points.map(({ at_ms, worth }) => ({
        time: Math.floor(at_ms / 1_000) as UTCTimestamp,
        value: forDrawing(toWire(worth)),
      })),
    );
    drawn?.chart.timeScale().fitContent();
  }, [drawn, points]);

  return (
    <>
      <div ref={place} className="worth-place" role="img" aria-label={said(points)} />
      <Credit />
    </>
  );
}

function said(points: Worth[]): string {
  const [first, last] = [points[0], points.at(-1)];
  if (first === undefined || last === undefined) return "Worth over time";
  const [from, to] = [formatCents(first.worth), formatCents(last.worth)];
  return `Worth over time: ${from} at ${moment(new Date(first.at_ms).toISOString())}, ${to} now`;
}
