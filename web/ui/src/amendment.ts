/** What a person typed to change an order, and whether it may be sent. */

import { decimal, toWire } from "./decimal.ts";
import { readStep } from "./ticket.ts";
import type { AmendOrder, Order, Stock } from "./wire.ts";

export interface Wish {
  quantity: string;
  limit_price: string;
}

export type WishComplaints = Partial<Record<keyof Wish, string>>;

/** Only what is to be another than it is; nothing, if all stays. */
export function validateWish(
  wish: Wish,
  order: Order,
  stock: Stock,
): { change: AmendOrder } | { complaints: WishComplaints } {
  const quantity = readStep(wish.quantity, stock.lot_size, "quantity");
  const price = readStep(wish.limit_price, stock.tick_size, "limit price");
  if (typeof quantity === "string" || typeof price === "string") {
    return {
      complaints: {
        ...(typeof quantity === "string" && { quantity }),
        ...(typeof price === "string" && { limit_price: price }),
      },
    };
  }
  if (quantity <= decimal(order.filled_quantity)) {
    const rule = `The quantity must be more than the ${order.filled_quantity} that were filled.`;
    return { complaints: { quantity: rule } };
  }
  const before = order.limit_price == null ? undefined : decimal(order.limit_price);
  return {
    change: {
      ...(quantity !== decimal(order.quantity) && { quantity: toWire(quantity) }),
      ...(price !== before && { limit_price: toWire(price) }),
    },
  };
}
