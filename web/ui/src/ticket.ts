/** What a person typed into the order ticket, and whether it may be sent. */

import { decimal, isMultipleOf, parseInput, times, toWire, ZERO } from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import type { OrderType, PlaceOrder, Side, Stock } from "./wire.ts";

export interface Ticket {
  side: Side;
  type: OrderType;
  quantity: string;
  limit_price: string;
}

export type Complaints = Partial<Record<"quantity" | "limit_price", string>>;

type Body = Omit<PlaceOrder, "order_id">;

export function validate(
  ticket: Ticket,
  stock: Stock,
): { body: Body } | { complaints: Complaints } {
  const quantity = readStep(ticket.quantity, stock.lot_size, "quantity");
  const price = readStep(ticket.limit_price, stock.tick_size, "limit price");
  const common = { symbol: stock.symbol, side: ticket.side, type: ticket.type };

  if (ticket.type === "market") {
    if (typeof quantity === "string") return { complaints: { quantity } };
    return { body: { ...common, quantity: toWire(quantity) } };
  }
  if (typeof quantity === "string" || typeof price === "string") {
    return {
      complaints: {
        ...(typeof quantity === "string" && { quantity }),
        ...(typeof price === "string" && { limit_price: price }),
      },
    };
  }
  return { body: { ...common, quantity: toWire(quantity), limit_price: toWire(price) } };
}

/** The amount, or the complaint about it. */
function readStep(text: string, step: string, name: string): Decimal | string {
  if (text.trim() === "") return `Enter a ${name}.`;
  const value = parseInput(text);
  if (value === undefined) return `The ${name} must be a plain number like 10 or 187.25.`;
  if (value === ZERO) return `The ${name} must be more than zero.`;
  if (!isMultipleOf(value, decimal(step))) return `The ${name} must be a multiple of ${step}.`;
  return value;
}

/** Quantity times limit price, before fees, once both can be read. */
export function estimate(ticket: Ticket): Decimal | undefined {
  const quantity = parseInput(ticket.quantity);
  const price = parseInput(ticket.limit_price);
  if (ticket.type === "market" || quantity === undefined || price === undefined) return undefined;
  return times(quantity, price);
}
