import { expect, test } from "vitest";
import { lasting } from "./lasting.ts";

function entrance() {
  const clock = { now_ms: 0, entered: 0, failing: false };
  const token = lasting(
    () => {
      clock.entered += 1;
      if (clock.failing) return Promise.reject(new Error("nobody answers"));
      return Promise.resolve({ token: `t${clock.entered}`, expires_in_s: 600 });
    },
    () => clock.now_ms,
  );
  return { clock, token };
}

test("one token serves all, until a minute before its end", async () => {
  const { clock, token } = entrance();
  expect(await Promise.all([token(), token()])).toEqual(["t1", "t1"]);
  clock.now_ms = 539_999;
  expect(await token()).toBe("t1");
  clock.now_ms = 540_000;
  expect(await Promise.all([token(), token()])).toEqual(["t2", "t2"]);
});

test("a failure is told to who waited, and the next one asks anew", async () => {
  const { clock, token } = entrance();
  clock.failing = true;
  await expect(token()).rejects.toThrow("nobody answers");
  clock.failing = false;
  expect(await token()).toBe("t2");
});
