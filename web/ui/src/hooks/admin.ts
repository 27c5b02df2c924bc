/** What admins do to stocks. */

import { useMutation, useQueryClient } from "@tanstack/react-query";
import { ask } from "../api.ts";
import { keys } from "../queries.ts";
import type { Instrument, Stock, UploadOutcome } from "../wire.ts";

function useStockDeed<T, R>(deed: (what: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.stocks }),
  });
}

export function useListStock() {
  return useStockDeed((stock: Instrument) => ask<Stock>("POST", "admin/stocks", stock));
}

export type StockChange = Partial<Pick<Instrument, "name" | "previous_close" | "rules">>;

export function useChangeStock(symbol: string) {
  return useStockDeed((change: StockChange) =>
    ask<Stock>("PATCH", `admin/stocks/${symbol}`, change),
  );
}

export function useHalt(symbol: string) {
  return useStockDeed((deed: "halt" | "resume") =>
    ask<Stock>("POST", `admin/stocks/${symbol}/${deed}`),
  );
}

export function useUpload() {
  return useStockDeed(({ sheet, dry_run }: { sheet: string; dry_run: boolean }) =>
    ask<UploadOutcome>("POST", `admin/stocks/upload?dry_run=${String(dry_run)}`, sheet),
  );
}

export function useUndoUpload() {
  return useStockDeed(({ dry_run }: { dry_run: boolean }) =>
    ask<UploadOutcome>("POST", `admin/stocks/upload/undo?dry_run=${String(dry_run)}`),
  );
}
