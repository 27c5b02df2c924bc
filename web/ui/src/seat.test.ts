import { afterEach, expect, test, vi } from "vitest";
import { ask } from "./api.ts";
import { seatOf } from "./seat.ts";

afterEach(() => {
  vi.unstubAllGlobals();
});

function exchange() {
  const fetch = vi.fn<typeof globalThis.fetch>(() => Promise.resolve(new Response("{}")));
  vi.stubGlobal("fetch", fetch);
  return () => fetch.mock.calls.map(([, init]) => init);
}

test("the browser's own session goes by its cookie alone", async () => {
  const requests = exchange();
  await ask("GET", "portfolio");
  expect(requests()[0]?.credentials).toBe("same-origin");
  expect(requests()[0]?.headers).not.toHaveProperty("authorization");
});

test("who has a seat asks by its token as it is by then, and leaves the cookie alone", async () => {
  const requests = exchange();
  const tokens = ["first", "second"];
  const seat = seatOf("Ann", () => Promise.resolve(tokens.shift() ?? ""));
  await seat.ask("GET", "portfolio");
  await seat.ask("POST", "orders", { symbol: "ACME" });
  expect(requests().map((init) => init?.credentials)).toEqual(["omit", "omit"]);
  expect(requests().map((init) => init?.headers)).toEqual([
    { accept: "application/json, text/csv", authorization: "Bearer first" },
    {
      accept: "application/json, text/csv",
      "content-type": "application/json",
      authorization: "Bearer second",
    },
  ]);
});
