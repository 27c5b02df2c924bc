/** Wire values as people read them. Nothing known is a dash. */

import { decimal, decimalsOf, format, formatCents, formatRounded, ZERO } from "./decimal.ts";
import type { DecimalText, Order, OrderStatus, OrderType, Phase, Side } from "./wire.ts";
import type { LedgerEntry, SelfTradePrevention, TimeInForce, Timestamp } from "./wire.ts";
import type { Feed, TradingRules } from "./wire.ts";

type Maybe = DecimalText | null | undefined;

const NOTHING = "–";

/** With the decimals of the stock's tick, where it is known, so that they stand below each other. */
export function price(text: Maybe, tick?: DecimalText): string {
  return text == null ? NOTHING : format(decimal(text), priceDecimals(tick));
}

/** With the decimals of the stock's lot, where it is known. */
export function quantity(text: Maybe, lot?: DecimalText): string {
  return text == null ? NOTHING : format(decimal(text), quantityDecimals(lot));
}

/** An average may have more decimals than a price has. */
export function averagePrice(text: Maybe, tick?: DecimalText): string {
  return text == null ? NOTHING : formatRounded(decimal(text), priceDecimals(tick));
}

/** Cents at least. */
export function priceDecimals(tick: DecimalText = "0.01"): number {
  return Math.max(2, decimalsOf(decimal(tick)));
}

export function quantityDecimals(lot: DecimalText = "1"): number {
  return decimalsOf(decimal(lot));
}

export function money(text: Maybe): string {
  return text == null ? NOTHING : formatCents(decimal(text));
}

/** Hundredths of a percent. */
export function basisPoints(count: number): string {
  return `${format(decimal(String(count)) / 100n, 2)} %`;
}

/** A gain is marked by its plus sign, never by colour alone. */
export function signedMoney(text: Maybe): string {
  return text == null ? NOTHING : `${isGain(text) ? "+" : ""}${formatCents(decimal(text))}`;
}

export function signedQuantity(text: Maybe, lot?: DecimalText): string {
  return text == null ? NOTHING : `${isGain(text) ? "+" : ""}${quantity(text, lot)}`;
}

function isGain(text: DecimalText): boolean {
  return decimal(text) > ZERO;
}

export function direction(text: Maybe): "gain" | "loss" | "level" {
  if (text == null || decimal(text) === ZERO) return "level";
  return isGain(text) ? "gain" : "loss";
}

export const SIDE: Record<Side, string> = { buy: "Buy", sell: "Sell" };

export const STATUS: Record<OrderStatus, string> = {
  pending: "Pending",
  open: "Open",
  closed: "Closed",
  canceled: "Canceled",
  rejected: "Rejected",
  expired: "Expired",
};

export const ORDER_TYPE: Record<OrderType, string> = {
  limit: "Limit",
  market: "Market",
  stop: "Stop",
  stop_limit: "Stop limit",
  trailing_stop: "Trailing stop",
  oco: "Limit or stop (OCO)",
};

export const ORDER_TYPE_MEANS: Record<OrderType, string> = {
  limit: "Trades at your limit or better, and waits with what is left.",
  market: "Trades now at the best prices there are.",
  stop: "Waits for the stop price, then is a market order.",
  stop_limit: "Waits for the stop price, then is a limit order.",
  trailing_stop: "A stop whose price follows the market at a distance.",
  oco: "Waits at a limit and at a stop; whichever comes first cancels the other.",
};

export const TIME_IN_FORCE: Record<TimeInForce, string> = {
  gtc: "Good till canceled",
  day: "Day",
  gtd: "Good till date",
  ioc: "Immediate or cancel",
  fok: "Fill or kill",
};

export const LEDGER_KIND: Record<LedgerEntry["kind"], string> = {
  deposit: "Deposit",
  withdrawal: "Withdrawal",
  trade: "Trade",
  fee: "Fee",
};

export const SELF_TRADE: Record<SelfTradePrevention, string> = {
  cancel_newest: "Cancel this order",
  cancel_oldest: "Cancel the resting order",
  cancel_both: "Cancel both",
  decrement: "Reduce both",
};

export const PHASE: Record<Phase, string> = {
  continuous: "Trading",
  limit_state: "Limit state",
  halted: "Halted",
  auction: "Auction",
  closed: "Closed",
};

export const PHASE_MEANS: Record<Phase, string> = {
  continuous: "Orders trade as they come.",
  limit_state: "The best price is at the edge of the price band.",
  halted: "Trading is halted; orders rest.",
  auction: "Orders gather, and trade together at its end.",
  closed: "Orders rest until trading opens.",
};

type Summarised = Pick<Order, "side" | "quantity" | "symbol" | "limit_price"> &
  Pick<Partial<Order>, "stop_price" | "trail_amount">;

/** `Buy 10 ACME at 187.25`, `Sell 10 ACME, stop at 180.00` */
export function summary(order: Summarised): string {
  const what = `${SIDE[order.side]} ${quantity(order.quantity)} ${order.symbol}`;
  const stop = stopOf(order);
  if (order.limit_price == null)
    return stop === undefined ? `${what} at market` : `${what}, ${stop}`;
  const at = `${what} at ${price(order.limit_price)}`;
  return stop === undefined ? at : `${at}, ${stop}`;
}

function stopOf({ stop_price, trail_amount }: Summarised): string | undefined {
  if (trail_amount !== undefined) return `trailing stop by ${price(trail_amount)}`;
  return stop_price === undefined ? undefined : `stop at ${price(stop_price)}`;
}

/** What else was agreed on, as far as it is not the usual. */
export function terms(order: Order): string[] {
  const { display_quantity, take_profit_price, stop_loss_price, self_trade_prevention } = order;
  const { post_only, reprice, stop_limit_price } = order;
  const all = [
    time(order),
    stop_limit_price !== undefined && `at ${price(stop_limit_price)} once stopped`,
    post_only && (reprice ? "post-only, repriced" : "post-only"),
    display_quantity !== undefined && `shows ${quantity(display_quantity)} at a time`,
    take_profit_price !== undefined && `take profit at ${price(take_profit_price)}`,
    stop_loss_price !== undefined && `stop loss at ${price(stop_loss_price)}`,
    self_trade_prevention !== undefined &&
      `self-trade: ${SELF_TRADE[self_trade_prevention].toLowerCase()}`,
  ];
  return all.filter((term) => typeof term === "string");
}

function time({ time_in_force, expires_at, type }: Order): string | undefined {
  switch (time_in_force) {
    case "gtc":
      return undefined;
    case "gtd":
      return expires_at === undefined ? TIME_IN_FORCE.gtd : `until ${moment(expires_at)}`;
    case "ioc":
      return type === "market" ? undefined : TIME_IN_FORCE.ioc.toLowerCase();
    case "day":
    case "fok":
      return TIME_IN_FORCE[time_in_force].toLowerCase();
  }
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hour12: false });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** The time of day, and the day when it is not today. */
export function secondsInWords(count: number): string {
  return `${count} ${count === 1 ? "second" : "seconds"}`;
}

export function moment(at: Timestamp, now = new Date()): string {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) return at;
  const today = then.toDateString() === now.toDateString();
  return today ? CLOCK.format(then) : `${DAY.format(then)}, ${CLOCK.format(then)}`;
}

/** How long ago, in the largest unit that it fills. */
export function age(at: Timestamp, now = Date.now()): string {
  const seconds = Math.max(0, Math.floor((now - Date.parse(at)) / 1_000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3_600) return `${Math.floor(seconds / 60)} min`;
  if (seconds < 86_400) return `${Math.floor(seconds / 3_600)} h`;
  return `${Math.floor(seconds / 86_400)} d`;
}

/** The date of a day that is a day everywhere. */
export function day(date: string): string {
  return DAY.format(new Date(`${date}T12:00:00`));
}

const WHOLE = new Intl.NumberFormat("en");

export function count(many: number): string {
  return WHOLE.format(many);
}

/** `1,024.50 USD`, and each other currency after it. */
export function turnover(amounts: Record<string, DecimalText>): string {
  const all = Object.entries(amounts).map(([currency, amount]) => `${money(amount)} ${currency}`);
  return all.length === 0 ? NOTHING : all.join(", ");
}

/** `monday friday 14:30 to 21:00 UTC · band 500 bp · auctions of 60 s` */
export function rulesInWords(rules: TradingRules | undefined): string {
  const { hours, price_band, auction_seconds } = rules ?? {};
  const words = [
    hours && `${hours.days.join(" ")} ${hours.opens} to ${hours.closes} UTC`,
    price_band && `band ${price_band.basis_points} bp`,
    auction_seconds !== undefined && `auctions of ${auction_seconds} s`,
  ].filter((word) => typeof word === "string");
  return words.length === 0 ? NOTHING : words.join(" · ");
}

export const FEED_SOURCE: Record<Feed["source"], string> = {
  simulated: "a made-up market",
  polygon: "Polygon.io",
  binance: "Binance",
};
