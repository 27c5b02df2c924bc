import { screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import type { Order } from "../wire.ts";
import { CancelOrders } from "./CancelOrders.tsx";
import { FillsPanel } from "./FillsPanel.tsx";
import { OrdersPanel } from "./OrdersPanel.tsx";
import { exchangeAnswers, show } from "../parts/stage.tsx";

const stock = { symbol: "ACME", currency: "USD", tick_size: "0.01", lot_size: "1" };

const limit: Order = {
  order_id: "o1",
  user_id: "u1",
  symbol: "ACME",
  side: "buy",
  type: "limit",
  time_in_force: "gtc",
  status: "open",
  quantity: "10",
  filled_quantity: "2",
  limit_price: "187.25",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

type Difference = { [Field in keyof Order]?: Order[Field] | undefined };

function showOrders(orders: Difference[], script: Parameters<typeof exchangeAnswers>[0] = {}) {
  const items = orders.map((order, n) => ({ ...limit, order_id: `o${n + 1}`, ...order }));
  const requests = exchangeAnswers({
    "GET orders?limit=50": [{ status: 200, body: { items } }],
    "GET stocks": [{ status: 200, body: { items: [stock] } }],
    ...script,
  });
  show(
    <>
      <CancelOrders symbol="ACME" />
      <OrdersPanel user_id="u1" only={undefined} />
    </>,
  );
  return requests;
}

async function amend(quantity: string, limit_price: string) {
  await userEvent.click(await screen.findByRole("button", { name: /^Amend order/ }));
  const form = within(await screen.findByRole("form", { name: /^Amend: Buy 10 ACME/ }));
  for (const [label, text] of Object.entries({
    "New quantity": quantity,
    "New limit price": limit_price,
  })) {
    await userEvent.clear(form.getByLabelText(label));
    await userEvent.type(form.getByLabelText(label), text);
  }
  await userEvent.click(form.getByRole("button", { name: "Change order" }));
}

test("an order is amended in place, and only what changed is sent", async () => {
  const amendment = { quantity: "20", limit_price: "187.25" };
  const later = { updated_at: "2026-01-01T00:00:01Z" };
  const requests = showOrders([{}], {
    "PATCH orders/o1": [{ status: 202, body: { ...limit, ...later, amendment } }],
  });
  await amend("20", "187.250");
  await screen.findByText("Changing to 20 at 187.25…");
  expect(requests.find(({ what }) => what === "PATCH orders/o1")?.body).toEqual({ quantity: "20" });
  expect(screen.queryByRole("form")).toBeNull();
  expect(screen.queryByRole("button", { name: /^Amend order/ })).toBeNull();
});

test("a refused amendment is told at its field, and the form stays", async () => {
  const detail = "must be a multiple of 0.05";
  const refusal = { status: 422, code: "tick_size", detail, field: "limit_price" };
  showOrders([{}], { "PATCH orders/o1": [{ status: 422, body: refusal }] });
  await amend("10", "187.26");
  await screen.findByRole("alert");
  const field = screen.getByLabelText("New limit price");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(document.activeElement).toBe(field);
});

test("stops tell whether they are armed, brackets and icebergs what they are", async () => {
  showOrders([
    { type: "stop", side: "sell", stop_price: "180", limit_price: undefined },
    { type: "stop", side: "sell", stop_price: "190", limit_price: undefined, triggered: true },
    { display_quantity: "5", exit_order_id: "o4", take_profit_price: "200" },
    { side: "sell", limit_price: "200", entry_order_id: "o3" },
  ]);
  const rows = await screen.findAllByRole("row");
  const [armed, triggered, entry, exit] = rows.slice(1).map((row) => row.textContent);
  expect(armed).toContain("Sell 10 ACME, stop at 180.00");
  expect(armed).toContain("Armed");
  expect(triggered).toContain("Triggered");
  expect(entry).toContain("shows 5 at a time · take profit at 200.00");
  expect(exit).toContain("exit of: Buy 10 ACME at 187.25");
  expect(screen.queryByRole("button", { name: /^Amend order/ })).toBeNull();
});

test("all orders are canceled, or those of one stock", async () => {
  const requests = showOrders([{}], {
    "DELETE orders": [{ status: 202, body: { count: 3 } }],
    "DELETE orders?symbol=ACME": [{ status: 202, body: { count: 1 } }],
  });
  await userEvent.click(await screen.findByRole("button", { name: "Cancel all ACME" }));
  await screen.findByText("1 cancel requested");
  await userEvent.click(screen.getByRole("button", { name: "Cancel all orders" }));
  await screen.findByText("3 cancels requested");
  expect(requests.filter(({ what }) => what.startsWith("DELETE"))).toHaveLength(2);
});

test("of one stock's orders the exchange is asked, since they may all be older than those loaded", async () => {
  exchangeAnswers({
    "GET orders?limit=50&symbol=ACME": [{ status: 200, body: { items: [limit] } }],
    "GET orders?limit=50": [{ status: 200, body: { items: [], next_cursor: "o9" } }],
    "GET stocks": [{ status: 200, body: { items: [stock] } }],
  });
  show(<OrdersPanel user_id="u1" only="ACME" />);
  await screen.findByText("Buy 10 ACME at 187.25");
});

test.each([
  [{ next_cursor: "t9" }, "None of ACME among the fills loaded so far."],
  [{}, "Nothing of ACME was filled yet."],
])("of fills with %o: %s", async (more, words) => {
  exchangeAnswers({ "GET trades?limit=50": [{ status: 200, body: { items: [], ...more } }] });
  show(<FillsPanel user_id="u1" only="ACME" />);
  await screen.findByText(words);
});
