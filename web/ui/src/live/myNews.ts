/** Writes what the socket says about me into the query cache. */

import type { QueryClient } from "@tanstack/react-query";
import { keys, noteFill, noteOrder, refetchEverything, refetchSoon } from "../queries.ts";
import { applyChange } from "../portfolio.ts";
import type { Fill, Order, Portfolio, PortfolioEvent } from "../wire.ts";
import type { ExchangeSocket } from "./connection.ts";

export function listenToMyNews(
  socket: ExchangeSocket,
  queries: QueryClient,
  user_id: string,
): () => void {
  const soon = refetchSoon(queries, keys.portfolio(user_id));
  const ledgerSoon = refetchSoon(queries, keys.ledger(user_id));
  const listsSoon = refetchSoon(queries, keys.orderLists(user_id));

  const onOrder = (order: Order) => {
    if (order.user_id !== user_id) return;
    noteOrder(queries, order);
    listsSoon.ask();
  };
  const onFill = (fill: Fill & { user_id: string }) => {
    if (fill.user_id !== user_id) return;
    noteFill(queries, user_id, fill);
    void queries.invalidateQueries({ queryKey: keys.order(user_id, fill.order_id) });
  };
  const onPortfolio = (event: PortfolioEvent) => {
    if (event.user_id !== user_id) return;
    queries.setQueryData<Portfolio>(
      keys.portfolio(user_id),
      (known) => known && applyChange(known, event),
    );
    // The sums over all holdings come with the full answer only.
    soon.ask();
    ledgerSoon.ask();
  };
  const catchUp = () => {
    void refetchEverything(queries);
  };

  // The exchange ends a connection together with its session.
  const onLost = () => {
    void queries.invalidateQueries({ queryKey: keys.me });
  };

  socket.on("disconnect", onLost);
  socket.on("order", onOrder);
  socket.on("fill", onFill);
  socket.on("portfolio", onPortfolio);
  socket.on("resync", catchUp);
  // News from before this connection was made may have been missed.
  socket.on("connect", catchUp);
  return () => {
    for (const timer of [soon, ledgerSoon, listsSoon]) timer.stop();
    socket.off("disconnect", onLost);
    socket.off("order", onOrder);
    socket.off("fill", onFill);
    socket.off("portfolio", onPortfolio);
    socket.off("resync", catchUp);
    socket.off("connect", catchUp);
  };
}
