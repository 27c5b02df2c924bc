/** The depth of one stock, kept up to date by sequenced changes. */

import { decimal, ZERO } from "../decimal.ts";
import type { DepthEvent, Level } from "../wire.ts";

export interface Depth {
  bids: Level[];
  asks: Level[];
  /** The sequence of the last change that these levels contain. */
  last: number;
  /** A change was missed: the levels are old, and stay so until the next snapshot. */
  gap: boolean;
}

export function applyDepth(depth: Depth | undefined, event: DepthEvent): Depth | undefined {
  if (event.snapshot) {
    const bids = withLevels([], event.bids, "bids");
    return { bids, asks: withLevels([], event.asks, "asks"), last: event.last, gap: false };
  }
  if (depth === undefined || depth.gap || event.last <= depth.last) return depth;
  if (event.first > depth.last + 1) return { ...depth, gap: true };
  return {
    bids: withLevels(depth.bids, event.bids, "bids"),
    asks: withLevels(depth.asks, event.asks, "asks"),
    last: event.last,
    gap: false,
  };
}

/** The best price first: the highest bid, the lowest ask. Quantity zero removes a level. */
function withLevels(levels: Level[], changes: Level[], side: "bids" | "asks"): Level[] {
  if (changes.length === 0) return levels;
  const byPrice = new Map(levels.map((level) => [decimal(level[0]), level]));
  for (const change of changes) {
    const price = decimal(change[0]);
    if (decimal(change[1]) === ZERO) byPrice.delete(price);
    else byPrice.set(price, change);
  }
  const rising = [...byPrice].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, level]) => level);
  return side === "asks" ? rising : rising.reverse();
}
