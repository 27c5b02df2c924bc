/**
 * The latest quote of every stock, outside React: a price that changes draws again what shows that
 * price, and nothing else.
 */

import type { PricesEvent, Quote } from "../wire.ts";
import { applyPrices } from "./prices.ts";
import type { Prices } from "./prices.ts";

const NO_QUOTES: ReadonlyMap<string, Quote> = new Map();

export class Board {
  #prices: Prices | undefined;
  readonly #ofOne = new Map<string, Set<() => void>>();
  readonly #ofAll = new Set<() => void>();

  apply(event: PricesEvent): void {
    const before = this.quotes();
    this.#prices = applyPrices(this.#prices, event);
    const now = this.quotes();
    if (now === before) return;
    for (const [symbol, watchers] of this.#ofOne) {
      if (before.get(symbol) !== now.get(symbol)) for (const tell of watchers) tell();
    }
    for (const tell of this.#ofAll) tell();
  }

  /** The same map until something changes. */
  quotes(): ReadonlyMap<string, Quote> {
    return this.#prices?.quotes ?? NO_QUOTES;
  }

  watch(symbol: string, tell: () => void): () => void {
    const watchers = this.#ofOne.get(symbol) ?? new Set();
    this.#ofOne.set(symbol, watchers.add(tell));
    return () => {
      watchers.delete(tell);
      if (watchers.size === 0) this.#ofOne.delete(symbol);
    };
  }

  watchAll(tell: () => void): () => void {
    this.#ofAll.add(tell);
    return () => {
      this.#ofAll.delete(tell);
    };
  }
}
