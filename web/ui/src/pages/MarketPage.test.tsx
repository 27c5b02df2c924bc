import { screen } from "@testing-library/react";
import { test } from "vitest";
import { Board } from "../live/board.ts";
import { LiveContext } from "../live/live.ts";
import type { Live } from "../live/live.ts";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import { MarketPage } from "./MarketPage.tsx";

const nothing = () => undefined;
const live = { socket: { on: nothing, off: nothing }, state: "connecting", board: new Board() };

test("without statistics the stocks are there all the same", async () => {
  const stock = { symbol: "ACME", name: "Acme", last_price: "10", change: "1", volume: "5" };
  exchangeAnswers({
    "GET market/statistics": [{ status: 404, body: { detail: "no statistics" } }],
    "GET stocks": [{ status: 200, body: { items: [{ ...stock, change_percent: "1" }] } }],
  });
  show(
    <LiveContext value={live as unknown as Live}>
      <MarketPage />
    </LiveContext>,
  );
  await screen.findByRole("link", { name: "ACME" });
  await screen.findByText("no statistics", { exact: false });
});
