/** What I own, how it came about, and cash that comes and goes. */

import {
  useInfiniteQuery,
  useMutation,
  useQueries,
  useQuery,
  useQueryClient,
} from "@tanstack/react-query";
import { keys } from "../queries.ts";
import { useSeat } from "../seat.ts";
import type { LedgerEntry, Moved, Portfolio } from "../wire.ts";
import { intervalFor, readLedger, worthOverTime } from "../worth.ts";
import type { Worth } from "../worth.ts";
import { candlesQuery } from "./market.ts";
import { nextCursor, page } from "./pages.ts";

export function usePortfolio(user_id: string) {
  const { ask } = useSeat();
  return useQuery({
    queryKey: keys.portfolio(user_id),
    queryFn: () => ask<Portfolio>("GET", "portfolio"),
  });
}

export function useLedger(user_id: string) {
  const seat = useSeat();
  return useInfiniteQuery({
    queryKey: keys.ledger(user_id),
    queryFn: ({ pageParam }: { pageParam: string | undefined }) =>
      page<LedgerEntry>(seat, "portfolio/ledger", pageParam),
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

const CANDLES_FOR_WORTH = 500;

/** Undefined until everything is there that it takes. */
export function useWorth(user_id: string, portfolio: Portfolio, now_ms: number) {
  const seat = useSeat();
  const ledger = useQuery({
    queryKey: [...keys.ledger(user_id), "file"],
    queryFn: async () => readLedger(await seat.askForText("GET", "portfolio/ledger.csv")),
  });
  const movements = ledger.data ?? [];
  const times = movements.map(({ at }) => Date.parse(at));
  const interval = intervalFor(now_ms - times.reduce((a, b) => Math.min(a, b), now_ms));
  const symbols = [...new Set(movements.flatMap(({ symbol }) => symbol ?? []))].sort();
  const candles = useQueries({
    queries: symbols.map((symbol) => candlesQuery(seat, symbol, interval, CANDLES_FOR_WORTH)),
  });
  const error = ledger.error ?? candles.find((query) => query.error !== null)?.error ?? null;
  const ready = ledger.data !== undefined && candles.every(({ data }) => data !== undefined);
  let data: Worth[] | undefined;
  if (ready) {
    const bySymbol = new Map(symbols.map((symbol, n) => [symbol, candles[n]?.data?.items ?? []]));
    data = worthOverTime(portfolio, movements, bySymbol, interval, now_ms);
  }
  const failed = [ledger, ...candles].filter((query) => query.error !== null);
  return { data, error, refetch: () => failed.map(({ refetch }) => refetch()) };
}
