import type { UTCTimestamp } from "lightweight-charts";
import { expect, test, vi } from "vitest";
import { candleTime, clockOf } from "./clock.ts";

vi.hoisted(() => {
  process.env.TZ = "America/New_York";
});

const tuesday = "2026-11-24T00:00:00Z";
const time = (at: string) => (Date.parse(at) / 1_000) as UTCTimestamp;

test.each(["1d", "1w"] as const)("west of Greenwich, too, a candle of %s has its own day", (of) => {
  expect(clockOf(of).tick(time(tuesday))).toMatch(/24/);
  expect(clockOf(of).full(time(tuesday))).toMatch(/^[^:]*24[^:]*$/);
  expect(candleTime(tuesday, of)).toMatch(/^[^:]*24[^:]*$/);
});

test("what is shorter than a day goes by the clock on the wall", () => {
  expect(clockOf("4h").tick(time("2026-11-24T20:00:00Z"))).toBe("15:00");
  expect(clockOf("4h").full(time(tuesday))).toMatch(/23.* 19:00$/);
  expect(candleTime(tuesday, "4h")).toMatch(/23.* 19:00:00$/);
});
