/** What is drawn at which price, and with how many decimals. */

import { forDrawing } from "../decimal.ts";
import { isArmed, leftOf, limitOf } from "../orders.ts";
import { priceDecimals, quantity, SIDE } from "../show.ts";
import type { DecimalText, Order, Side } from "../wire.ts";

export interface Line {
  at: DecimalText;
  side: Side;
  title: string;
}

/** A line for each price that it waits at: its limit, and its stop price until that was met. */
export function linesOf(order: Order): Line[] {
  const { side, stop_price } = order;
  const what = `${SIDE[side]} ${quantity(leftOf(order))}`;
  const limit = limitOf(order);
  const stop = isArmed(order) ? stop_price : undefined;
  return [
    ...(limit === undefined ? [] : [{ at: limit, side, title: what }]),
    ...(stop === undefined ? [] : [{ at: stop, side, title: `${what}, stop` }]),
  ];
}

/** Of the axis and of all that stands on it. */
export function priceFormatOf(tick: DecimalText) {
  return { type: "price", precision: priceDecimals(tick), minMove: forDrawing(tick) } as const;
}
