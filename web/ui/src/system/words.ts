/** The system in words: states, sizes, ages. Each state has a sign of its own beside its colour. */

import type { ProcessStatus, Timestamp } from "../wire.ts";
import type { Way } from "./picture.ts";
import { perSecond } from "./rates.ts";

export const NAMES: Record<string, string> = { rabbitmq: "RabbitMQ", postgres: "PostgreSQL" };

export function nameOf(process: string): string {
  return NAMES[process] ?? process;
}

/** What is not ready so long after its start waits for another. */
const STARTING_MS = 20_000;

export interface StateWord {
  sign: string;
  word: string;
  tone: "well" | "warn" | "bad";
}

export function stateOf({ state, since, restarts }: ProcessStatus, at: Timestamp): StateWord {
  switch (state) {
    case "running":
      return { sign: "●", word: "Running", tone: "well" };
    case "paused":
      return { sign: "❚❚", word: "Paused", tone: "warn" };
    case "gone":
      return { sign: "✕", word: "Dead", tone: "bad" };
    case "waiting": {
      const isNew = since !== null && Date.parse(at) - Date.parse(since) < STARTING_MS;
      const word = !isNew ? "Not ready" : restarts > 0 ? "Restarting" : "Starting";
      return { sign: "◐", word, tone: "warn" };
    }
  }
}

/** What is to be seen at a way: `12/s ✓ in step`; without streams, nothing. */
export function wayLabel(way: Way, isBrief: boolean): string {
  if (way.streams.length === 0) return "";
  const rate = perSecond(way.rate);
  if (way.behind) return isBrief ? `▲ ${way.lag ?? 0}` : `${rate} ▲ ${way.lag ?? 0} behind`;
  const sign = way.lag === null ? "" : isBrief ? " ✓" : " ✓ in step";
  return `${rate}${sign}`;
}

/** For those who hear it. */
export function wayName(service: string, direction: "out" | "in", label: string): string {
  const ends = direction === "out" ? `${service} to RabbitMQ` : `RabbitMQ to ${service}`;
  return `${ends}: ${label || "no streams"}`;
}

/** `1 restart`, `2 restarts` */
export function count(number: number, what: string): string {
  return `${number} ${what}${number === 1 ? "" : "s"}`;
}

export function megabytes(bytes: number): string {
  return `${(bytes / 1e6).toFixed(bytes < 1e7 ? 1 : 0)} MB`;
}

/** `12 s`, `3 min`, `2 h` */
export function age(since: Timestamp | null, at: Timestamp): string {
  if (since === null) return "–";
  const seconds = Math.max(0, Math.round((Date.parse(at) - Date.parse(since)) / 1_000));
  if (seconds < 100) return `${seconds} s`;
  return seconds < 6_000 ? `${Math.round(seconds / 60)} min` : `${Math.round(seconds / 3_600)} h`;
}
