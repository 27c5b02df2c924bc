import { expect, test } from "vitest";
import { Problem } from "../api.ts";
import type { FaultDone, System } from "../wire.ts";
import { START, systemAt, withProcess, withStream } from "./sample.ts";
import { answered, isHealed, unanswered, UNSEEN } from "./timeline.ts";
import type { Watched } from "./timeline.ts";

const killed: FaultDone = {
  at: new Date(START + 500).toISOString(),
  fault: { fault: "kill", process: "matching" },
  outcome: { outcome: "signaled", pid: 20 },
};

function watch(...systems: System[]): Watched {
  return systems.reduce(answered, UNSEEN);
}

/** In the order in which it was seen. */
function told({ seen }: Watched): string[] {
  return seen.map(({ text }) => text).reverse();
}

const gone = withProcess(systemAt(1, { faults: [killed] }), "matching", {
  pid: null,
  state: "gone",
});
const lagging = withStream(gone, "portfolio.0>matching.0", 13, 10);
const back = (second: number, state: "waiting" | "running") =>
  withProcess(systemAt(second, { faults: [killed] }), "matching", {
    pid: 21,
    state,
    restarts: 1,
    since: new Date(START + 1_200).toISOString(),
  });

test("a process is killed, goes, comes back and catches up", () => {
  const watched = watch(
    systemAt(0),
    lagging,
    withStream(back(2, "waiting"), "portfolio.0>matching.0", 13, 10),
    withStream(back(3, "running"), "portfolio.0>matching.0", 13, 13),
  );
  expect(told(watched)).toEqual([
    "matching is killed (process 20).",
    "matching is gone.",
    "matching is started again (process 21).",
    "matching is alive, but not ready.",
    "matching is 3 messages behind.",
    "matching is ready.",
    "matching has caught up.",
  ]);
});

test("what was begun before a look and done after it is told at the next", () => {
  expect(told(watch(systemAt(0), systemAt(1), gone, gone))).toEqual([
    "matching is killed (process 20).",
    "matching is gone.",
  ]);
});

test("one that is back before the next look was gone all the same", () => {
  expect(told(watch(systemAt(0), back(1, "running")))).toEqual([
    "matching is killed (process 20).",
    "matching is started again (process 21).",
    "matching is ready.",
  ]);
});

test("what was done before the first look is old news", () => {
  expect(told(watch(gone, gone))).toEqual([]);
});

test("what the look is too old to show is told with the next one", () => {
  const early = systemAt(0, { faults: [killed] });
  expect(told(watch(systemAt(-1), early))).toEqual([]);
  expect(told(watch(systemAt(-1), early, gone))[0]).toBe("matching is killed (process 20).");
});

test("a pause, seen from outside", () => {
  const paused = withProcess(systemAt(1, { queues: null }), "matching", { state: "paused" });
  expect(told(watch(systemAt(0), paused, systemAt(2)))).toEqual([
    "matching stands still.",
    "RabbitMQ does not tell how its queues are.",
    "matching goes on.",
    "RabbitMQ tells how its queues are.",
  ]);
});

test("nobody answers, and then somebody does", () => {
  const silent = unanswered(watch(systemAt(0)), new Problem(0, "unreachable", "nobody is there"));
  expect(silent.problem?.message).toBe("nobody is there");
  const again = answered(silent, systemAt(7));
  expect(told(again)).toEqual(["The page has an answer again, after 7 s."]);
  expect(again.problem).toBeUndefined();
});

test("a malformed message is refused, a second one of a number changes nothing", () => {
  const at = new Date(START + 500).toISOString();
  const answer = { code: "malformed", message: "expected a value" };
  const malformed: FaultDone = {
    at,
    fault: { fault: "malformed" },
    outcome: { outcome: "answered", exchange: "orders", body: "{", answer },
  };
  expect(told(watch(systemAt(0), systemAt(1, { faults: [malformed] })))).toEqual([
    "A malformed message is sent to “orders”.",
    "ordering refuses it, as malformed: expected a value",
  ]);
  const stream = "portfolio.0>matching.0";
  const twice: FaultDone = {
    at,
    fault: { fault: "duplicate" },
    outcome: { outcome: "repeated", stream, seq: 10, body: "{}" },
  };
  expect(told(watch(systemAt(0), systemAt(1, { faults: [twice] })))).toEqual([
    "Number 10 of portfolio.0>matching.0 is sent once more.",
    "matching.0 has heard that number before: nothing changes.",
  ]);
});

test("what is set aside is told", () => {
  const [database] = systemAt(0).databases ?? [];
  const parked = systemAt(1, { databases: database ? [{ ...database, parked: 2 }] : [] });
  expect(told(watch(systemAt(0), parked))).toEqual(["matching sets 2 messages aside."]);
});

test("healed is who is another process, runs, and has caught up", () => {
  expect(isHealed(watch(systemAt(0), systemAt(1, { faults: [killed] })), killed)).toBe(false);
  expect(isHealed(watch(systemAt(0), lagging), killed)).toBe(false);
  expect(isHealed(watch(systemAt(0), back(2, "waiting")), killed)).toBe(false);
  const healed = watch(systemAt(0), back(2, "running"));
  expect(isHealed(healed, killed)).toBe(true);
  expect(isHealed(unanswered(healed, new Problem(0, "late", "")), killed)).toBe(false);
  const behind = withStream(back(2, "running"), "portfolio.0>matching.0", 13, 10);
  expect(isHealed(watch(systemAt(0), behind, { ...behind, at: systemAt(3).at }), killed)).toBe(
    false,
  );
});

test("a pause is over when its time is", () => {
  const fault = { fault: "pause", process: "matching", seconds: 5 } as const;
  const paused = { ...killed, fault };
  expect(isHealed(watch(systemAt(0), systemAt(3)), paused)).toBe(false);
  expect(isHealed(watch(systemAt(0), systemAt(6)), paused)).toBe(true);
});
