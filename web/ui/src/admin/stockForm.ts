/** What an admin typed about a stock, as it is sent. The exchange judges it. */

import type { Instrument, Stock, TradingRules, Weekday } from "../wire.ts";

export interface StockText {
  symbol: string;
  name: string;
  currency: string;
  tick_size: string;
  lot_size: string;
  previous_close: string;
  /** Days of the week, parted by spaces. */
  days: string;
  opens: string;
  closes: string;
  basis_points: string;
  limit_state_seconds: string;
  halt_seconds: string;
  auction_seconds: string;
}

export const FIXED: (keyof StockText)[] = ["symbol", "currency", "tick_size", "lot_size"];

export const LABELS: Record<keyof StockText, string> = {
  symbol: "Symbol",
  name: "Name",
  currency: "Currency",
  tick_size: "Tick size",
  lot_size: "Lot size",
  previous_close: "Previous close",
  days: "Trading days",
  opens: "Opens at (UTC)",
  closes: "Closes at (UTC)",
  basis_points: "Price band, basis points",
  limit_state_seconds: "Limit state, seconds",
  halt_seconds: "Halt, seconds",
  auction_seconds: "Auction, seconds",
};

export function textOf(stock: Stock | undefined): StockText {
  const { hours, price_band: band, auction_seconds } = stock?.rules ?? {};
  const number = (value: number | null | undefined) => value?.toString() ?? "";
  return {
    symbol: stock?.symbol ?? "",
    name: stock?.name ?? "",
    currency: stock?.currency ?? "USD",
    tick_size: stock?.tick_size ?? "0.01",
    lot_size: stock?.lot_size ?? "1",
    previous_close: stock?.previous_close ?? "",
    days: hours?.days.join(" ") ?? "",
    opens: hours?.opens ?? "",
    closes: hours?.closes ?? "",
    basis_points: number(band?.basis_points),
    limit_state_seconds: number(band?.limit_state_seconds),
    halt_seconds: number(band?.halt_seconds),
    auction_seconds: number(auction_seconds),
  };
}

/** Whole numbers and nothing else: seconds and basis points are no amounts. */
function whole(text: string): number | undefined {
  return /^\d{1,9}$/.test(text.trim()) ? Number(text) : undefined;
}

const WHOLE = {
  basis_points: "Enter a whole number, like 500.",
  limit_state_seconds: "Enter whole seconds, like 15.",
  halt_seconds: "Enter whole seconds, like 300.",
  auction_seconds: "Enter whole seconds, like 60.",
} as const;

export type StockComplaints = Partial<Record<keyof StockText, string>>;

/** What the exchange could not judge, since there would be nothing to send. */
export function complaintsAbout(text: StockText): StockComplaints {
  const wrong = Object.entries(WHOLE).filter(([name]) => {
    const typed = text[name as keyof typeof WHOLE];
    return typed.trim() !== "" && whole(typed) === undefined;
  });
  return Object.fromEntries(wrong);
}

/** Undefined for a stock that trades at all times, at all prices and without auctions. */
export function rulesOf(text: StockText): TradingRules | undefined {
  const rules: TradingRules = {};
  if ([text.days, text.opens, text.closes].some((part) => part.trim() !== "")) {
    const days = text.days.toLowerCase().split(/[\s,]+/);
    rules.hours = {
      days: days.filter((day) => day !== "") as Weekday[],
      opens: text.opens,
      closes: text.closes,
    };
  }
  const band = [text.basis_points, text.limit_state_seconds, text.halt_seconds];
  if (band.some((part) => part.trim() !== "")) {
    const [basis_points = 0, limit_state_seconds = 0, halt_seconds = 0] = band.map(whole);
    rules.price_band = { basis_points, limit_state_seconds, halt_seconds };
  }
  const auction_seconds = whole(text.auction_seconds);
  if (auction_seconds !== undefined) rules.auction_seconds = auction_seconds;
  return Object.keys(rules).length === 0 ? undefined : rules;
}

export function instrumentOf(text: StockText): Instrument {
  const { symbol, name, currency, tick_size, lot_size, previous_close } = text;
  const rules = rulesOf(text);
  return {
    symbol: symbol.trim().toUpperCase(),
    name: name.trim(),
    currency: currency.trim().toUpperCase(),
    tick_size: tick_size.trim(),
    lot_size: lot_size.trim(),
    previous_close: previous_close.trim(),
    state: "open",
    ...(rules !== undefined && { rules }),
  };
}

/** Only what is another than before. */
export function changeOf(text: StockText, before: Stock) {
  const now = instrumentOf(text);
  const was = instrumentOf(textOf(before));
  const sameRules = JSON.stringify(now.rules) === JSON.stringify(was.rules);
  return {
    ...(now.name !== was.name && { name: now.name }),
    ...(now.previous_close !== was.previous_close && { previous_close: now.previous_close }),
    ...(!sameRules && { rules: now.rules ?? {} }),
  };
}
