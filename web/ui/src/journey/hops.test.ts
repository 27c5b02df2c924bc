import { expect, test } from "vitest";
import type { Hop, Journey } from "../wire.ts";
import { after, laneOf, lanesOf, said, share, timesOf, way } from "./hops.ts";

const hop: Hop = {
  after_us: 41_136,
  service: "ordering",
  partition: "ordering.0",
  direction: "sent",
  message: "place_order",
  body: {},
  stream: "ordering.0>portfolio.0",
  seq: 120,
  door: null,
  sender: null,
  received_at: null,
  committed_at: "2026-11-28T17:38:48.403824Z",
  published_at: "2026-11-28T17:38:48.405503Z",
  confirmed_at: null,
  clock: "ordering@vm:1",
  source: "memory",
};

test("a hop says what was done, which way, and when", () => {
  expect(said(hop)).toBe("sent place order");
  expect(way(hop)).toBe("ordering.0>portfolio.0, number 120");
  expect(way({ ...hop, stream: null, seq: null, door: "orders", sender: "web" })).toBe(
    "orders, from web",
  );
  expect(timesOf(hop).map(([name]) => name)).toEqual(["Durable", "Sent"]);
  expect(timesOf(hop)[0]?.[1]).toMatch(/\.403824$/);
  expect(after(hop.after_us)).toBe("+41.1 ms");
  expect(after(12_345_678)).toBe("+12.3 s");
});

test("lanes go from the browser inwards, and a service without one is at the edge", () => {
  const lanes = lanesOf({ hops: [hop] } as Journey);
  const laneOfService = (service: string) => laneOf({ ...hop, service }, lanes);
  expect(["ordering", "web", "accounts"].map(laneOfService)).toEqual([1, 0, 0]);
});

test("the last hop is at the end of the way, and a way of no time has a beginning", () => {
  expect(share(hop, { took_us: 82_272 } as Journey)).toBe(50);
  expect(share(hop, { took_us: 41_000 } as Journey)).toBe(100);
  expect(share(hop, { took_us: 0 } as Journey)).toBe(0);
});
