/** A chart without series: its axes, its clock and its colours. */

import { ColorType, createChart, CrosshairMode } from "lightweight-charts";
import { BY_THE_CLOCK } from "./clock.ts";

export type BareChart = ReturnType<typeof makeBareChart>;

export function makeBareChart(place: HTMLElement, clock = BY_THE_CLOCK) {
  return createChart(place, {
    autoSize: true,
    // Its logo brings a style element, which the page's policy forbids; the credit is below.
    layout: { attributionLogo: false },
    crosshair: { mode: CrosshairMode.Normal },
    timeScale: { timeVisible: true, secondsVisible: false, tickMarkFormatter: clock.tick },
    localization: { timeFormatter: clock.full },
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
