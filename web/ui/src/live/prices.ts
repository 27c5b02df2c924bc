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

function quotesOf(event: PricesEvent): Map<string, Quote> {
  return new Map(
    event.items.map((quote) => [quote.symbol, { ...quote, phase: quote.phase ?? "continuous" }]),
  );
}
