import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { LEDGER_FILE_LINES_MAX } from "../hooks/portfolio.ts";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import { LedgerPanel } from "./LedgerPanel.tsx";

const at = "2026-01-01T00:00:00Z";
const deposit = { entry_id: "1.0", kind: "deposit", amount: "10", at, reference: "r" };

const fee = { ...deposit, entry_id: "2.2", kind: "fee", amount: "-0.5" };
const shares = { ...deposit, entry_id: "3.1", kind: "fee", symbol: "ACME", amount: "7" };

function showLedger(lines: number) {
  const page = (...items: object[]) => [{ status: 200, body: { items } }];
  exchangeAnswers({
    "GET portfolio/ledger?limit=50": page(deposit),
    "GET portfolio/ledger?limit=50&kind=fee": page(),
    "GET portfolio/ledger?limit=50&kind=fee&cash=true": page(fee),
    "GET portfolio/ledger?limit=50&kind=fee&symbol=ACME": page(shares),
  });
  const answer = fetch;
  const csv = `symbol,amount,at\n${`ACME,10,${at}\n`.repeat(lines)}`;
  vi.stubGlobal("fetch", (url: string, init: RequestInit) =>
    url.endsWith("ledger.csv") ? Promise.resolve(new Response(csv)) : answer(url, init),
  );
  show(<LedgerPanel user_id="u1" />);
}

test("a filter is the exchange's, and of the file as well", async () => {
  showLedger(1);
  await screen.findByText("+10.00");
  await userEvent.selectOptions(screen.getByLabelText("Kind"), "fee");
  await screen.findByText("There are no such lines.");
  await userEvent.selectOptions(screen.getByLabelText("Cash or stock"), "cash");
  await screen.findByText("-0.50");
  const file = screen.getByRole("link", { name: "Download as CSV" });
  expect(file.getAttribute("href")).toBe("/api/v1/portfolio/ledger.csv?kind=fee&cash=true");
  await userEvent.selectOptions(screen.getByLabelText("Cash or stock"), "ACME");
  await screen.findByText("+7");
});

test.each([
  [LEDGER_FILE_LINES_MAX - 1, 0],
  [LEDGER_FILE_LINES_MAX, 1],
])("a file of %i lines is said not to be whole: %i", async (lines, said) => {
  showLedger(lines);
  await screen.findByText("+10.00");
  await vi.waitFor(() => {
    expect(screen.queryAllByText(/^The file has the newest 10,000 lines/)).toHaveLength(said);
  });
});
