/** What a person typed into the order ticket, and whether it may be sent. */

import { ambiguity, decimal, isMultipleOf, parseInput, times, toWire, ZERO } from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import type { OrderType, PlaceOrder, SelfTradePrevention, Side, Stock } from "./wire.ts";
import type { TimeInForce } from "./wire.ts";

export interface Ticket {
  side: Side;
  type: OrderType;
  quantity: string;
  limit_price: string;
  stop_price: string;
  trail_amount: string;
  stop_limit_price: string;
  time_in_force: TimeInForce;
  /** As a date-time field has it: local, without an offset. */
  expires_at: string;
  post_only: boolean;
  reprice: boolean;
  display_quantity: string;
  self_trade_prevention: SelfTradePrevention;
  take_profit_price: string;
  stop_loss_price: string;
}

export const BLANK: Ticket = {
  side: "buy",
  type: "limit",
  quantity: "",
  limit_price: "",
  stop_price: "",
  trail_amount: "",
  stop_limit_price: "",
  time_in_force: "gtc",
  expires_at: "",
  post_only: false,
  reprice: false,
  display_quantity: "",
  self_trade_prevention: "cancel_newest",
  take_profit_price: "",
  stop_loss_price: "",
};

export const AMOUNTS = {
  quantity: "Quantity",
  limit_price: "Limit price",
  stop_price: "Stop price",
  trail_amount: "Trail amount",
  stop_limit_price: "Stop limit price",
  display_quantity: "Display quantity",
  take_profit_price: "Take profit price",
  stop_loss_price: "Stop loss price",
} as const;

export type Amount = keyof typeof AMOUNTS;
export type TicketField = Exclude<keyof Ticket, "side" | "type">;
export type Complaints = Partial<Record<TicketField, string>>;

/** Without the ids, which are made when it is sent. */
export type Body = Omit<PlaceOrder, "order_id" | "exit_order_id">;

const PRICES: Record<OrderType, Amount[]> = {
  limit: ["limit_price"],
  market: [],
  stop: ["stop_price"],
  stop_limit: ["stop_price", "limit_price"],
  trailing_stop: ["trail_amount"],
  oco: ["limit_price", "stop_price", "stop_limit_price"],
};

/** What may stay empty. */
const OPTIONAL: ReadonlySet<Amount> = new Set<Amount>([
  "stop_limit_price",
  "display_quantity",
  "take_profit_price",
  "stop_loss_price",
]);

/** Quantities; the others are prices. */
export const LOTS: ReadonlySet<Amount> = new Set<Amount>(["quantity", "display_quantity"]);

type Times = readonly [TimeInForce, ...TimeInForce[]];
const WAITING: Times = ["gtc", "day", "gtd"];
const AT_ONCE: Times = ["ioc", "fok"];

/** The usual one first. */
export const TIMES: Record<OrderType, Times> = {
  limit: [...WAITING, ...AT_ONCE],
  market: AT_ONCE,
  stop: WAITING,
  stop_limit: WAITING,
  trailing_stop: WAITING,
  oco: WAITING,
};

/** The fields that go with the chosen type; what the others still hold is not sent. */
export function fieldsOf({ type, time_in_force, post_only }: Ticket): ReadonlySet<TicketField> {
  const waits = WAITING.includes(time_in_force);
  const fields: TicketField[] = ["quantity", ...PRICES[type], "time_in_force"];
  if (time_in_force === "gtd") fields.push("expires_at");
  if (type === "limit" && waits) fields.push("post_only", "display_quantity");
  if (type === "limit" && waits && post_only) fields.push("reprice");
  if (type === "limit" || type === "market") fields.push("take_profit_price", "stop_loss_price");
  return new Set([...fields, "self_trade_prevention"]);
}

/** Another type may not wait as long; that a market order did not wait says nothing of the next. */
export function changed(ticket: Ticket, part: Partial<Ticket>): Ticket {
  const next = { ...ticket, ...part };
  const times = TIMES[next.type];
  const keeps = next.type === ticket.type || ticket.type !== "market";
  if (keeps && times.includes(next.time_in_force)) return next;
  return { ...next, time_in_force: times[0] };
}

/** A price of the depth goes where the order's type has one; else it makes a limit order. */
export function pickedAt(ticket: Ticket, side: Side, price: string): Ticket {
  const field = PRICES[ticket.type].find((field) => field !== "trail_amount");
  if (field === undefined) return changed(ticket, { side, type: "limit", limit_price: price });
  return { ...ticket, side, [field]: price };
}

/** A blank ticket but for what most orders after one another have in common. */
export function afterwards(ticket: Ticket): Ticket {
  const once = { quantity: "", display_quantity: "", take_profit_price: "", stop_loss_price: "" };
  return { ...ticket, ...once };
}

/** Prices of one stock are none of another. */
export function forAnother(ticket: Ticket): Ticket {
  const prices = { limit_price: "", stop_price: "", trail_amount: "", stop_limit_price: "" };
  return { ...afterwards(ticket), ...prices, quantity: ticket.quantity };
}

export function validate(
  ticket: Ticket,
  stock: Stock,
): { body: Body } | { complaints: Complaints } {
  const fields = fieldsOf(ticket);
  const { values, complaints } = readAmounts(ticket, stock, fields);
  const body: Body = {
    symbol: stock.symbol,
    side: ticket.side,
    type: ticket.type,
    ...values,
    time_in_force: ticket.time_in_force,
  };
  if (fields.has("expires_at")) {
    const expires_at = readMoment(ticket.expires_at);
    if (expires_at === undefined) complaints.expires_at = "Enter a date and a time.";
    else body.expires_at = expires_at;
  }
  if (fields.has("post_only") && ticket.post_only) body.post_only = true;
  if (fields.has("reprice") && ticket.reprice) body.reprice = true;
  if (ticket.self_trade_prevention !== "cancel_newest")
    body.self_trade_prevention = ticket.self_trade_prevention;
  return Object.keys(complaints).length > 0 ? { complaints } : { body };
}

type Values = { quantity: string } & Partial<Record<Amount, string>>;

function readAmounts(ticket: Ticket, stock: Stock, fields: ReadonlySet<TicketField>) {
  const values: Values = { quantity: "" };
  const complaints: Complaints = {};
  for (const field of (Object.keys(AMOUNTS) as Amount[]).filter((field) => fields.has(field))) {
    if (OPTIONAL.has(field) && ticket[field].trim() === "") continue;
    const value = readStep(ticket[field], stepOf(field, stock), AMOUNTS[field].toLowerCase());
    if (typeof value === "string") complaints[field] = value;
    else values[field] = toWire(value);
  }
  const shown = values.display_quantity;
  if (shown !== undefined && values.quantity && decimal(shown) >= decimal(values.quantity))
    complaints.display_quantity = "The display quantity must be less than the quantity.";
  return { values, complaints };
}

export function stepOf(field: Amount, stock: Stock): string {
  return LOTS.has(field) ? stock.lot_size : stock.tick_size;
}

/** The amount, or the complaint about it. */
export function readStep(text: string, step: string, name: string): Decimal | string {
  if (text.trim() === "") return `Enter a ${name}.`;
  const value = parseInput(text);
  if (value === undefined)
    return ambiguity(text) ?? `The ${name} must be a plain number like 10 or 187.25.`;
  if (value === ZERO) return `The ${name} must be more than zero.`;
  if (!isMultipleOf(value, decimal(step))) return `The ${name} must be a multiple of ${step}.`;
  return value;
}

function readMoment(text: string): string | undefined {
  const at = new Date(text);
  return text === "" || Number.isNaN(at.getTime()) ? undefined : at.toISOString();
}

/** Quantity times the price, before fees, once both can be read and the price is not the market's. */
export function estimate(ticket: Ticket): Decimal | undefined {
  const quantity = parseInput(ticket.quantity);
  const price = priceOf(ticket);
  return quantity === undefined || price === undefined ? undefined : times(quantity, price);
}

function priceOf(ticket: Ticket): Decimal | undefined {
  switch (ticket.type) {
    case "limit":
    case "stop_limit":
      return parseInput(ticket.limit_price);
    case "stop":
      return parseInput(ticket.stop_price);
    case "oco":
      return worse(ticket.side, ticket.limit_price, ticket.stop_limit_price || ticket.stop_price);
    case "market":
    case "trailing_stop":
      return undefined;
  }
}

/** Which of the two it will be, nobody knows: at worst, this one. */
function worse(side: Side, one: string, other: string): Decimal | undefined {
  const [a, b] = [parseInput(one), parseInput(other)];
  if (a === undefined || b === undefined) return undefined;
  return a > b === (side === "buy") ? a : b;
}
