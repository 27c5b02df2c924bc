import { act, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import type { ReactNode } from "react";
import { expect, test } from "vitest";
import type { Depth } from "../live/depth.ts";
import { Board } from "../live/board.ts";
import { DepthContext, LiveContext } from "../live/live.ts";
import type { Live } from "../live/live.ts";
import type { Order, PlaceOrder, PricesEvent, Stock } from "../wire.ts";
import { OrderTicket } from "./OrderTicket.tsx";
import { exchangeAnswers, show as showAlone } from "../parts/stage.tsx";

const stock = {
  symbol: "ACME",
  currency: "USD",
  tick_size: "0.01",
  lot_size: "1",
  previous_close: "180",
  last_price: "180",
  phase: "continuous",
} as Stock;

const order: Order = {
  order_id: "o1",
  user_id: "u1",
  symbol: "ACME",
  side: "sell",
  type: "limit",
  time_in_force: "gtc",
  status: "open",
  quantity: "10",
  filled_quantity: "0",
  limit_price: "187.25",
  created_at: "2026-01-01T00:00:00Z",
  updated_at: "2026-01-01T00:00:00Z",
};

const portfolio = {
  user_id: "u1",
  cash: { total: "100", held: "0", available: "100" },
  holdings: [],
};

const answers = {
  "GET portfolio": [{ status: 200, body: portfolio }],
  "GET orders?limit=50": [{ status: 200, body: { items: [] } }],
  "GET market/terms": [
    {
      status: 200,
      body: {
        maker_fee_basis_points: 10,
        taker_fee_basis_points: 25,
        market_collar_basis_points: 500,
      },
    },
  ],
};

const depth: Depth = { bids: [["9", "5"]], asks: [["10", "4"]], last: 1, gap: false };

function show(component: ReactNode, board = new Board()) {
  const live = { board } as unknown as Live;
  showAlone(<LiveContext value={live}>{component}</LiveContext>);
  return board;
}

test("what a market order may cost at most follows the last price", async () => {
  exchangeAnswers(answers);
  const board = show(<OrderTicket user_id="u1" stock={stock} picked={undefined} />);
  await userEvent.selectOptions(screen.getByLabelText("Order type"), "market");
  await userEvent.type(screen.getByLabelText("Quantity"), "8");
  act(() => {
    const quote = { ...stock, symbol: "ACME", last_price: "10" };
    const items = [quote] as unknown as PricesEvent["items"];
    board.apply({ sequence: 1, snapshot: true, items });
  });
  // 8 at 10 and 5 % more, and the higher fee.
  await screen.findByText("84.21");
  await userEvent.click(screen.getByRole("button", { name: "100 % of buying power" }));
  expect(screen.getByLabelText<HTMLInputElement>("Quantity").value).toBe("9");
});

test("before it is sent the ticket says what it costs, the fee, and what will be left", async () => {
  exchangeAnswers(answers);
  show(
    <DepthContext value={depth}>
      <OrderTicket user_id="u1" stock={stock} picked={undefined} />
    </DepthContext>,
  );
  await userEvent.type(screen.getByLabelText("Quantity"), "8");
  await userEvent.type(screen.getByLabelText("Limit price"), "11");
  await screen.findByText("Fee, taker 0.25 % and maker 0.10 %");
  const lines = [...screen.getByLabelText("Estimate").children].map((line) => line.textContent);
  expect(lines).toEqual([
    "Available USD100.00",
    "Cost, about84.00",
    "Fee, taker 0.25 % and maker 0.10 %0.144",
    "Total USD84.144",
    "Held until it is filled88.22",
    "Left afterwards USD15.856",
  ]);
  await userEvent.click(screen.getByRole("button", { name: "100 % of buying power" }));
  expect(screen.getByLabelText<HTMLInputElement>("Quantity").value).toBe("9");
  await userEvent.clear(screen.getByLabelText("Quantity"));
  await userEvent.type(screen.getByLabelText("Quantity"), "9.07");
  screen.getByText("More would be held than what is available.");
});

test("fees that cannot be asked for are said to be unknown", async () => {
  const refusal = { status: 404, code: "not_found", detail: "this path does not exist" };
  exchangeAnswers({ ...answers, "GET market/terms": [{ status: 404, body: refusal }] });
  showTicket();
  await screen.findByText("The fees are not known right now.");
  expect(screen.getByRole("button", { name: "100 % of buying power" })).toHaveProperty(
    "disabled",
    true,
  );
});

function showTicket() {
  show(<OrderTicket user_id="u1" stock={stock} picked={undefined} />);
}

async function fillIn(quantity: string, limit_price: string) {
  await userEvent.click(screen.getByRole("radio", { name: "Sell" }));
  await userEvent.type(screen.getByLabelText("Quantity"), quantity);
  await userEvent.type(screen.getByLabelText("Limit price"), limit_price);
}

async function placeOrder() {
  await userEvent.click(screen.getByRole("button", { name: /^Place (buy|sell) order$/ }));
}

test("an order goes out as typed, and its status comes back", async () => {
  const requests = exchangeAnswers({ ...answers, "POST orders": [{ status: 201, body: order }] });
  showTicket();
  await fillIn("10", "187.250");
  await placeOrder();
  await screen.findByText("Open");
  const sent = requests.find(({ what }) => what === "POST orders")?.body as PlaceOrder;
  const { order_id, ...rest } = sent;
  expect(order_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  expect(rest).toEqual({
    symbol: "ACME",
    side: "sell",
    type: "limit",
    quantity: "10",
    limit_price: "187.25",
    time_in_force: "gtc",
  });
});

const FIELDS = ["Limit price", "Stop price", "Trail amount", "Stop limit price"];

test.each([
  ["limit", ["Limit price"], 5],
  ["market", [], 2],
  ["stop", ["Stop price"], 3],
  ["stop_limit", ["Limit price", "Stop price"], 3],
  ["trailing_stop", ["Trail amount"], 3],
  ["oco", ["Limit price", "Stop price", "Stop limit price"], 3],
])("a %s order shows only what goes with it", async (type, fields, times) => {
  exchangeAnswers(answers);
  showTicket();
  await userEvent.selectOptions(screen.getByLabelText("Order type"), type);
  expect(FIELDS.filter((field) => screen.queryByLabelText(field) !== null)).toEqual(fields);
  expect(screen.getByLabelText("Time in force").querySelectorAll("option")).toHaveLength(times);
  const resting = type === "limit";
  expect(screen.queryByLabelText("Post-only") !== null).toBe(resting);
  expect(screen.queryByLabelText("Display quantity") !== null).toBe(resting);
  expect(screen.queryByLabelText("Reprice")).toBeNull();
  expect(screen.queryByLabelText("Stop loss price") !== null).toBe(resting || type === "market");
});

test("a bracket's exit has an id of its own, and keeps it when the order is sent again", async () => {
  const requests = exchangeAnswers({
    ...answers,
    "POST orders": ["unreachable", { status: 201, body: order }],
  });
  showTicket();
  await fillIn("10", "187.25");
  await userEvent.type(screen.getByLabelText("Stop loss price"), "190");
  screen.getByText("More: bracket");
  await placeOrder();
  await screen.findByText("The exchange cannot be reached right now.", { exact: false });
  await placeOrder();
  await screen.findByText("Open");
  const [first, second] = requests
    .filter(({ what }) => what === "POST orders")
    .map(({ body }) => body as PlaceOrder);
  expect(first).toMatchObject({ stop_loss_price: "190" });
  expect(first?.exit_order_id).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-7/);
  expect(first?.exit_order_id).not.toBe(first?.order_id);
  expect(second).toEqual(first);
  expect(screen.getByLabelText<HTMLInputElement>("Stop loss price").value).toBe("");
});

test("a refusal that names a field is shown at the field, also where it was folded away", async () => {
  const detail = "must be a multiple of 5";
  const refusal = { status: 422, code: "lot_size", detail, field: "display_quantity" };
  exchangeAnswers({ ...answers, "POST orders": [{ status: 422, body: refusal }] });
  showTicket();
  await fillIn("10", "187.25");
  const field = screen.getByLabelText("Display quantity");
  expect(field.closest("details")?.open).toBe(false);
  await userEvent.type(field, "3");
  await placeOrder();
  await screen.findByRole("alert");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  expect(field.closest(".mantine-TextInput-root")?.textContent).toContain(detail);
  expect(field.closest("details")?.open).toBe(true);
  expect(document.activeElement).toBe(field);
});

test("a wrong price is refused at its field, and nothing is sent", async () => {
  const requests = exchangeAnswers(answers);
  showTicket();
  await fillIn("10", "187.255");
  await placeOrder();
  const field = screen.getByLabelText("Limit price");
  expect(field.getAttribute("aria-invalid")).toBe("true");
  screen.getByText("The limit price must be a multiple of 0.01.");
  expect(document.activeElement).toBe(field);
  expect(requests.some(({ what }) => what === "POST orders")).toBe(false);
});

test("an unanswered order keeps its id when it is sent again", async () => {
  const requests = exchangeAnswers({
    ...answers,
    "POST orders": ["unreachable", { status: 201, body: order }],
  });
  showTicket();
  await fillIn("10", "187.25");
  await placeOrder();
  await screen.findByText("The exchange cannot be reached right now.", { exact: false });
  await placeOrder();
  await screen.findByText("Open");
  const ids = requests
    .filter(({ what }) => what === "POST orders")
    .map(({ body }) => (body as PlaceOrder).order_id);
  expect(ids).toHaveLength(2);
  expect(ids[0]).toBe(ids[1]);
});

test("a refusal of the exchange is shown", async () => {
  const detail = "You have too many open orders.";
  exchangeAnswers({
    ...answers,
    "POST orders": [{ status: 409, body: { status: 409, code: "too_many_open_orders", detail } }],
  });
  showTicket();
  await fillIn("10", "187.25");
  await placeOrder();
  expect((await screen.findByRole("alert")).textContent).toContain(detail);
});
