import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { focusManager } from "@tanstack/react-query";
import { expect, test } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import { Entrance } from "./Entrance.tsx";

const ann = { user_id: "u1", name: "Ann", role: "trader", cash: "5", total_value: "5" };
const people = (...items: unknown[]) => ({ status: 200, body: { items } });
const refusal = { status: 404, body: { detail: "accounts do not answer" } };

test.each([
  [people(ann), /^Demo mode: .* no money is real/],
  [people(), "Log in to trade."],
])("%o says what kind of exchange it is", async (answer, words) => {
  exchangeAnswers({ "GET demo/users": [answer] });
  show(<Entrance />);
  await screen.findByText(words);
});

test("as long as nobody knows, no money is called unreal", async () => {
  exchangeAnswers({ "GET demo/users": [refusal] });
  show(<Entrance />);
  await screen.findByRole("alert");
  screen.getByText("Come in to trade.");
  expect(screen.queryByText(/no money is real|demo account to trade/)).toBeNull();
});

test("what is known stays, and so does a half-typed login, however asking again ends", async () => {
  const requests = exchangeAnswers({ "GET demo/users": [refusal, people(), refusal] });
  show(<Entrance />);
  await userEvent.click(screen.getByRole("tab", { name: "Log in" }));
  await userEvent.type(screen.getByLabelText("Login"), "an");
  for (const asked of [2, 3]) {
    focusManager.setFocused(false);
    focusManager.setFocused(true);
    await expect.poll(() => requests.length).toBe(asked);
    await screen.findByText("Log in to trade.");
    await new Promise((resolve) => setTimeout(resolve, 50));
    screen.getByText("Log in to trade.");
    expect(screen.getByLabelText<HTMLInputElement>("Login").value).toBe("an");
  }
});
