import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import type { Worth } from "../worth.ts";
import { usePastWorth } from "./portfolio.ts";

const MINUTE = 60_000;
const at = (minute: number) => new Date(minute * MINUTE).toISOString();

test("the past is reckoned once, however often the page is drawn", async () => {
  exchangeAnswers({
    "GET portfolio": [
      {
        status: 200,
        body: { cash: { total: "400" }, holdings: [{ symbol: "ACME", quantity: "10" }] },
      },
    ],
    "GET stocks/ACME/candles?interval=1m&limit=500": [
      { status: 200, body: { items: [{ at: at(1), open: "50", close: "60" }] } },
    ],
  });
  const answer = fetch;
  const csv = `symbol,amount,at\n,1000,${at(0)}\nACME,10,${at(1)}\n,-600,${at(1)}\n`;
  vi.stubGlobal("fetch", (url: string, init: RequestInit) =>
    url.endsWith("ledger.csv") ? Promise.resolve(new Response(csv)) : answer(url, init),
  );
  const seen = new Set<Worth[]>();
  function Page() {
    const [draws, setDraws] = useState(1);
    const { data } = usePastWorth("u1", 2.5 * MINUTE);
    if (data !== undefined) seen.add(data);
    return (
      <button
        onClick={() => {
          setDraws(draws + 1);
        }}
      >
        {data ? `${data.length} points, drawn ${draws}` : "nothing yet"}
      </button>
    );
  }
  show(<Page />);
  await userEvent.click(await screen.findByText("2 points, drawn 1"));
  await screen.findByText("2 points, drawn 2");
  expect(seen.size).toBe(1);
});
