/** What a signed-in account hears, for whoever shows it. */

import { createContext, use, useSyncExternalStore } from "react";
import type { Quote, Stock } from "../wire.ts";
import type { Board } from "./board.ts";
import type { Connection } from "./connection.ts";
import type { Depth } from "./depth.ts";

export interface Live extends Connection {
  board: Board;
  /** Why there is no price list, if the exchange refused it. */
  refusal: string | undefined;
}

export const LiveContext = createContext<Live | undefined>(undefined);

/** Of the stock that is open. Only what reckons with it is drawn anew by it. */
export const DepthContext = createContext<Depth | undefined>(undefined);

export function useLive(): Live {
  const live = use(LiveContext);
  if (live === undefined) throw new Error("nobody is signed in here");
  return live;
}

/** Whether what is shown may be behind the exchange. */
export function useStale(): boolean {
  const { state, refusal } = useLive();
  return state === "reconnecting" || refusal !== undefined;
}

export function useQuote(symbol: string): Quote | undefined {
  const { board } = useLive();
  return useSyncExternalStore(
    (tell) => board.watch(symbol, tell),
    () => board.quotes().get(symbol),
  );
}

export function useQuotes(): ReadonlyMap<string, Quote> {
  const { board } = useLive();
  return useSyncExternalStore(
    (tell) => board.watchAll(tell),
    () => board.quotes(),
  );
}

/** A stock as it is now. */
export function useLiveStock(stock: Stock): Stock {
  const quote = useQuote(stock.symbol);
  return quote === undefined ? stock : { ...stock, ...quote };
}
