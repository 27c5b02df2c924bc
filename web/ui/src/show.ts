/** Wire values as people read them. Nothing known is a dash. */

import { decimal, format, formatCents, ZERO } from "./decimal.ts";
import type { DecimalText, Order, OrderStatus, Side, Timestamp } from "./wire.ts";

type Maybe = DecimalText | null | undefined;

const NOTHING = "–";

export function price(text: Maybe): string {
  return text == null ? NOTHING : format(decimal(text), 2);
}

export function quantity(text: Maybe): string {
  return text == null ? NOTHING : format(decimal(text), 0);
}

export function money(text: Maybe): string {
  return text == null ? NOTHING : formatCents(decimal(text));
}

/** A gain is marked by its plus sign, never by colour alone. */
export function signedMoney(text: Maybe): string {
  return text == null ? NOTHING : `${isGain(text) ? "+" : ""}${formatCents(decimal(text))}`;
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

/** `Buy 10 ACME at 187.25` */
export function summary(order: Pick<Order, "side" | "quantity" | "symbol" | "limit_price">) {
  const at = order.limit_price == null ? "at market" : `at ${price(order.limit_price)}`;
  return `${SIDE[order.side]} ${quantity(order.quantity)} ${order.symbol} ${at}`;
}

const CLOCK = new Intl.DateTimeFormat(undefined, { timeStyle: "medium", hour12: false });
const DAY = new Intl.DateTimeFormat(undefined, { dateStyle: "medium" });

/** The time of day, and the day when it is not today. */
export function moment(at: Timestamp, now = new Date()): string {
  const then = new Date(at);
  if (Number.isNaN(then.getTime())) return at;
  const today = then.toDateString() === now.toDateString();
  return today ? CLOCK.format(then) : `${DAY.format(then)}, ${CLOCK.format(then)}`;
}
