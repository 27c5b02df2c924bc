import { screen, waitFor, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import { People } from "./People.tsx";

const ann = {
  user_id: "u1",
  name: "Ann",
  role: "trader",
  demo: false,
  login: "ann",
  closed_at: null,
};
const cash = { total: "5", held: "0", available: "5" };
const portfolio = { user_id: "u1", cash, holdings: [], market_value: "7", total_value: "12" };
const one = (part: object) => ({ status: 200, body: { ...ann, portfolio, ...part } });
const page = (items: unknown[]) => [{ status: 200, body: { items } }];

test("somebody is found, seen with what is owned, and paid once however often it is sent", async () => {
  const requests = exchangeAnswers({
    "GET admin/users?limit=50": page([ann]),
    "GET admin/users?limit=50&search=an": page([ann]),
    "GET admin/users/u1": [one({})],
    "POST admin/users/u1/deposits": [
      "unreachable",
      { status: 200, body: { id: "x", cash: { ...cash, available: "15" } } },
    ],
  });
  show(<People me="ada" />);
  await userEvent.type(screen.getByRole("searchbox", { name: "Search people" }), "an");
  // It is asked for once nobody types any more.
  await waitFor(() => {
    expect(requests.some(({ what }) => what.endsWith("search=an"))).toBe(true);
  });
  await userEvent.click(await screen.findByRole("button", { name: "Manage Ann" }));
  const dialog = within(await screen.findByRole("dialog"));
  await dialog.findByText("12.00");
  await userEvent.type(dialog.getByLabelText("Amount to deposit"), "10");
  const deposit = dialog.getByRole("button", { name: "Deposit" });
  await userEvent.click(deposit);
  await dialog.findByRole("alert");
  await userEvent.click(deposit);
  await dialog.findByText("Done. 15.00 available.");
  const sent = requests.filter(({ what }) => what.startsWith("POST"));
  expect(sent[0]?.body).toMatchObject({ amount: "10" });
  expect(sent[1]).toEqual(sent[0]);
});

test.each([
  [{ user_id: "ada" }, /This is you/],
  [{ login: null }, /Without a login/],
  [{ portfolio: null }, /has not heard of this person/],
])("what cannot be done is not offered: %o", async (part, said) => {
  const id = "user_id" in part ? part.user_id : "u1";
  exchangeAnswers({
    "GET admin/users?limit=50": page([{ ...ann, ...part }]),
    [`GET admin/users/${id}`]: [one(part)],
  });
  show(<People me="ada" />);
  await userEvent.click(await screen.findByRole("button", { name: "Manage Ann" }));
  await screen.findByText(said);
  const offered = "portfolio" in part;
  expect(screen.queryByRole("button", { name: "Close the account…" }) !== null).toBe(offered);
  expect(screen.queryByRole("button", { name: "Deposit" }) !== null).toBe(!offered);
});

test("nobody is left to choose", async () => {
  exchangeAnswers({ "GET admin/users?limit=50": page([]) });
  show(<People me="ada" />);
  await screen.findByText("Nobody is called that.");
});
