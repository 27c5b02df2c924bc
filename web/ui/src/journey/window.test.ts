import { afterEach, expect, test, vi } from "vitest";
import type { Hop, Journey, PlaceOrder } from "../wire.ts";
import { lanesOf } from "./hops.ts";
import { noteClick, noteHeard, withWindow } from "./window.ts";

const order = (order_id: string) => ({ order_id, symbol: "ACME" }) as PlaceOrder;
const journey = (order_id: string) =>
  ({
    order_id,
    took_us: 20_000,
    // The last two by different clocks, and in this order all the same.
    hops: [0, 20_000, 19_000].map(
      (after_us) => ({ after_us, service: "web", message: "order" }) as Hop,
    ),
  }) as Journey;
const rows = (order_id: string) =>
  withWindow(journey(order_id)).hops.map(({ service, after_us }) => [service, after_us]);

afterEach(() => {
  vi.restoreAllMocks();
});

/** The clock is read once for each thing that is seen. */
function place(order_id: string, ...heard_at_ms: number[]) {
  const clock = vi.spyOn(performance, "now");
  for (const ms of [0, ...heard_at_ms]) clock.mockReturnValueOnce(ms);
  noteClick(order(order_id));
  heard_at_ms.forEach(() => {
    noteHeard(order_id, "order", "sockets", {});
  });
}

test("an order of this window has its click and what was heard since, beside the exchange's hops", () => {
  place("o1", 12, 42);
  expect(rows("o1")).toEqual([
    ["browser", 0],
    ["web", 0],
    ["browser", 12_000],
    ["web", 20_000],
    ["web", 19_000],
    ["browser", 42_000],
  ]);
  expect(withWindow(journey("o1")).took_us).toBe(42_000);
  expect(lanesOf(withWindow(journey("o1")))[0]).toBe("browser");
});

test("an order of another window, one that was sent twice and an old one have no click", () => {
  noteHeard("o2", "order", "sockets", {});
  place("o3", 5);
  place("o3", 5);
  place("o4");
  for (let n = 0; n < 50; n += 1) place(`later-${n}`);
  for (const order_id of ["o2", "o3", "o4"]) {
    expect(withWindow(journey(order_id))).toEqual(journey(order_id));
  }
  expect(lanesOf(withWindow(journey("o3")))[0]).toBe("web");
});
