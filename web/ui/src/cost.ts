/** What an order comes to before it is sent: reckoned for the eye, decided by the exchange. */

import { decimal, over, parseInput, times, toWire, ZERO } from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import { feeOf, heldFor, heldForExit, valueWithin, worstFee, worstPrice } from "./held.ts";
import type { Depth } from "./live/depth.ts";
import { leftOf, restsAt } from "./orders.ts";
import { estimate } from "./ticket.ts";
import type { Ticket } from "./ticket.ts";
import type { Level, MarketTerms, Order, Portfolio, Side, Stock } from "./wire.ts";

export interface Preview {
  /** Quantity times price; undefined as long as it cannot be known. */
  cost: Decimal | undefined;
  fee: Fee | undefined;
  /** What a buyer pays and a seller gets, with the fee. */
  total: Decimal | undefined;
  /** Cash that is set aside until the order has ended: a buyer's, or for a seller's exit. */
  held: Decimal | undefined;
  /** What the depth gives for what trades at once, and how much of it. */
  sweep: Sweep | undefined;
  available: Decimal | undefined;
  left: Decimal | undefined;
  /** More is needed than there is: the exchange would refuse it. */
  exceeds: boolean;
}

/** Whose fee it is: of who takes, of who rests, of both parts, or of one of them at worst. */
export interface Fee {
  amount: Decimal;
  of: "taker" | "maker" | "both" | "worst";
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

/** The levels that an order takes which may not trade beyond this price. */
function within(levels: Level[], side: Side, worst: Decimal | undefined): Level[] {
  if (worst === undefined) return levels;
  return levels.filter(([price]) =>
    side === "buy" ? decimal(price) <= worst : decimal(price) >= worst,
  );
}

const TRADES: ReadonlySet<Stock["phase"]> = new Set(["continuous", "limit_state"]);

interface Parts {
  taken: Decimal;
  rests: Decimal;
  /** It may as well rest as take. */
  open?: boolean;
  sweep?: Sweep;
}

/** What of it trades at once and what rests, each as quantity times price. */
function partsOf(
  ticket: Ticket,
  stock: Stock,
  depth: Depth | undefined,
  worst: Decimal | undefined,
): Parts | undefined {
  const quantity = parseInput(ticket.quantity);
  const agreed = estimate(ticket);
  if (quantity === undefined) return undefined;
  const levels = ticket.side === "buy" ? depth?.asks : depth?.bids;
  const swept = (worst: Decimal | undefined) =>
    levels && sweep(within(levels, ticket.side, worst), quantity);
  switch (ticket.type) {
    case "market": {
      const found = swept(worst);
      return found && { taken: found.cost, rests: ZERO, sweep: found };
    }
    case "limit": {
      const limit = parseInput(ticket.limit_price);
      if (agreed === undefined || limit === undefined) return undefined;
      const waits = ticket.time_in_force !== "ioc" && ticket.time_in_force !== "fok";
      const takes = TRADES.has(stock.phase) && !(waits && ticket.post_only);
      const found = takes ? swept(limit) : undefined;
      if (found === undefined) return { taken: ZERO, rests: agreed };
      const rests = waits ? times(quantity - found.filled, limit) : ZERO;
      return { taken: found.cost, rests, sweep: found };
    }
    case "stop":
      return agreed === undefined ? undefined : { taken: agreed, rests: ZERO };
    case "stop_limit":
    case "oco":
      return agreed === undefined ? undefined : { taken: agreed, rests: ZERO, open: true };
    case "trailing_stop":
      return undefined;
  }
}

function feeOn({ taken, rests, open }: Parts, terms: MarketTerms): Fee {
  if (open === true) return { amount: feeOf(taken, worstFee(terms)), of: "worst" };
  const taker = feeOf(taken, terms.taker_fee_basis_points);
  const amount = taker + feeOf(rests, terms.maker_fee_basis_points);
  return { amount, of: rests === ZERO ? "taker" : taken === ZERO ? "maker" : "both" };
}

export function preview(
  ticket: Ticket,
  stock: Stock,
  depth: Depth | undefined,
  portfolio: Portfolio | undefined,
  terms: MarketTerms | undefined,
): Preview {
  const quantity = parseInput(ticket.quantity);
  const buying = ticket.side === "buy";
  const worst = terms && worstPrice(ticket, stock, terms);
  const parts = partsOf(ticket, stock, depth, worst);
  const cost = parts && parts.taken + parts.rests;
  const fee = parts && terms && feeOn(parts, terms);
  const total =
    cost === undefined || fee === undefined
      ? undefined
      : buying
        ? cost + fee.amount
        : cost - fee.amount;
  const held =
    terms &&
    (buying
      ? quantity && worst && heldFor(quantity, worst, terms)
      : heldForExit(ticket, stock, terms));
  const available = portfolio && availableFor(ticket.side, stock.symbol, portfolio);
  const spent = buying ? total : quantity;
  const left = available === undefined || spent === undefined ? undefined : available - spent;
  const cash = portfolio && decimal(portfolio.cash.available);
  const exceeds =
    (held !== undefined && cash !== undefined && held > cash) ||
    (left !== undefined && left < ZERO);
  return { cost, fee, total, held, sweep: parts?.sweep, available, left, exceeds };
}

/** So many percent of what there is for it, in whole lots, the fee included. */
export function quantityForShare(
  percent: bigint,
  ticket: Ticket,
  stock: Stock,
  portfolio: Portfolio,
  terms: MarketTerms,
): string | undefined {
  const part = (availableFor(ticket.side, stock.symbol, portfolio) * percent) / 100n;
  const lot = decimal(stock.lot_size);
  if (ticket.side === "sell") return toWire((part / lot) * lot);
  const price = worstPrice(ticket, stock, terms);
  if (price === undefined || price === ZERO) return undefined;
  return toWire((over(valueWithin(part, terms), price) / lot) * lot);
}

/** How much of each price level is my own. */
export function ownAtPrice(orders: Order[]): ReadonlyMap<Decimal, Decimal> {
  const own = new Map<Decimal, Decimal>();
  for (const order of orders) {
    const at = restsAt(order);
    if (at === undefined) continue;
    const price = decimal(at);
    own.set(price, (own.get(price) ?? ZERO) + decimal(leftOf(order)));
  }
  return own;
}
