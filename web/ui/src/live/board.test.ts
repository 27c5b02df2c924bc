import { expect, test, vi } from "vitest";
import type { PricesEvent } from "../wire.ts";
import { Board } from "./board.ts";

type Item = PricesEvent["items"][number];

function prices(sequence: number, snapshot: boolean, last: Record<string, string>): PricesEvent {
  const items = Object.entries(last).map(
    ([symbol, last_price]) => ({ symbol, last_price }) as Item,
  );
  return { sequence, snapshot, items };
}

test("only who watches the stock that changed is told", () => {
  const board = new Board();
  const [acme, beta, all] = [vi.fn(), vi.fn(), vi.fn()];
  board.watch("ACME", acme);
  board.watch("BETA", beta);
  board.watchAll(all);
  board.apply(prices(1, true, { ACME: "10", BETA: "20" }));
  board.apply(prices(2, false, { ACME: "11" }));
  expect([acme, beta, all].map(({ mock }) => mock.calls.length)).toEqual([2, 1, 2]);
  expect(board.quotes().get("ACME")?.last_price).toBe("11");
  expect(board.quotes().get("BETA")?.last_price).toBe("20");
});

test("old news change nothing, and who left is told nothing", () => {
  const board = new Board();
  const tell = vi.fn();
  const leave = board.watch("ACME", tell);
  board.apply(prices(5, true, { ACME: "10" }));
  board.apply(prices(4, false, { ACME: "9" }));
  expect(board.quotes().get("ACME")?.last_price).toBe("10");
  leave();
  board.apply(prices(6, false, { ACME: "12" }));
  expect(tell).toHaveBeenCalledTimes(1);
});
