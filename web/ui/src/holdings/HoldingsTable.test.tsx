import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import type { Holding, Quote } from "../wire.ts";
import { HoldingsTable } from "./HoldingsTable.tsx";

test("each holding has the decimals of its stock", async () => {
  const steps = { tick_size: "0.0001", lot_size: "0.001" };
  exchangeAnswers({
    "GET stocks": [{ status: 200, body: { items: [{ symbol: "DOGE", ...steps }] } }],
  });
  const amounts = {
    quantity: "1.5",
    available: "1",
    average_cost: "0.031249",
    last_price: "0.031",
  };
  const holding = { symbol: "DOGE", ...amounts } as Holding;
  show(<HoldingsTable holdings={[holding]} quotes={new Map()} />);
  await screen.findByText("1.500");
  const cells = [...document.querySelectorAll("[data-symbol] td")].map((cell) => cell.textContent);
  expect(cells.slice(0, 4)).toEqual(["1.500", "1.000", "0.0312", "0.0310"]);
});

test("what a phone has no column for stands in a second line", () => {
  exchangeAnswers({});
  const amounts = { quantity: "15", available: "10", average_cost: "187.25", realised_profit: "5" };
  const holding = { symbol: "ACME", ...amounts } as Holding;
  const quote = { symbol: "ACME", change: "2", change_percent: "1.5" } as Quote;
  show(<HoldingsTable holdings={[holding]} quotes={new Map([["ACME", quote]])} />);
  const line = document.querySelector(".second-line");
  expect(line?.textContent).toBe(
    "Available 10 Average cost 187.25 Today ▲ up +1.50 % Realised +5.00",
  );
});
