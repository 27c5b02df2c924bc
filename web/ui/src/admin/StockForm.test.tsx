import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import type { Stock } from "../wire.ts";
import { StockForm } from "./StockForm.tsx";

const terms = { currency: "USD", tick_size: "0.01", lot_size: "1", previous_close: "10" };
const stock = { symbol: "ACME", name: "Acme", ...terms, rules: { auction_seconds: 60 } } as Stock;

test("seconds that are no whole number are sent nowhere, and told at their field", async () => {
  const requests = exchangeAnswers({
    "PATCH admin/stocks/ACME": [{ status: 200, body: stock }],
  });
  const onClose = vi.fn();
  show(<StockForm stock={stock} opened onClose={onClose} />);
  const field = await screen.findByLabelText("Auction, seconds");
  await userEvent.type(field, "s");
  await userEvent.click(screen.getByRole("button", { name: "Change it" }));
  await screen.findByText("Enter whole seconds, like 60.");
  expect(requests).toEqual([]);
  await userEvent.type(field, "{Backspace}{Backspace}1");
  await userEvent.click(screen.getByRole("button", { name: "Change it" }));
  await vi.waitFor(() => {
    expect(onClose).toHaveBeenCalledOnce();
  });
  expect(requests[0]?.body).toEqual({ rules: { auction_seconds: 61 } });
});
