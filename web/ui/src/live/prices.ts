/** The latest quote of every stock. */

import type { PricesEvent, Quote } from "../wire.ts";

export interface Prices {
  quotes: ReadonlyMap<string, Quote>;
  sequence: number;
}

/** A quote is absolute, so the only wrong news is old news. */
export function applyPrices(prices: Prices | undefined, event: PricesEvent): Prices | undefined {
  const { sequence } = event;
  if (event.snapshot) return { quotes: quotesOf(event), sequence };
  if (prices === undefined || sequence < prices.sequence) return prices;
  return { quotes: new Map([...prices.quotes, ...quotesOf(event)]), sequence };
}

/** Whether they tell of a stock that was listed, halted or resumed since: the list of stocks is old. */
export function outdatesList(known: ReadonlyMap<string, Quote>, { items }: PricesEvent): boolean {
  if (known.size === 0) return false;
  return items.some(({ symbol, phase }) => {
    const before = known.get(symbol);
    return before === undefined || (before.phase === "halted") !== (phase === "halted");
  });
}

function quotesOf(event: PricesEvent): Map<string, Quote> {
  return new Map(
    event.items.map((quote) => [quote.symbol, { ...quote, phase: quote.phase ?? "continuous" }]),
  );
}
