/** How fast what only rises has risen, from one look to the next. */

import type { System } from "../wire.ts";

/** Looks that are kept: RabbitMQ counts every five seconds, so two of its counts are among them. */
export const SAMPLES_MAX = 12;
/** The databases are as of the look; three of them even out a stutter. */
export const LIVE_MS = 3_000;
export const QUEUES_MS = 10_000;

/**
 * Per second, over the newest looks that lie within so many milliseconds. Null while that is unknown:
 * after one look, or when a count began anew because what counted was started again.
 */
export function rateOf(
  samples: System[],
  count: (system: System) => number | null | undefined,
  within_ms: number,
): number | null {
  const last = samples.at(-1);
  const now = last && count(last);
  if (last === undefined || now == null) return null;
  const newest = Date.parse(last.at);
  for (const sample of samples) {
    const took_ms = newest - Date.parse(sample.at);
    const before = count(sample);
    if (took_ms > within_ms || took_ms <= 0 || before == null) continue;
    return now < before ? null : ((now - before) / took_ms) * 1_000;
  }
  return null;
}

/** `12/s`, `0.3/s` */
export function perSecond(rate: number | null): string {
  if (rate === null) return "–";
  return rate > 0 && rate < 9.95 ? `${rate.toFixed(1)}/s` : `${Math.round(rate)}/s`;
}
