import { expect, test } from "vitest";
import {
  ambiguity,
  decimal,
  decimalsOf,
  format,
  formatCents,
  formatRounded,
  isMultipleOf,
  parseInput,
  times,
  toWire,
} from "./decimal.ts";

test("a typed decimal is read exactly", () => {
  expect(parseInput("187.25")).toBe(187_250_000n);
  expect(parseInput(" 10 ")).toBe(10_000_000n);
  expect(parseInput("0.000001")).toBe(1n);
});

test.each([
  ["187,25", "187.25"],
  ["1,5", "1.5"],
  ["1,0000", "1"],
  ["0,125", "0.125"],
  ["1234,567", "1234.567"],
])("%s has its point as a comma", (text, value) => {
  expect(parseInput(text)).toBe(decimal(value));
});

test("a comma that may part thousands is neither read as that nor as a point", () => {
  expect(parseInput("1,000")).toBeUndefined();
  expect(ambiguity(" 1,000 ")).toBe("1,000 can be read in two ways: enter 1000 or 1.000.");
  expect(ambiguity("1.000")).toBeUndefined();
});

test.each([
  "",
  "-1",
  "+1",
  "1e3",
  "1,000.5",
  "1,000,000",
  ",5",
  ".5",
  "5.",
  "0.0000001",
  "NaN",
  "1 2",
  "1".repeat(16),
])("%j is not a decimal that a person may send", (text) => {
  expect(parseInput(text)).toBeUndefined();
});

test("the wire may send signs and more digits than we keep", () => {
  expect(decimal("-0.5")).toBe(-500_000n);
  expect(decimal("1.23456789")).toBe(1_234_567n);
  expect(() => decimal("NaN")).toThrow("not a decimal");
});

test("sums stay exact where floats do not", () => {
  expect(toWire(decimal("0.1") + decimal("0.2"))).toBe("0.3");
  expect(toWire(times(decimal("9007199254740.993"), decimal("3")))).toBe("27021597764222.979");
});

test("a price is a multiple of its tick or it is not", () => {
  expect(isMultipleOf(decimal("187.25"), decimal("0.05"))).toBe(true);
  expect(isMultipleOf(decimal("187.26"), decimal("0.05"))).toBe(false);
});

test("text for reading groups thousands and loses nothing", () => {
  expect(format(decimal("1234567.5"), 2)).toBe("1,234,567.50");
  expect(format(decimal("-1000"), 2)).toBe("-1,000.00");
  expect(format(decimal("0.125"), 2)).toBe("0.125");
  expect(format(decimal("999"), 0)).toBe("999");
});

test("cents are rounded half away from zero", () => {
  expect(formatCents(decimal("0.005"))).toBe("0.01");
  expect(formatCents(decimal("-0.005"))).toBe("-0.01");
  expect(formatCents(decimal("1234.5649"))).toBe("1,234.56");
  expect(formatRounded(decimal("-0.03125"), 4)).toBe("-0.0313");
  expect(formatRounded(decimal("0.000001"), 6)).toBe("0.000001");
});

test("the multiples of a step have its decimals", () => {
  expect(["1", "10", "0.05", "0.000100"].map((step) => decimalsOf(decimal(step)))).toEqual([
    0, 0, 2, 4,
  ]);
});
