import { expect, test } from "vitest";
import { uuid7 } from "./uuid7.ts";

test("an id carries its time, version 7 and the RFC's variant", () => {
  expect(uuid7(0x0123_4567_89ab)).toMatch(
    /^01234567-89ab-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/,
  );
});

test("ids made at one moment differ", () => {
  expect(new Set(Array.from({ length: 100 }, () => uuid7(1))).size).toBe(100);
});
