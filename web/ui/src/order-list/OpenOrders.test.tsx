import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import type { Items, Order, OrderStatus } from "../wire.ts";
import { OpenOrders } from "./OpenOrders.tsx";

const order = (order_id: string, status: OrderStatus, limit_price: string): Order => ({
  order_id,
  user_id: "u1",
  symbol: "ACME",
  side: "buy",
  type: "limit",
  time_in_force: "gtc",
  status,
  quantity: "10",
  filled_quantity: "0",
  limit_price,
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
});

async function rows(pending: Items<Order>, open: Items<Order>) {
  exchangeAnswers({
    "GET orders?status=pending&limit=200": [{ status: 200, body: pending }],
    "GET orders?status=open&limit=200": [{ status: 200, body: open }],
    "GET stocks": [{ status: 200, body: { items: [] } }],
  });
  show(<OpenOrders user_id="u1" symbol="ACME" only={undefined} />);
  const rows = await screen.findAllByRole("row");
  return rows.slice(1).map(({ textContent }) => /at (\d+)/.exec(textContent)?.[1] ?? textContent);
}

test("orders that matching has not answered yet are among the open ones, each once", async () => {
  const pending = [order("o4", "pending", "14"), order("o3", "pending", "13")];
  const open = [order("o3", "open", "13"), order("o2", "open", "12")];
  expect(await rows({ items: pending }, { items: open })).toEqual(["14", "13", "12"]);
  expect(screen.queryByText(/newest/)).toBeNull();
  expect(screen.getAllByText("Pending")).toHaveLength(1);
});

test("who has more than one answer is told so, also when those have ended", async () => {
  const none = "None of your newest open orders is here.";
  expect(await rows({ items: [] }, { items: [], next_cursor: "c" })).toEqual([none]);
  await screen.findByRole("link", { name: "All open orders" });
});
