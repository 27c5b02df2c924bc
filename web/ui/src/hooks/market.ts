/** What everybody may know: stocks, candles, statistics. */

import { useQuery } from "@tanstack/react-query";
import { ask } from "../api.ts";
import { keys } from "../queries.ts";
import type { Candles, Interval, Items, Statistics, Stock } from "../wire.ts";

export function useStocks() {
  return useQuery({
    queryKey: keys.stocks,
    queryFn: () => ask<Items<Stock>>("GET", "stocks"),
  });
}

const CANDLES_STALE_MS = 5 * 60_000;

export function candlesQuery(symbol: string, interval: Interval, limit: number) {
  return {
    queryKey: keys.candles(symbol, interval, limit),
    queryFn: () =>
      ask<Candles>("GET", `stocks/${symbol}/candles?interval=${interval}&limit=${limit}`),
    staleTime: CANDLES_STALE_MS,
  };
}

export function useCandles(symbol: string, interval: Interval, limit: number) {
  return useQuery(candlesQuery(symbol, interval, limit));
}

export function useStatistics() {
  return useQuery({
    queryKey: keys.statistics,
    queryFn: () => ask<Statistics>("GET", "market/statistics"),
  });
}
