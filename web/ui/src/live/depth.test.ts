import { expect, test } from "vitest";
import type { DepthEvent } from "../wire.ts";
import { applyDepth } from "./depth.ts";

const snapshot: DepthEvent = {
  symbol: "ACME",
  snapshot: true,
  first: 10,
  last: 10,
  bids: [
    ["9.90", "5"],
    ["10.00", "7"],
  ],
  asks: [
    ["10.20", "4"],
    ["10.10", "3"],
  ],
};

function change(first: number, last: number, parts: Partial<DepthEvent> = {}): DepthEvent {
  return { symbol: "ACME", snapshot: false, first, last, bids: [], asks: [], ...parts };
}

const known = applyDepth(undefined, snapshot);

test("a snapshot puts the best prices first", () => {
  expect(known?.bids.map(([price]) => price)).toEqual(["10.00", "9.90"]);
  expect(known?.asks.map(([price]) => price)).toEqual(["10.10", "10.20"]);
});

test("changes before the first snapshot say nothing", () => {
  expect(applyDepth(undefined, change(1, 1))).toBeUndefined();
});

test("the next change replaces, adds and removes levels, however a price is written", () => {
  const next = applyDepth(
    known,
    change(11, 12, {
      bids: [
        ["10", "0"],
        ["9.95", "2"],
      ],
      asks: [["10.1", "8"]],
    }),
  );
  expect(next?.bids).toEqual([
    ["9.95", "2"],
    ["9.90", "5"],
  ]);
  expect(next?.asks[0]).toEqual(["10.1", "8"]);
  expect(next?.last).toBe(12);
});

test("a change that overlaps what is known still applies", () => {
  expect(applyDepth(known, change(9, 11, { bids: [["9.80", "1"]] }))?.bids).toHaveLength(3);
});

test("an old change is dropped", () => {
  expect(applyDepth(known, change(8, 10, { bids: [["1", "1"]] }))).toBe(known);
});

test("a gap stops everything until the next snapshot", () => {
  const torn = applyDepth(known, change(12, 12, { bids: [["1", "1"]] }));
  expect(torn).toEqual({ ...known, gap: true });
  expect(applyDepth(torn, change(13, 13))).toBe(torn);
  expect(applyDepth(torn, { ...snapshot, last: 13 })).toMatchObject({ gap: false, last: 13 });
});
