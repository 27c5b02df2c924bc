import { expect, test } from "vitest";
import type { Candle } from "../wire.ts";
import { withCandles, withOlder, withSnapshot } from "./candles.ts";

const candle = (minute: string, close: string) =>
  ({ at: `2026-01-01T10:${minute}:00Z`, close }) as Candle;

const closes = (candles: Candle[]) => candles.map(({ close }) => close);

test("news replace the candle of their time and follow the others", () => {
  const known = [candle("00", "1"), candle("01", "2")];
  expect(closes(withCandles(known, [candle("01", "3"), candle("02", "4")]))).toEqual([
    "1",
    "3",
    "4",
  ]);
});

test("an older page goes before, and never over what is known", () => {
  const known = [candle("01", "2")];
  expect(closes(withOlder(known, [candle("00", "1"), candle("01", "old")]))).toEqual(["1", "2"]);
});

test("older candles stay before a snapshot that they reach to, and leave no hole before another", () => {
  const known = [candle("00", "1"), candle("01", "2")];
  expect(closes(withSnapshot(known, [candle("01", "3"), candle("02", "4")]))).toEqual([
    "1",
    "3",
    "4",
  ]);
  expect(closes(withSnapshot(known, [candle("30", "5")]))).toEqual(["5"]);
});
