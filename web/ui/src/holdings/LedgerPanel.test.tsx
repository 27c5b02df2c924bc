import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { LEDGER_FILE_LINES_MAX } from "../hooks/portfolio.ts";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import { LedgerPanel } from "./LedgerPanel.tsx";

const at = "2026-01-01T00:00:00Z";
const deposit = { entry_id: "1.0", kind: "deposit", amount: "10", at, reference: "r" };

function showLedger(more: object, lines: number) {
  const items = [deposit];
  exchangeAnswers({
    "GET portfolio/ledger?limit=50": [{ status: 200, body: { items, ...more } }],
  });
  const answer = fetch;
  const csv = `symbol,amount,at\n${`,10,${at}\n`.repeat(lines)}`;
  vi.stubGlobal("fetch", (url: string, init: RequestInit) =>
    url.endsWith("ledger.csv") ? Promise.resolve(new Response(csv)) : answer(url, init),
  );
  show(<LedgerPanel user_id="u1" />);
}

test.each([
  [{ next_cursor: "0.9" }, "None of these among the lines loaded so far."],
  [{}, "There are no such lines."],
])("a filter that lets nothing through of a page with %o: %s", async (more, words) => {
  showLedger(more, 1);
  await screen.findByText("+10.00");
  await userEvent.selectOptions(screen.getByLabelText("Kind"), "fee");
  await screen.findByText(words);
});

test.each([
  [LEDGER_FILE_LINES_MAX - 1, 0],
  [LEDGER_FILE_LINES_MAX, 1],
])("a file of %i lines is said not to be whole: %i", async (lines, said) => {
  showLedger({}, lines);
  await screen.findByText("+10.00");
  await vi.waitFor(() => {
    expect(screen.queryAllByText(/^The file has the newest 10,000 lines/)).toHaveLength(said);
  });
});
