/** What admins do to stocks. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ask } from "../api.ts";
import { keys } from "../queries.ts";
import type { Instrument, Items, Stock, UploadOutcome } from "../wire.ts";

/** The answer comes after the commit; that web knows of it as well may take a moment longer. */
const KNOWN_AFTER_MS = 1_000;

function useStockDeed<T, R extends Partial<Stock>>(deed: (what: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSuccess: (now) => {
      queries.setQueryData<Items<Stock>>(keys.stocks, (known) => known && withStock(known, now));
    },
    // However it went: where the outcome is unknown, the list shows it.
    onSettled: () => {
      setTimeout(() => void queries.invalidateQueries({ queryKey: keys.stocks }), KNOWN_AFTER_MS);
    },
  });
}

/** What is known of a stock stays, but for what the answer says of it. */
function withStock(known: Items<Stock>, now: Partial<Stock>): Items<Stock> {
  const items = known.items.map((stock) =>
    stock.symbol === now.symbol ? { ...stock, ...now } : stock,
  );
  return { ...known, items };
}

export function useListStock() {
  return useStockDeed((stock: Instrument) => ask<Instrument>("POST", "admin/stocks", stock));
}

export type StockChange = Partial<Pick<Instrument, "name" | "previous_close" | "rules">>;

export function useChangeStock(symbol: string) {
  return useStockDeed((change: StockChange) =>
    ask<Instrument>("PATCH", `admin/stocks/${symbol}`, change),
  );
}

export function useHalt(symbol: string) {
  return useStockDeed((deed: "halt" | "resume") =>
    ask<Instrument>("POST", `admin/stocks/${symbol}/${deed}`),
  );
}

function useSheetDeed<T>(deed: (what: T) => Promise<UploadOutcome>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSuccess: ({ dry_run }) => {
      if (dry_run) return;
      setTimeout(() => void queries.invalidateQueries({ queryKey: keys.stocks }), KNOWN_AFTER_MS);
    },
  });
}

export function useUpload() {
  return useSheetDeed(({ sheet, dry_run }: { sheet: string; dry_run: boolean }) =>
    ask<UploadOutcome>("POST", `admin/stocks/upload?dry_run=${String(dry_run)}`, sheet),
  );
}

export function useUndoUpload() {
  return useSheetDeed(({ dry_run }: { dry_run: boolean }) =>
    ask<UploadOutcome>("POST", `admin/stocks/upload/undo?dry_run=${String(dry_run)}`),
  );
}
