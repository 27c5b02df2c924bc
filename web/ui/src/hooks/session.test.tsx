import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { expect, test } from "vitest";
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
