import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { Problem } from "../api.ts";
import { Failure } from "./Failure.tsx";
import { show } from "./stage.tsx";

const UNSURE = "It may be done.";
const detail = "portfolio does not answer; nothing was sent: try again in 2 s";

test.each([
  [new Problem(503, "not_sent", detail), `Not sent: ${detail}Nothing has happened, so it is safe`],
  [new Problem(503, "unavailable", "late"), `Outcome unknown: late${UNSURE}`],
  [new Problem(0, "unreachable", "no network"), `Outcome unknown: no network${UNSURE}`],
  [new Problem(422, "tick_size", "wrong"), "Error: wrong"],
])("of a deed, %s is told as what it means", (problem, words) => {
  show(<Failure error={problem} unsure={UNSURE} />);
  expect(screen.getByRole("alert").textContent).toContain(words);
});

test("a question that was not answered did nothing, whatever the reason", () => {
  show(<Failure error={new Problem(503, "not_sent", detail)} />);
  expect(screen.getByRole("alert").textContent).toBe(`Error: ${detail}`);
});

test("who was too quick sees how long to wait, and cannot try again before", () => {
  const problem = new Problem(429, "too_many_requests", "too many", undefined, 30);
  show(<Failure error={problem} onRetry={() => undefined} />);
  expect(screen.getByText(/^That was too often: wait (2\d|30) seconds\.$/)).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Try again" }).disabled).toBe(true);
});

test("after the wait it is as before", () => {
  const problem = new Problem(429, "too_many_requests", "too many", undefined, 0);
  show(<Failure error={problem} onRetry={() => undefined} />);
  expect(screen.getByText("You may try again.")).toBeTruthy();
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Try again" }).disabled).toBe(false);
});
