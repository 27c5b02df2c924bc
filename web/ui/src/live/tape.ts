/** The last trades of one stock, the newest first. */

import type { PublicTrade, TradeEvent } from "../wire.ts";

/** More than a panel shows; the rest is history's. */
const TAPE_TRADES_MAX = 30;

export function applyTrades(
  tape: PublicTrade[] | undefined,
  event: TradeEvent,
): PublicTrade[] | undefined {
  if (!event.snapshot && tape === undefined) return undefined;
  const known = event.snapshot ? [] : (tape ?? []);
  const seen = new Set(known.map(({ trade_id }) => trade_id));
  const news = event.items.filter(({ trade_id }) => !seen.has(trade_id));
  return [...news, ...known]
    .sort((a, b) => Date.parse(b.at) - Date.parse(a.at))
    .slice(0, TAPE_TRADES_MAX);
}
