import { expect, test } from "vitest";
import type { DemoPerson } from "../wire.ts";
import { chosen } from "./chosen.ts";

const people = ["ann", "bob", "cat"].map((user_id) => ({ user_id }) as DemoPerson);

test.each([
  ["bob", "cat", "bob cat"],
  // Me and the next one, where nothing is said.
  [undefined, undefined, "cat ann"],
  ["bob", undefined, "bob ann"],
  [undefined, "cat", "ann cat"],
  // Nobody sits at both desks, and who is not there at none.
  ["bob", "bob", "bob ann"],
  ["eve", "mal", "cat ann"],
])("%s and %s: %s", (left, right, expected) => {
  const seats = chosen(people, left, right, "cat");
  expect(`${seats?.left.user_id} ${seats?.right.user_id}`).toBe(expected);
});

test("one alone is no two", () => {
  expect(chosen(people.slice(0, 1), undefined, undefined, "ann")).toBeUndefined();
  expect(chosen([], "ann", "bob", "ann")).toBeUndefined();
});
