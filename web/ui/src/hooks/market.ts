/** What everybody may know: stocks, candles, statistics. */

import { useQuery } from "@tanstack/react-query";
import { useMemo } from "react";
import { keys } from "../queries.ts";
import { useSeat } from "../seat.ts";
import type { Seat } from "../seat.ts";
import type { Candles, Interval, Items, MarketTerms, Statistics, Stock } from "../wire.ts";

export function useStocks() {
  const { ask } = useSeat();
  return useQuery({
    queryKey: keys.stocks,
    queryFn: () => ask<Items<Stock>>("GET", "stocks"),
  });
}

/** By their symbols, as far as they are known. */
export function useStocksBySymbol(): ReadonlyMap<string, Stock> {
  const items = useStocks().data?.items;
  return useMemo(() => new Map(items?.map((stock) => [stock.symbol, stock])), [items]);
}

const CANDLES_STALE_MS = 5 * 60_000;

export function candlesQuery({ ask }: Seat, symbol: string, interval: Interval, limit: number) {
  return {
    queryKey: keys.candles(symbol, interval, limit),
    queryFn: () =>
      ask<Candles>("GET", `stocks/${symbol}/candles?interval=${interval}&limit=${limit}`),
    staleTime: CANDLES_STALE_MS,
  };
}

export function useCandles(symbol: string, interval: Interval, limit: number) {
  return useQuery(candlesQuery(useSeat(), symbol, interval, limit));
}

/** The exchange's settings, which change with its processes only. */
export function useTerms() {
  const { ask } = useSeat();
  return useQuery({
    queryKey: keys.terms,
    queryFn: () => ask<MarketTerms>("GET", "market/terms"),
    staleTime: Infinity,
  });
}

export function useStatistics() {
  const { ask } = useSeat();
  return useQuery({
    queryKey: keys.statistics,
    queryFn: () => ask<Statistics>("GET", "market/statistics"),
  });
}
