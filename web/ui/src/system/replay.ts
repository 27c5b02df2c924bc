/** An order's journey in slow motion: when each hop is due, and where its message is meanwhile. */

import { SERVICES } from "./picture.ts";
import type { Hop, Journey } from "../wire.ts";
import { along, middleOf, route } from "./layout.ts";
import type { Layout, Node, Point } from "./layout.ts";

/** Of the whole way. */
export const REPLAY_MS = 12_000;
/** So much of it is shared out evenly: what takes microseconds shall be seen as well. */
const EVEN_SHARE = 0.6;

export interface Replay {
  hops: Hop[];
  /** When each hop is due. */
  due_ms: number[];
  flights: Flight[];
}

/** A message on its way from where it was sent to where it was taken up. */
interface Flight {
  from: Node;
  to: Node;
  begins_ms: number;
  ends_ms: number;
}

export function replayOf({ hops }: Journey): Replay {
  const due_ms = dueTimes(hops);
  return { hops, due_ms, flights: hops.flatMap((hop, n) => flightOf(hop, n, hops, due_ms)) };
}

/** Later hops are due later, long waits are longer; the first is due at once. */
function dueTimes(hops: Hop[]): number[] {
  const first = hops[0]?.after_us ?? 0;
  const took_us = (hops.at(-1)?.after_us ?? 0) - first;
  const gaps = hops.length - 1;
  return hops.map(({ after_us }, n) => {
    const evenly = gaps <= 0 ? 0 : n / gaps;
    const truly = took_us === 0 ? evenly : (after_us - first) / took_us;
    return REPLAY_MS * (EVEN_SHARE * evenly + (1 - EVEN_SHARE) * truly);
  });
}

function flightOf(hop: Hop, n: number, hops: Hop[], due_ms: number[]): Flight[] {
  const at = due_ms[n] ?? 0;
  if (hop.direction === "sent") {
    // Nobody tells when a push has arrived.
    const next = due_ms[n + 1] ?? REPLAY_MS;
    return hop.door === "sockets"
      ? [{ from: "web", to: "client", begins_ms: at, ends_ms: Math.max(next, at + 200) }]
      : [];
  }
  const to = nodeOf(hop.service);
  const sent = hops.findLastIndex((other, earlier) => earlier < n && isSame(other, hop));
  const sender = hops[sent];
  if (sender !== undefined)
    return [{ from: nodeOf(sender.service), to, begins_ms: due_ms[sent] ?? 0, ends_ms: at }];
  // What nobody of the six has sent came from outside.
  return n === 0 ? [{ from: "client", to, begins_ms: 0, ends_ms: due_ms[1] ?? at }] : [];
}

/** Whether it is what this one received that the other has sent. */
function isSame(sent: Hop, received: Hop): boolean {
  if (sent.direction !== "sent" || sent.message !== received.message) return false;
  return received.stream === null
    ? sent.stream === null && sent.door === received.door
    : sent.stream === received.stream && sent.seq === received.seq;
}

function nodeOf(service: string): Node {
  return SERVICES.find((known) => known === service) ?? "client";
}

/** The hop that was due last. */
export function hopAt(due_ms: number[], at_ms: number): number {
  return Math.max(
    0,
    due_ms.findLastIndex((due) => due <= at_ms),
  );
}

/** Where the messages are: under way, or where the last one was taken up or sent. */
export function dotsAt(replay: Replay, at_ms: number, place: Layout): Point[] {
  const flying = replay.flights.filter(
    ({ begins_ms, ends_ms }) => begins_ms <= at_ms && at_ms < ends_ms,
  );
  if (flying.length === 0) {
    const hop = replay.hops[hopAt(replay.due_ms, at_ms)];
    return hop === undefined ? [] : [middleOf(place, nodeOf(hop.service))];
  }
  return flying.map(({ from, to, begins_ms, ends_ms }) =>
    along(route(place, from, to), (at_ms - begins_ms) / (ends_ms - begins_ms)),
  );
}
