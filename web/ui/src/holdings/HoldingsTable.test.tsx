import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import type { Holding } from "../wire.ts";
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
  for (const text of ["1.000", "0.0312", "0.0310"]) screen.getByText(text);
  expect(screen.queryByText("0.03")).toBeNull();
});
