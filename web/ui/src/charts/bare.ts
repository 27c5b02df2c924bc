/** A chart without series: its axes, its clock and its colours. */

import { ColorType, createChart, CrosshairMode } from "lightweight-charts";
import type { Time } from "lightweight-charts";

export type BareChart = ReturnType<typeof makeBareChart>;

export function makeBareChart(place: HTMLElement) {
  return createChart(place, {
    autoSize: true,
    // Its logo brings a style element, which the page's policy forbids; the credit is below.
    layout: { attributionLogo: false },
    crosshair: { mode: CrosshairMode.Normal },
    timeScale: { timeVisible: true, secondsVisible: false, tickMarkFormatter: tick },
    localization: { timeFormatter: fullTime },
  });
}

/** In the colours of now: a chart is drawn, and hears nothing of style sheets. */
export function paintChart(chart: BareChart): void {
  const [text, line, surface] = [colour("--quiet"), colour("--line"), colour("--surface")];
  chart.applyOptions({
    layout: { background: { type: ColorType.Solid, color: surface }, textColor: text },
    grid: { vertLines: { color: line }, horzLines: { color: line } },
    timeScale: { borderColor: line },
    rightPriceScale: { borderColor: line },
  });
}

export function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const DAY = new Intl.DateTimeFormat(undefined, { day: "numeric", month: "short" });
const FULL = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "short",
  hourCycle: "h23",
});

/** The library counts in UTC; people read their own clock. */
function tick(time: Time): string {
  const at = new Date((time as number) * 1_000);
  const midnight = at.getHours() === 0 && at.getMinutes() === 0;
  const ofDays = at.getUTCHours() === 0 && at.getUTCMinutes() === 0;
  return midnight || ofDays ? DAY.format(at) : CLOCK.format(at);
}

function fullTime(time: Time): string {
  return FULL.format(new Date((time as number) * 1_000));
}
