/** An order's way in words and in lanes: one lane for each service, from the browser inwards. */

import { moment } from "../show.ts";
import type { Hop, Journey } from "../wire.ts";
import { BROWSER } from "./window.ts";

const LANES: string[] = [BROWSER, "web", "ordering", "portfolio", "matching", "stock-data"];

const TIMES = {
  received_at: "Received",
  committed_at: "Durable",
  published_at: "Sent",
  confirmed_at: "Confirmed by the broker",
} as const;

/** The browser has one where this window saw something of the order. */
export function lanesOf({ hops }: Journey): string[] {
  return hops.some(({ service }) => service === BROWSER) ? LANES : LANES.slice(1);
}

export function laneOf({ service }: Hop, lanes: string[]): number {
  return lanes.indexOf(lanes.includes(service) ? service : "web");
}

/** `received place order`, `sent order filled` */
export function said({ direction, message }: Hop): string {
  return `${direction} ${message.replaceAll("_", " ")}`;
}

/** By which way: a stream and its number, or a door. */
export function way({ stream, seq, door, sender }: Hop): string {
  if (stream !== null) return seq === null ? stream : `${stream}, number ${seq}`;
  const from = sender === null ? "" : `, from ${sender}`;
  return `${door ?? "by itself"}${from}`;
}

export function timesOf(hop: Hop): [name: string, at: string][] {
  return Object.entries(TIMES).flatMap(([field, name]): [string, string][] => {
    const at = hop[field as keyof typeof TIMES];
    return at === null ? [] : [[name, precise(at)]];
  });
}

/** Thousandths count here, as the wire has them. */
function precise(at: string): string {
  const fraction = /\.(\d{1,6})/.exec(at)?.[1] ?? "";
  return fraction === "" ? moment(at) : `${moment(at)}.${fraction}`;
}

/** `+41.1 ms` */
export function after(us: number): string {
  return `+${milliseconds(us)}`;
}

export function milliseconds(us: number): string {
  return us >= 10_000_000 ? `${(us / 1e6).toFixed(1)} s` : `${(us / 1e3).toFixed(1)} ms`;
}

/** Where on the way a hop is, from 0 to 100. */
export function share({ after_us }: Hop, { took_us }: Journey): number {
  return took_us === 0 ? 0 : Math.min(100, (after_us / took_us) * 100);
}
