/** A portfolio under live changes, and what it is worth at live prices. */

import { decimal, times, toWire, ZERO } from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import type { Holding, HoldingChange, Portfolio, PortfolioEvent, Quote } from "./wire.ts";

/** Puts the changed holdings in place of the known ones; what they are worth is `valued`'s. */
export function applyChange(portfolio: Portfolio, event: PortfolioEvent): Portfolio {
  if (event.user_id !== portfolio.user_id) return portfolio;
  const holdings = new Map(portfolio.holdings.map((holding) => [holding.symbol, holding]));
  for (const change of event.holdings) {
    holdings.set(change.symbol, { ...unpriced(change), ...holdings.get(change.symbol), ...change });
  }
  return { ...portfolio, cash: event.cash, holdings: [...holdings.values()] };
}

function unpriced(change: HoldingChange): Holding {
  return { ...change, last_price: null, market_value: null, unrealised_profit: null };
}

/** The holdings that are left, at the latest price known for each, and their sums. */
export function valued(portfolio: Portfolio, quotes: ReadonlyMap<string, Quote>): Portfolio {
  const holdings = portfolio.holdings
    .filter((holding) => decimal(holding.quantity) !== ZERO)
    .map((holding) => atPrice(holding, quotes.get(holding.symbol)?.last_price));
  const market_value = sumOf(holdings.map(({ market_value }) => market_value));
  return {
    ...portfolio,
    holdings: holdings.toSorted((a, b) => a.symbol.localeCompare(b.symbol)),
    market_value: toWire(market_value),
    unrealised_profit: toWire(sumOf(holdings.map(({ unrealised_profit }) => unrealised_profit))),
    total_value: toWire(decimal(portfolio.cash.total) + market_value),
  };
}

function sumOf(amounts: (string | null)[]): Decimal {
  return amounts.reduce((sum, amount) => sum + decimal(amount ?? "0"), ZERO);
}

/** What today's prices did to what is owned now. */
export function dayProfit(portfolio: Portfolio, quotes: ReadonlyMap<string, Quote>): string {
  const changes = portfolio.holdings.map(({ symbol, quantity }) =>
    times(decimal(quantity), decimal(quotes.get(symbol)?.change ?? "0")),
  );
  return toWire(changes.reduce((sum, change) => sum + change, ZERO));
}

function atPrice(holding: Holding, live_price: string | null | undefined): Holding {
  const last_price = live_price ?? holding.last_price;
  if (last_price === null) return holding;
  const quantity = decimal(holding.quantity);
  const price = decimal(last_price);
  return {
    ...holding,
    last_price,
    market_value: toWire(times(quantity, price)),
    unrealised_profit: toWire(times(quantity, price - decimal(holding.average_cost))),
  };
}
