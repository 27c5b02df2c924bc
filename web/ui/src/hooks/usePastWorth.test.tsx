import { screen } from "@testing-library/react";
import userEvent from "@testing-library/user-event";
import { test, vi } from "vitest";
import { show } from "../parts/stage.tsx";
import { usePastWorth } from "./portfolio.ts";

const portfolio = { user_id: "u1", cash: { total: "5" }, holdings: [], total_value: "5" };

function Worth() {
  const { data, error, refetch } = usePastWorth("u1", Date.parse("2026-01-01T01:00:00Z"));
  return <button onClick={() => void refetch()}>{data ? "drawn" : (error?.message ?? "…")}</button>;
}

test("candles that were refused are asked for again together with the rest", async () => {
  const csv = "symbol,amount,at\nACME,10,2026-01-01T00:00:00Z";
  let refused = true;
  vi.stubGlobal("fetch", (url: string) => {
    const isCandles = url.includes("/candles");
    if (url.endsWith("ledger.csv")) return Promise.resolve(new Response(csv));
    if (!isCandles) return Promise.resolve(new Response(JSON.stringify(portfolio)));
    const body = refused ? { detail: "not now" } : { items: [] };
    return Promise.resolve(new Response(JSON.stringify(body), { status: refused ? 429 : 200 }));
  });
  show(<Worth />);
  const button = await screen.findByText("not now");
  refused = false;
  await userEvent.click(button);
  await screen.findByText("drawn");
});
