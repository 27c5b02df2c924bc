/** What I own, how it came about, and cash that comes and goes. */

import {
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import type { UseQueryResult } from "@tanstack/react-query";
import { useMemo } from "react";
import { keys } from "../queries.ts";
import { useSeat } from "../seat.ts";
import type { Candles, LedgerEntry, Moved, Portfolio } from "../wire.ts";
import { intervalFor, pastWorth, readLedger } from "../worth.ts";
import { candlesQuery } from "./market.ts";
import { nextCursor, page } from "./pages.ts";

export function usePortfolio(user_id: string) {
  const { ask } = useSeat();
  return useQuery({
    queryKey: keys.portfolio(user_id),
    queryFn: () => ask<Portfolio>("GET", "portfolio"),
  });
}

/** Some of `kind`, `symbol` and `cash`. */
export type LedgerFilter = Record<string, string>;

export function useLedger(user_id: string, filter: LedgerFilter) {
  const seat = useSeat();
  return useInfiniteQuery({
    queryKey: keys.ledgerLines(user_id, filter),
    queryFn: ({ pageParam }: { pageParam: string | undefined }) =>
      page<LedgerEntry>(seat, "portfolio/ledger", pageParam, filter),
    initialPageParam: undefined,
    getNextPageParam: nextCursor,
    select: ({ pages }) => {
      const entries = pages.flatMap(({ items }) => items);
      return [...new Map(entries.map((entry) => [entry.entry_id, entry])).values()];
    },
  });
}

/** The id is the caller's, so that an unanswered one can be sent again and moves money once. */
export function useMoveCash(user_id: string, way: "deposits" | "withdrawals") {
  const { ask } = useSeat();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (move: { id: string; amount: string }) =>
      ask<Moved>("POST", `portfolio/${way}`, move),
    onSuccess: ({ cash }) => {
      queries.setQueryData<Portfolio>(
        keys.portfolio(user_id),
        (known) => known && { ...known, cash },
      );
      void queries.invalidateQueries({ queryKey: keys.portfolio(user_id) });
      void queries.invalidateQueries({ queryKey: keys.ledger(user_id) });
    },
  });
}

/** More than this it never has: the newest. */
export const LEDGER_FILE_LINES_MAX = 10_000;

export function useLedgerFile(user_id: string) {
  const { askForText } = useSeat();
  return useQuery({
    queryKey: [...keys.ledger(user_id), "file"],
    queryFn: async () => readLedger(await askForText("GET", "portfolio/ledger.csv")),
  });
}

const CANDLES_FOR_WORTH = 500;

/** Undefined until everything is there that it takes, and the same until something of that changes. */
export function usePastWorth(user_id: string, now_ms: number) {
  const seat = useSeat();
  const queries = useQueryClient();
  const { data: portfolio } = usePortfolio(user_id);
  const ledger = useLedgerFile(user_id);
  const movements = ledger.data;
  const { interval, symbols } = useMemo(() => {
    const first = (movements ?? []).reduce((a, { at }) => Math.min(a, Date.parse(at)), now_ms);
    const symbols = [...new Set(movements?.flatMap(({ symbol }) => symbol ?? []))].sort();
    return { interval: intervalFor(now_ms - first), symbols };
  }, [movements, now_ms]);
  const { candles, error } = useQueries({
    queries: symbols.map((symbol) => candlesQuery(seat, symbol, interval, CANDLES_FOR_WORTH)),
    combine: together,
  });
  const data = useMemo(() => {
    if (portfolio === undefined || movements === undefined || candles === undefined) return;
    const bySymbol = new Map(symbols.map((symbol, n) => [symbol, candles[n]?.items ?? []]));
    return pastWorth(portfolio, movements, bySymbol, interval, now_ms);
  }, [portfolio, movements, symbols, candles, interval, now_ms]);
  const refetch = () =>
    queries.refetchQueries({ type: "active", predicate: ({ state }) => state.error !== null });
  return { data, error: ledger.error ?? error, refetch };
}

/** Not made anew by each rendering: to compare all candles would take longer than to draw them. */
function together(queries: UseQueryResult<Candles>[]) {
  const answers = queries.flatMap(({ data }) => data ?? []);
  return {
    candles: answers.length === queries.length ? answers : undefined,
    error: queries.find(({ error }) => error !== null)?.error ?? null,
  };
}
