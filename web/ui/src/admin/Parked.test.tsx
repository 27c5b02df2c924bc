import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import { Parked } from "./Parked.tsx";

const message = {
  parked_id: "p1",
  partition: "portfolio.0",
  key: "ACME",
  source: "stream",
  sender: "ordering",
  stream: "ordering.0>portfolio.0",
  seq: 7,
  parked_at: "2026-11-28T10:00:00Z",
  reason: "quantity: is negative",
  body: '{"quantity":"-5"}',
  body_bytes: 17,
};
const unreadable = {
  ...message,
  parked_id: "p2",
  reason: "not a stream's message",
  source: "unreadable",
  stream: null,
  seq: null,
  key: null,
  body: "nonsense",
  body_bytes: 8,
};

function answers(items: unknown[], missing: string[] = [], total = items.length) {
  return { status: 200, body: { total, items, missing } };
}

test("a message is read, chosen and taken up, and its outcome is told", async () => {
  const requests = exchangeAnswers({
    "GET admin/parked": [answers([message, unreadable]), answers([])],
    "POST admin/parked/redrive": [
      { status: 200, body: { taken_up: 3, still_parked: [], missing: [] } },
    ],
  });
  show(<Parked me="ada" />);
  await userEvent.click(await screen.findByRole("button", { name: /quantity: is negative/ }));
  expect(screen.getByRole("region", { name: "The message" }).textContent).toBe(
    '{\n  "quantity": "-5"\n}',
  );
  const takeUp = screen.getByRole<HTMLButtonElement>("button", { name: "Take up again" });
  expect(takeUp.disabled).toBe(true);
  await userEvent.click(screen.getByRole("checkbox", { name: /^Choose: / }));
  await userEvent.click(takeUp);
  await screen.findByText(/^3 taken up again/);
  expect(requests.find(({ what }) => what.startsWith("POST"))?.body).toEqual({ ids: ["p1"] });
  await screen.findByText("Nothing is parked.");
  expect(takeUp.disabled).toBe(true);
});

test("what belongs to no stream is not chosen, not even with all", async () => {
  exchangeAnswers({ "GET admin/parked": [answers([unreadable])] });
  show(<Parked me="ada" />);
  const box = await screen.findByRole<HTMLInputElement>("checkbox", { name: /^Can only be read/ });
  expect(box.disabled).toBe(true);
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Choose all" }).disabled).toBe(true);
});

test("who is silent is named, and that there is more is said", async () => {
  const silent = ["matching: gave no answer in time"];
  exchangeAnswers({ "GET admin/parked": [answers([message], silent, 4_312)] });
  show(<Parked me="ada" />);
  await screen.findByText(/matching: gave no answer in time/);
  await screen.findByText("The oldest 1 of 4,312.");
});
