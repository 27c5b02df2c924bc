/** The list of all stocks in the order of one of its columns. */

import { decimal, times } from "../decimal.ts";
import type { Decimal } from "../decimal.ts";
import type { Stock } from "../wire.ts";

export type SortBy = "symbol" | "last" | "change" | "volume" | "turnover";

export interface Order {
  by: SortBy;
  falling: boolean;
}

/** A second press turns it round; numbers begin with the largest. */
export function pressed({ by, falling }: Order, column: SortBy): Order {
  return by === column ? { by, falling: !falling } : { by: column, falling: column !== "symbol" };
}

/** What is traded today, at the last price: about its turnover. */
export function traded({ volume, last_price }: Stock): Decimal {
  return times(decimal(volume), decimal(last_price));
}

/** What is not known comes last, whichever way. */
export function sorted(stocks: Stock[], { by, falling }: Order): Stock[] {
  if (by === "symbol") {
    const rising = stocks.toSorted((a, b) => a.symbol.localeCompare(b.symbol));
    return falling ? rising.reverse() : rising;
  }
  return stocks.toSorted((a, b) => {
    const [one, other] = [valueOf(a, by), valueOf(b, by)];
    if (one === undefined || other === undefined)
      return Number(one === undefined) - Number(other === undefined);
    const rising = one < other ? -1 : one > other ? 1 : 0;
    return falling ? -rising : rising;
  });
}

function valueOf(stock: Stock, by: Exclude<SortBy, "symbol">): Decimal | undefined {
  const read = (text: string | null) => (text === null ? undefined : decimal(text));
  switch (by) {
    case "last":
      return read(stock.last_price);
    case "change":
      return read(stock.change_percent);
    case "volume":
      return read(stock.volume);
    case "turnover":
      return traded(stock);
  }
}
