/** How a chart tells times: by the clock of who reads, but days and weeks are the exchange's, in UTC. */

import type { Time } from "lightweight-charts";
import { day, moment } from "../show.ts";
import type { Interval, Timestamp } from "../wire.ts";

const CLOCK = new Intl.DateTimeFormat(undefined, {
  hour: "2-digit",
  minute: "2-digit",
  hourCycle: "h23",
});
const SHORT_DAY = { day: "numeric", month: "short" } as const;
const DAY = new Intl.DateTimeFormat(undefined, SHORT_DAY);
const UTC_DAY = new Intl.DateTimeFormat(undefined, { ...SHORT_DAY, timeZone: "UTC" });
const FULL = new Intl.DateTimeFormat(undefined, {
  dateStyle: "medium",
  timeStyle: "short",
  hourCycle: "h23",
});

/** For the axis and for the crosshair; the library counts in UTC. */
export const BY_THE_CLOCK = {
  tick: (time: Time) => {
    const at = dateOf(time);
    const midnight = at.getHours() === 0 && at.getMinutes() === 0;
    const ofDays = at.getUTCHours() === 0 && at.getUTCMinutes() === 0;
    return midnight || ofDays ? DAY.format(at) : CLOCK.format(at);
  },
  full: (time: Time) => FULL.format(dateOf(time)),
};

const BY_THE_DAY: typeof BY_THE_CLOCK = {
  tick: (time) => UTC_DAY.format(dateOf(time)),
  full: (time) => candleTime(dateOf(time).toISOString(), "1d"),
};

export function clockOf(interval: Interval): typeof BY_THE_CLOCK {
  return isOfDays(interval) ? BY_THE_DAY : BY_THE_CLOCK;
}

/** When a candle begins. */
export function candleTime(at: Timestamp, interval: Interval): string {
  return isOfDays(interval) ? day(at.slice(0, "2026-01-01".length)) : moment(at);
}

function isOfDays(interval: Interval): boolean {
  return interval === "1d" || interval === "1w";
}

function dateOf(time: Time): Date {
  return new Date((time as number) * 1_000);
}
