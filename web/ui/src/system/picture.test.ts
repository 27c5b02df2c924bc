import { expect, test } from "vitest";
import { ownerOf, pictureOf } from "./picture.ts";
import { systemAt, withStream } from "./sample.ts";

function facts(samples: ReturnType<typeof systemAt>[], service: string) {
  return pictureOf(samples)?.services.find((facts) => facts.service === service);
}

test("a stream is said once and heard by many", () => {
  const samples = [systemAt(0), withStream(systemAt(1), "matching.0>*", 46, 46)];
  expect(facts(samples, "matching")?.out).toMatchObject({ rate: 6, behind: false });
  expect(facts(samples, "portfolio")?.in).toMatchObject({ rate: 6, lag: 0 });
  expect(facts(samples, "web")?.in).toMatchObject({ rate: 6, lag: null, behind: false });
});

test("behind is who has more to hear than was said in the last second", () => {
  const busy = (heard: number) => [systemAt(0), withStream(systemAt(1), "matching.0>*", 46, heard)];
  expect(facts(busy(40), "portfolio")?.in.behind).toBe(false);
  expect(facts(busy(39), "portfolio")?.in.behind).toBe(true);
  const quiet = [0, 1].map((second) => withStream(systemAt(second), "matching.0>*", 40, 39));
  expect(facts(quiet, "portfolio")?.in.behind).toBe(true);
});

test("names begin with their owner", () => {
  expect(["matching.0>*", "stock-data.questions", "dead"].map(ownerOf)).toEqual([
    "matching",
    "stock-data",
    "dead",
  ]);
});

test("what is not told is no guess", () => {
  const picture = pictureOf([systemAt(0, { databases: null, queues: null, streams: null })]);
  expect(picture?.queues).toBeNull();
  expect(picture?.services[3]).toMatchObject({
    database: undefined,
    in: { lag: null, rate: null },
  });
});
