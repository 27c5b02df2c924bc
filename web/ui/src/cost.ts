/** What an order comes to before it is sent: reckoned for the eye, decided by the exchange. */

import { decimal, over, parseInput, times, toWire, ZERO } from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import type { Depth } from "./live/depth.ts";
import { estimate } from "./ticket.ts";
import type { Ticket } from "./ticket.ts";
import type { Level, Portfolio, Side, Stock } from "./wire.ts";

/** How far from the last price a market order may trade, and so what is held for it. */
const MARKET_COLLAR = decimal("1.05");

export interface Preview {
  /** Quantity times price; undefined as long as it cannot be known. */
  cost: Decimal | undefined;
  /** Of a market order: what the depth gives for it on average, and how much of it. */
  sweep: Sweep | undefined;
  available: Decimal | undefined;
  left: Decimal | undefined;
}

export interface Sweep {
  cost: Decimal;
  filled: Decimal;
}

/** Takes the best levels one after the other, as a market order would now. */
export function sweep(levels: Level[], quantity: Decimal): Sweep {
  let [cost, left] = [ZERO, quantity];
  for (const [price, there] of levels) {
    if (left === ZERO) break;
    const taken = decimal(there) < left ? decimal(there) : left;
    cost += times(taken, decimal(price));
    left -= taken;
  }
  return { cost, filled: quantity - left };
}

export function averagePrice({ cost, filled }: Sweep): Decimal | undefined {
  return filled === ZERO ? undefined : over(cost, filled);
}

/** What there is for it: cash for a buyer, shares for a seller. */
export function availableFor(side: Side, symbol: string, portfolio: Portfolio): Decimal {
  if (side === "buy") return decimal(portfolio.cash.available);
  const holding = portfolio.holdings.find((holding) => holding.symbol === symbol);
  return decimal(holding?.available ?? "0");
}

export function preview(
  ticket: Ticket,
  stock: Stock,
  depth: Depth | undefined,
  portfolio: Portfolio | undefined,
): Preview {
  const quantity = parseInput(ticket.quantity);
  const levels = ticket.side === "buy" ? depth?.asks : depth?.bids;
  const swept =
    ticket.type === "market" && levels !== undefined && quantity !== undefined
      ? sweep(levels, quantity)
      : undefined;
  const cost = swept?.cost ?? estimate(ticket);
  const available = portfolio && availableFor(ticket.side, stock.symbol, portfolio);
  const spent = ticket.side === "buy" ? cost : quantity;
  const left = available === undefined || spent === undefined ? undefined : available - spent;
  return { cost, sweep: swept, available, left };
}

/** So many percent of what there is for it, in whole lots. */
export function quantityForShare(
  percent: bigint,
  ticket: Ticket,
  stock: Stock,
  portfolio: Portfolio,
): string | undefined {
  const part = (availableFor(ticket.side, stock.symbol, portfolio) * percent) / 100n;
  const lot = decimal(stock.lot_size);
  if (ticket.side === "sell") return toWire((part / lot) * lot);
  const price = priceHeld(ticket, stock);
  if (price === undefined || price === ZERO) return undefined;
  return toWire((over(part, price) / lot) * lot);
}

/** The price at which cash is set aside for a buyer. */
function priceHeld(ticket: Ticket, stock: Stock): Decimal | undefined {
  const agreed = estimate({ ...ticket, quantity: "1" });
  if (agreed !== undefined) return agreed;
  const last = decimal(stock.last_price);
  return times(last, MARKET_COLLAR);
}

/** How much of each price level is my own. */
export function ownAtPrice(
  orders: { symbol: string; side: Side; limit_price?: string | null; quantity: string }[],
): ReadonlyMap<Decimal, Decimal> {
  const own = new Map<Decimal, Decimal>();
  for (const { limit_price, quantity } of orders) {
    if (limit_price == null) continue;
    const price = decimal(limit_price);
    own.set(price, (own.get(price) ?? ZERO) + decimal(quantity));
  }
  return own;
}
