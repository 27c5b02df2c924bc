/** Lists that come page by page. */

import type { Seat } from "../seat.ts";
import type { Items } from "../wire.ts";

const PER_PAGE = 50;

export function page<T>(
  { ask }: Seat,
  path: string,
  cursor: string | undefined,
  filter: Record<string, string | undefined> = {},
): Promise<Items<T>> {
  const query = new URLSearchParams({ limit: String(PER_PAGE) });
  for (const [name, value] of Object.entries({ ...filter, cursor })) {
    if (value !== undefined) query.set(name, value);
  }
  return ask<Items<T>>("GET", `${path}?${query.toString()}`);
}

export function nextCursor({ next_cursor }: Items<unknown>): string | undefined {
  return next_cursor ?? undefined;
}
