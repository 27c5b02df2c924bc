import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { DemoAccounts } from "./DemoAccounts.tsx";
import { exchangeAnswers, show } from "../parts/stage.tsx";

const people = [
  { user_id: "u1", name: "Ann Archer", role: "trader", cash: "100000", total_value: "187250.5" },
  { user_id: "u2", name: "Market Bot", role: "bot", cash: null, total_value: null },
];

test("an account is entered with one press", async () => {
  const requests = exchangeAnswers({
    "GET demo/users": [{ status: 200, body: { items: people } }],
    "POST demo/switch": [{ status: 200, body: people[0] }],
  });
  const onEntered = vi.fn();
  show(<DemoAccounts onEntered={onEntered} />);
  expect(screen.getByRole("status").textContent).toContain("Loading");

  await screen.findByRole("list", { name: "Demo accounts" });
  const ann = screen.getByRole("button", { name: /^Enter as Ann Archer/ });
  expect(ann.textContent).toContain("cash 100,000.00 worth 187,250.50");
  expect(screen.getByRole("button", { name: "Enter as Market Bot bot" })).toBeTruthy();
  await userEvent.click(ann);
  expect(requests.at(-1)).toEqual({ what: "POST demo/switch", body: { user_id: "u1" } });
  expect(onEntered).toHaveBeenCalledOnce();
});

test("nobody to choose is said", async () => {
  exchangeAnswers({ "GET demo/users": [{ status: 200, body: { items: [] } }] });
  show(<DemoAccounts onEntered={vi.fn()} />);
  await screen.findByText("There are no demo accounts on this exchange.");
});

test("a refusal is shown in the exchange's words and can be tried again", async () => {
  const detail = "Demo accounts are switched off.";
  exchangeAnswers({
    "GET demo/users": [
      { status: 403, body: { status: 403, code: "demo_disabled", detail } },
      { status: 200, body: { items: people } },
    ],
  });
  show(<DemoAccounts onEntered={vi.fn()} />);
  expect((await screen.findByRole("alert")).textContent).toContain(detail);
  await userEvent.click(screen.getByRole("button", { name: "Try again" }));
  await screen.findByRole("list", { name: "Demo accounts" });
});
