import { price, quantity } from "../show.ts";
import type { Amendment } from "../wire.ts";

/** The last change that was asked for, until it is done. */
export function AmendmentNote({ amendment }: { amendment: Amendment }) {
  const wanted = `${quantity(amendment.quantity)} at ${price(amendment.limit_price)}`;
  return amendment.refused === undefined ? (
    <span className="quiet small">Changing to {wanted}…</span>
  ) : (
    <span className="complaint">
      Not changed to {wanted}: {amendment.refused.message}
    </span>
  );
}
