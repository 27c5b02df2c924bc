import { focusManager } from "@tanstack/react-query";
import { act, screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import { useMe, useSessionEnded } from "./session.ts";

function Who() {
  const me = useMe();
  const ended = useSessionEnded();
  return (
    <button onClick={() => void me.refetch()}>
      {me.data?.name ?? (me.isPending ? "?" : "nobody")}
      {ended && ", ended"}
    </button>
  );
}

const ann = { status: 200, body: { user_id: "u1", name: "Ann", role: "trader" } };
const nobody = { status: 401, body: { code: "not_signed_in" } };

afterEach(() => {
  vi.useRealTimers();
  focusManager.setFocused(undefined);
});

test("who never was in is told of no end", async () => {
  exchangeAnswers({ "GET auth/me": [nobody] });
  show(<Who />);
  await screen.findByText("nobody");
});

test("who was in is looked for twice, and then learns of the end", async () => {
  const requests = exchangeAnswers({ "GET auth/me": [ann, nobody, nobody] });
  show(<Who />);
  await userEvent.click(await screen.findByText("Ann"));
  await screen.findByText("nobody, ended");
  expect(requests).toHaveLength(3);
});

test("whose cookie comes a moment later is in", async () => {
  const requests = exchangeAnswers({ "GET auth/me": [ann, nobody, ann] });
  show(<Who />);
  await userEvent.click(await screen.findByText("Ann"));
  await expect.poll(() => requests.length).toBe(3);
  await screen.findByText("Ann");
});

test.each([true, false])("who only watches stays in, seen: %s", async (seen) => {
  vi.useFakeTimers();
  focusManager.setFocused(seen);
  const requests = exchangeAnswers({ "GET auth/me": [ann, ann, "unreachable", ann] });
  show(<Who />);
  await act(() => vi.advanceTimersByTimeAsync(5.5 * 60_000));
  const before = requests.length;
  // Within the second half of the cookie's ten minutes, also after a failure.
  await act(() => vi.advanceTimersByTimeAsync(4 * 60_000));
  expect(requests.length - before).toBeGreaterThanOrEqual(2);
  expect(screen.getByText("Ann")).toBeDefined();
});
