/**
 * What the exchange sets aside for an order until it is filled: its worst price as ordering
 * reckons it (`bound.rs`, `instrument.rs`), and on top the higher fee as portfolio does (`holds.rs`).
 */

import { decimal, parseInput, times } from "./decimal.ts";
import type { Decimal } from "./decimal.ts";
import type { Ticket } from "./ticket.ts";
import type { MarketTerms, Side, Stock } from "./wire.ts";

const BASIS_POINTS = 10_000n;
const PRICE_MAX = decimal("1000000");

/** Of so many hundredths of a percent, cut off after the sixth decimal. */
export function feeOf(value: Decimal, basisPoints: number): Decimal {
  return (value * BigInt(basisPoints)) / BASIS_POINTS;
}

export function worstFee({ maker_fee_basis_points, taker_fee_basis_points }: MarketTerms): number {
  return Math.max(maker_fee_basis_points, taker_fee_basis_points);
}

/** Of a buyer's quantity at the worst price of his order. */
export function heldFor(quantity: Decimal, price: Decimal, terms: MarketTerms): Decimal {
  const value = times(price, quantity);
  return value + feeOf(value, worstFee(terms));
}

/** The most that may be bought with so much cash, so that the fee fits in as well. */
export function valueWithin(cash: Decimal, terms: MarketTerms): Decimal {
  return ((cash + 1n) * BASIS_POINTS - 1n) / (BASIS_POINTS + BigInt(worstFee(terms)));
}

/** Moved against the user and rounded outward to a tick, as far as prices go. */
export function collared(price: Decimal, side: Side, tick: Decimal, basisPoints: number): Decimal {
  const [whole, collar] = [BASIS_POINTS * tick, BigInt(basisPoints)];
  const ticks =
    side === "buy"
      ? (price * (BASIS_POINTS + collar) + whole - 1n) / whole
      : (price * (BASIS_POINTS - collar)) / whole;
  const [cheapest, dearest] = [1n, PRICE_MAX / tick];
  return (ticks > dearest ? dearest : ticks < cheapest ? cheapest : ticks) * tick;
}

/** The worst price at which the order may ever trade; undefined as long as it cannot be known. */
export function worstPrice(ticket: Ticket, stock: Stock, terms: MarketTerms): Decimal | undefined {
  const { side } = ticket;
  const [limit, stop] = [parseInput(ticket.limit_price), parseInput(ticket.stop_price)];
  const last = decimal(stock.last_price);
  const tick = decimal(stock.tick_size);
  const atMarket = (from: Decimal | undefined) =>
    from && collared(from, side, tick, terms.market_collar_basis_points);
  switch (ticket.type) {
    case "limit":
    case "stop_limit":
      return limit;
    case "market":
      return atMarket(last);
    case "stop":
      return atMarket(stop);
    case "trailing_stop": {
      const trail = parseInput(ticket.trail_amount);
      const begin = collared(last, side, tick, 0);
      return trail && atMarket(side === "buy" ? begin + trail : begin - trail);
    }
    case "oco":
      return worse(side, limit, parseInput(ticket.stop_limit_price) ?? atMarket(stop));
  }
}

/** Cash for the exit of an entry that sells: it buys back, at its worst price. */
export function heldForExit(ticket: Ticket, stock: Stock, terms: MarketTerms): Decimal | undefined {
  const quantity = parseInput(ticket.quantity);
  const brackets = ticket.type === "limit" || ticket.type === "market";
  if (ticket.side === "buy" || !brackets || quantity === undefined) return undefined;
  const profit = parseInput(ticket.take_profit_price);
  const loss = parseInput(ticket.stop_loss_price);
  const tick = decimal(stock.tick_size);
  const bought = loss && collared(loss, "buy", tick, terms.market_collar_basis_points);
  const price = profit && bought ? worse("buy", profit, bought) : (profit ?? bought);
  return price && heldFor(quantity, price, terms);
}

function worse(side: Side, a: Decimal | undefined, b: Decimal | undefined): Decimal | undefined {
  if (a === undefined || b === undefined) return undefined;
  return a > b === (side === "buy") ? a : b;
}
