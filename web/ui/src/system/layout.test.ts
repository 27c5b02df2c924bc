import { describe, expect, test } from "vitest";
import { along, layout, route, wayOf } from "./layout.ts";
import type { Box } from "./layout.ts";
import { SERVICES } from "./picture.ts";

function overlap(a: Box, b: Box): boolean {
  return (
    Math.abs(a.x - b.x) < (a.width + b.width) / 2 && Math.abs(a.y - b.y) < (a.height + b.height) / 2
  );
}

describe.each(["wide", "tall"] as const)("the %s layout", (shape) => {
  const place = layout(shape);
  const boxes = [place.broker, ...Object.values(place.boxes)];

  test("has every service and five databases, within its bounds", () => {
    const all = [...boxes, ...Object.values(place.databases)];
    expect(all).toHaveLength(1 + 7 + 5);
    for (const { x, y, width, height } of all) {
      expect(Math.min(x - width / 2, y - height / 2)).toBeGreaterThanOrEqual(0);
      expect(x + width / 2).toBeLessThanOrEqual(place.width);
      expect(y + height / 2).toBeLessThanOrEqual(place.height);
    }
  });

  test("puts nothing upon anything", () => {
    for (const [n, box] of boxes.entries())
      for (const other of boxes.slice(n + 1)) expect(overlap(box, other)).toBe(false);
  });

  test("leads each way from box to broker and back, side by side", () => {
    for (const service of SERVICES) {
      const [out, back] = [wayOf(place, service, "out"), wayOf(place, service, "in")];
      expect(out[0]).not.toEqual(back[1]);
      for (const [end, box] of [
        [out[0], place.boxes[service]],
        [out[1], place.broker],
        [back[0], place.broker],
        [back[1], place.boxes[service]],
      ] as const) {
        expect(Math.abs(end.x - box.x)).toBeLessThanOrEqual(box.width / 2);
        expect(Math.abs(end.y - box.y)).toBeLessThanOrEqual(box.height / 2);
      }
    }
  });

  test("sends messages through the broker", () => {
    const points = route(place, "ordering", "matching");
    const inside = points.filter(({ x, y }) => (shape === "wide" ? y : x) === broker(shape));
    expect(inside).toHaveLength(2);
    expect(route(place, "client", "web")).toHaveLength(2);
  });

  function broker(shape: "wide" | "tall"): number {
    return shape === "wide" ? place.broker.y : place.broker.x;
  }
});

test("along goes as far as it is told, corner by corner", () => {
  const way = [
    { x: 0, y: 0 },
    { x: 10, y: 0 },
    { x: 10, y: 30 },
  ];
  expect(along(way, 0)).toEqual({ x: 0, y: 0 });
  expect(along(way, 0.25)).toEqual({ x: 10, y: 0 });
  expect(along(way, 0.5)).toEqual({ x: 10, y: 10 });
  expect(along(way, 7)).toEqual({ x: 10, y: 30 });
});
