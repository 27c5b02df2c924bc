import { expect, test } from "vitest";
import type { Hop, Journey } from "../wire.ts";
import { layout, middleOf } from "./layout.ts";
import { dotsAt, hopAt, REPLAY_MS, replayOf } from "./replay.ts";

const place = layout("wide");

function hop(
  after_us: number,
  service: Hop["service"],
  direction: Hop["direction"],
  way: Partial<Hop>,
): Hop {
  return {
    after_us,
    service,
    partition: `${service}.0`,
    direction,
    message: "place_order",
    body: {},
    stream: null,
    seq: null,
    door: null,
    sender: null,
    received_at: null,
    committed_at: null,
    published_at: null,
    confirmed_at: null,
    clock: "c",
    source: "memory",
    ...way,
  };
}

const filled = { message: "order_filled", stream: "matching.0>*", seq: 7 };
const hops = [
  hop(0, "web", "received", { door: "POST /api/v1/orders" }),
  hop(0, "web", "sent", { door: "orders" }),
  hop(2_000, "ordering", "received", { door: "orders", sender: "web" }),
  hop(8_000, "matching", "sent", filled),
  hop(9_000, "portfolio", "received", filled),
  hop(9_500, "ordering", "received", filled),
  hop(10_000, "web", "sent", { message: "order", door: "sockets" }),
];
const replay = replayOf({ hops } as Journey);

test("hops are due in their order, long waits are longer, and all fit the whole", () => {
  const { due_ms } = replay;
  expect(due_ms[0]).toBe(0);
  expect(due_ms.at(-1)).toBe(REPLAY_MS);
  const gaps = due_ms.slice(1).map((due, n) => due - (due_ms[n] ?? 0));
  expect(Math.min(...gaps)).toBeGreaterThan(REPLAY_MS / 20);
  expect(gaps[2]).toBe(Math.max(...gaps));
});

test("a message flies from who sent it to each who takes it up", () => {
  expect(replay.flights.map(({ from, to }) => `${from} ${to}`)).toEqual([
    "client web",
    "web ordering",
    "matching portfolio",
    "matching ordering",
    "web client",
  ]);
});

test("the dot is where the message is", () => {
  const [, , , sent = 0, taken = 0] = replay.due_ms;
  expect(dotsAt(replay, 0, place)).toEqual([middleOf(place, "client")]);
  expect(dotsAt(replay, sent - 1, place)).toEqual([middleOf(place, "ordering")]);
  expect(dotsAt(replay, sent, place)).toEqual(Array(2).fill(middleOf(place, "matching")));
  const [first, second] = dotsAt(replay, (sent + taken) / 2, place);
  expect(second).toBeDefined();
  expect(first).not.toEqual(second);
  expect(dotsAt(replay, taken, place)).toHaveLength(1);
});

test("a hop lasts until the next is due", () => {
  expect(hopAt(replay.due_ms, 0)).toBe(0);
  expect(hopAt(replay.due_ms, (replay.due_ms[3] ?? 0) - 1)).toBe(2);
  expect(hopAt(replay.due_ms, REPLAY_MS * 2)).toBe(6);
});

test("a way that nobody remembers has no dots, one of no time has an end", () => {
  expect(dotsAt(replayOf({ hops: [] } as unknown as Journey), 0, place)).toEqual([]);
  const [one, two] = hops;
  const instant = replayOf({ hops: [one, two] } as Journey);
  expect(instant.due_ms).toEqual([0, REPLAY_MS]);
});
