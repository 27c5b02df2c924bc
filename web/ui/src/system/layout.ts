/** Where everything of the diagram is, in its own units: services on both sides of the broker. */

import { SERVICES } from "./picture.ts";
import type { Service } from "./picture.ts";

export interface Point {
  x: number;
  y: number;
}

/** By its middle. */
export interface Box extends Point {
  width: number;
  height: number;
}

/** Browsers and programs, who come by web. */
export type Node = Service | "client";

export interface Layout {
  /** The broker lies across on a wide screen, and stands on a narrow one. */
  shape: Shape;
  width: number;
  height: number;
  broker: Box;
  boxes: Record<Node, Box>;
  databases: Partial<Record<Service, Box>>;
}

export type Shape = "wide" | "tall";

/** Of a service's two ways, from the middle between them. */
const WAY_OFFSET = 18;

const WIDE = { width: 960, height: 500, column: 310, first: 170, service: [236, 84] } as const;
const WIDE_ROWS = { client: 32, upper: 136, broker: 250, lower: 364, database: 468 } as const;
const TALL = { width: 340, row: 130, first: 104, service: [220, 70] } as const;

export function layout(shape: Shape): Layout {
  return shape === "wide" ? wide() : tall();
}

/** Three above and three below; an order's way begins at the upper left. */
function wide(): Layout {
  const { width, height, column, first, service } = WIDE;
  const middle = (n: number) => first + (n % 3) * column;
  const box = (n: number, y: number, [width, height]: readonly [number, number]): Box => ({
    x: middle(n),
    y,
    width,
    height,
  });
  // Below, so that matching is beneath portfolio, from whom it hears.
  const order: Service[] = ["web", "ordering", "portfolio", "accounts", "stock-data", "matching"];
  const boxes = { client: box(0, WIDE_ROWS.client, [220, 40]) } as Record<Node, Box>;
  const databases: Layout["databases"] = {};
  for (const [n, name] of order.entries()) {
    boxes[name] = box(n, n < 3 ? WIDE_ROWS.upper : WIDE_ROWS.lower, service);
    if (name === "web") continue;
    databases[name] = box(n, n < 3 ? WIDE_ROWS.client : WIDE_ROWS.database, [180, 44]);
  }
  const broker = { x: width / 2, y: WIDE_ROWS.broker, width: width - 60, height: 44 };
  return { shape: "wide", width, height, broker, boxes, databases };
}

/** One below the other, beside the broker. */
function tall(): Layout {
  const { width, row, first, service } = TALL;
  const x = width - service[0] / 2 - 2;
  const boxes = { client: { x, y: 28, width: service[0], height: 40 } } as Record<Node, Box>;
  const databases: Layout["databases"] = {};
  for (const [n, name] of SERVICES.entries()) {
    const y = first + n * row;
    boxes[name] = { x, y, width: service[0], height: service[1] };
    if (name !== "web") databases[name] = { x, y: y + 56, width: service[0] - 36, height: 32 };
  }
  const height = first + (SERVICES.length - 1) * row + 80;
  const broker = { x: 26, y: height / 2, width: 44, height: height - 16 };
  return { shape: "tall", width, height, broker, boxes, databases };
}

/** From the service to the broker, or back. */
export function wayOf(place: Layout, service: Service, direction: "out" | "in"): [Point, Point] {
  const { broker, boxes, shape } = place;
  const box = boxes[service];
  const aside = direction === "out" ? -WAY_OFFSET : WAY_OFFSET;
  const ends: [Point, Point] =
    shape === "wide"
      ? [
          { x: box.x + aside, y: edge(box.y, broker.y, box.height) },
          { x: box.x + aside, y: edge(broker.y, box.y, broker.height) },
        ]
      : [
          { x: edge(box.x, broker.x, box.width), y: box.y + aside },
          { x: edge(broker.x, box.x, broker.width), y: box.y + aside },
        ];
  return direction === "out" ? ends : [ends[1], ends[0]];
}

/** Where a box of this size ends on its way to another. */
function edge(from: number, to: number, size: number): number {
  return from + (Math.sign(to - from) * size) / 2;
}

/** How a message goes: through the broker, but for what the client says to web, and hears from it. */
export function route(place: Layout, from: Node, to: Node): Point[] {
  const [start, end] = [middleOf(place, from), middleOf(place, to)];
  if (from === "client" || to === "client") return [start, end];
  const [leaves, enters] = [wayOf(place, from, "out"), wayOf(place, to, "in")];
  const { broker, shape } = place;
  const inside = ({ x, y }: Point) => (shape === "wide" ? { x, y: broker.y } : { x: broker.x, y });
  return [start, leaves[0], inside(leaves[1]), inside(enters[0]), enters[1], end];
}

export function middleOf({ boxes }: Layout, node: Node): Point {
  const { x, y } = boxes[node];
  return { x, y };
}

/** The point after this share of the way. */
export function along(points: Point[], share: number): Point {
  const lengths = points.slice(1).map((to, n) => distance(points[n] ?? to, to));
  let left = lengths.reduce((a, b) => a + b, 0) * Math.min(1, Math.max(0, share));
  for (const [n, length] of lengths.entries()) {
    const [from, to] = [points[n], points[n + 1]];
    if (from === undefined || to === undefined) break;
    if (left <= length) {
      const part = length === 0 ? 0 : left / length;
      return { x: from.x + (to.x - from.x) * part, y: from.y + (to.y - from.y) * part };
    }
    left -= length;
  }
  return points.at(-1) ?? { x: 0, y: 0 };
}

function distance(a: Point, b: Point): number {
  return Math.hypot(b.x - a.x, b.y - a.y);
}
