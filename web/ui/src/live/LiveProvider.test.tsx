import { act, screen } from "@testing-library/react";
import { test, vi } from "vitest";
import { useStocks } from "../hooks/market.ts";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import type { PricesEvent } from "../wire.ts";
import { LiveProvider } from "./LiveProvider.tsx";

const heard = vi.hoisted(() => new Map<string, (event: unknown) => void>());

vi.mock("socket.io-client", () => ({
  io: () => {
    const nothing = () => undefined;
    const on = heard.set.bind(heard);
    return { on, off: nothing, connect: nothing, disconnect: nothing, active: true };
  },
}));

function Listed() {
  return (
    <p>
      {useStocks()
        .data?.items.map(({ symbol }) => symbol)
        .join(" ")}
    </p>
  );
}

test("a stock that is listed meanwhile is in the list", async () => {
  const listing = (...symbols: string[]) => ({
    status: 200,
    body: { items: symbols.map((symbol) => ({ symbol })) },
  });
  exchangeAnswers({ "GET stocks": [listing("ACME"), listing("ACME", "BOLT")] });
  show(
    <LiveProvider user_id="u1">
      <Listed />
    </LiveProvider>,
  );
  await screen.findByText("ACME");
  const prices = (sequence: number, symbol: string): PricesEvent => ({
    sequence,
    snapshot: sequence === 1,
    items: [{ symbol, last_price: "10" } as PricesEvent["items"][number]],
  });
  act(() => heard.get("prices")?.(prices(1, "ACME")));
  act(() => heard.get("prices")?.(prices(2, "BOLT")));
  await screen.findByText("ACME BOLT");
});
