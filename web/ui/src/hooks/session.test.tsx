import { focusManager, useQueryClient } from "@tanstack/react-query";
import { act, fireEvent, screen, within } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { afterEach, expect, test, vi } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import { keys } from "../queries.ts";
import {
  useChangePassword,
  useLogOut,
  useMe,
  useOtherWindows,
  useSessionEnded,
  useSwitchAccount,
} from "./session.ts";

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

function Owner() {
  const change = useChangePassword();
  return (
    <button
      onClick={() => {
        change.mutate({ old: "a", new: "b" });
      }}
    >
      Change
    </button>
  );
}

test("who changes the password is not out before the answer with the new cookie is there", async () => {
  let answer = (): void => undefined;
  const changed = new Promise<typeof ann>((resolve) => {
    answer = () => {
      resolve(ann);
    };
  });
  const requests = exchangeAnswers({
    "GET auth/me": [ann, nobody, ann],
    "POST auth/password": [changed],
  });
  show(
    <>
      <Who />
      <Owner />
    </>,
  );
  await screen.findByText("Ann");
  await userEvent.click(screen.getByText("Change"));
  await userEvent.click(screen.getByText("Ann"));
  await new Promise((resolve) => setTimeout(resolve, 1_200));
  expect(requests).toHaveLength(3);
  answer();
  await expect.poll(() => requests.length).toBe(4);
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

const bob = { status: 200, body: { user_id: "u2", name: "Bob", role: "trader" } };

function Window({ name }: { name: string }) {
  const me = useMe();
  const ended = useSessionEnded();
  const queries = useQueryClient();
  useOtherWindows();
  const [enter, leave] = [useSwitchAccount(), useLogOut()];
  const mine = String(queries.getQueryData(keys.portfolio("u1")));
  return (
    <section aria-label={name}>
      {me.data?.name ?? "nobody"} {mine} {ended && "ended"}
      <button
        onClick={() => {
          queries.setQueryData(keys.portfolio("u1"), "Ann’s");
        }}
      >
        Look
      </button>
      <button
        onClick={() => {
          enter.mutate("u2");
        }}
      >
        Enter
      </button>
      <button
        onClick={() => {
          leave.mutate();
        }}
      >
        Leave
      </button>
    </section>
  );
}

test("what is entered or left in one window is so in the other", async () => {
  exchangeAnswers({
    "GET auth/me": [ann],
    "POST demo/switch": [bob],
    "POST auth/logout": [{ status: 200, body: {} }],
  });
  show(<Window name="left" />);
  show(<Window name="right" />);
  const [left, right] = ["left", "right"].map((name) => screen.getByLabelText(name));
  if (left === undefined || right === undefined) throw new Error("two windows");
  await within(left).findByText(/Ann/);
  await userEvent.click(within(left).getByText("Look"));
  await within(right).findByText(/Ann/);
  await userEvent.click(within(right).getByText("Enter"));
  await within(left).findByText(/Bob undefined/);
  await userEvent.click(within(right).getByText("Leave"));
  await within(left).findByText(/nobody undefined/);
  expect(left.textContent).not.toContain("ended");
});

test("a window that is looked at again asks who is in, and forgets who is not", async () => {
  exchangeAnswers({ "GET auth/me": [ann, bob] });
  show(<Window name="only" />);
  await screen.findByText(/Ann/);
  await userEvent.click(screen.getByText("Look"));
  fireEvent.focus(window);
  await screen.findByText(/Bob undefined/);
});
