import { expect, test } from "vitest";
import { perSecond, rateOf } from "./rates.ts";
import { systemAt, withStream } from "./sample.ts";

const said = ({ streams }: ReturnType<typeof systemAt>) => streams?.[0]?.said;
const at = (second: number, count: number) =>
  withStream(systemAt(second), "portfolio.0>matching.0", count, count);

test("a rate is what was added, over the looks that are near enough", () => {
  const samples = [at(0, 0), at(10, 500), at(11, 512), at(13, 530)];
  expect(rateOf(samples, said, 3_000)).toBe(10);
  expect(rateOf(samples, said, 20_000)).toBeCloseTo(530 / 13);
});

test("after one look, without an answer, or when the count began anew, there is none", () => {
  expect(rateOf([], said, 3_000)).toBeNull();
  expect(rateOf([at(0, 5)], said, 3_000)).toBeNull();
  expect(rateOf([at(0, 5), systemAt(1, { streams: null })], said, 3_000)).toBeNull();
  expect(rateOf([at(0, 5), at(1, 2)], said, 3_000)).toBeNull();
  expect(rateOf([systemAt(0, { streams: null }), at(1, 2), at(2, 4)], said, 3_000)).toBe(2);
});

test("small rates have a decimal", () => {
  expect([null, 0, 0.25, 9.96, 123.4].map(perSecond)).toEqual([
    "–",
    "0/s",
    "0.3/s",
    "10/s",
    "123/s",
  ]);
});
