import { expect, test } from "vitest";
import { canBeTakenUp, readable } from "./parked.ts";

test.each([
  ['{"a":[1,"2"]}', 13, '{\n  "a": [\n    1,\n    "2"\n  ]\n}', undefined],
  ["no JSON", 7, "no JSON", "This is no JSON."],
  ["", 0, "", "This is no JSON."],
  ['{"a":', 20_000, '{"a":', "Its beginning; it has 20000 bytes."],
  ["\ufffd\ufffd", 2, "\ufffd\ufffd", "This is no JSON."],
])("%j of %d bytes", (body, bytes, text, note) => {
  expect(readable(body, bytes)).toEqual(note === undefined ? { text } : { text, note });
});

test("a number stays as it was sent where JSON can keep it, and decimals are strings anyway", () => {
  expect(readable('{"price":"187.250000"}', 22).text).toContain('"187.250000"');
});

test("only what belongs somewhere can go back there", () => {
  expect(
    ["stream", "orders", "request", "unreadable"].map((source) => canBeTakenUp({ source })),
  ).toEqual([true, true, true, false]);
});
