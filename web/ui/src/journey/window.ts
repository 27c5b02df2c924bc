/**
 * What this window saw of the orders that were placed in it: the click, the answer, the pushes. By
 * this computer's clock, of which the exchange's know nothing, so it is counted from the click.
 */

import type { Hop, Journey, PlaceOrder } from "../wire.ts";

/** Whoever follows an order opens it soon after it was placed. */
const ORDERS_MAX = 50;
/** A large order may be filled in thousands of parts; how it began is what is followed. */
const HOPS_MAX = 100;

export const BROWSER = "browser";

interface Watch {
  clicked_ms: number;
  hops: Hop[];
}

const watches = new Map<string, Watch | undefined>();

/** Of an order that is sent twice nobody knows which click arrived: no time is counted from it. */
export function noteClick(order: PlaceOrder): void {
  const { order_id } = order;
  if (order_id === undefined) return;
  const click = hopOf(0, "sent", "place_order", "POST /api/v1/orders", order);
  const watch = watches.has(order_id)
    ? undefined
    : { clicked_ms: performance.now(), hops: [click] };
  watches.set(order_id, watch);
  for (const oldest of [...watches.keys()].slice(0, -ORDERS_MAX)) watches.delete(oldest);
}

export function noteHeard(order_id: string, message: string, door: string, body: object): void {
  const watch = watches.get(order_id);
  if (watch === undefined || watch.hops.length >= HOPS_MAX) return;
  const after_ms = performance.now() - watch.clicked_ms;
  watch.hops.push(hopOf(after_ms, "received", message, door, body));
}

function hopOf(
  after_ms: number,
  direction: Hop["direction"],
  message: string,
  door: string,
  body: object,
): Hop {
  return {
    after_us: Math.round(after_ms * 1_000),
    service: BROWSER,
    partition: "this window",
    direction,
    message,
    body: { ...body },
    stream: null,
    seq: null,
    door,
    sender: null,
    received_at: null,
    committed_at: null,
    published_at: null,
    confirmed_at: null,
    clock: "this computer’s clock",
    source: "memory",
  };
}

/**
 * Both count from the same line: the browser from its click, the exchange from its first hop. What
 * the exchange put before another stays before it, whatever its clocks say.
 */
export function withWindow(journey: Journey): Journey {
  const watch = watches.get(journey.order_id);
  if (watch === undefined) return journey;
  const hops = [...journey.hops];
  for (const seen of watch.hops.toReversed()) {
    const next = hops.findIndex(({ after_us }) => after_us >= seen.after_us);
    hops.splice(next < 0 ? hops.length : next, 0, seen);
  }
  return { ...journey, hops, took_us: Math.max(...hops.map(({ after_us }) => after_us)) };
}
