/** Writes what the socket says about me into the query cache. */

import type { QueryClient } from "@tanstack/react-query";
import { noteHeard } from "../journey/window.ts";
import {
  keys,
  noteFill,
  noteOrder,
  refetchEverything,
  refetchFailed,
  refetchSoon,
} from "../queries.ts";
import { applyChange } from "../portfolio.ts";
import type { Portfolio } from "../wire.ts";
import type { ExchangeSocket } from "./connection.ts";
import { hearMyNews } from "./news.ts";
import type { Teller } from "./toasts.ts";

export function listenToMyNews(
  socket: ExchangeSocket,
  queries: QueryClient,
  user_id: string,
  teller: Teller | undefined,
): () => void {
  const soon = refetchSoon(queries, keys.portfolio(user_id));
  const ledgerSoon = refetchSoon(queries, keys.ledger(user_id));
  const listsSoon = refetchSoon(queries, keys.orderLists(user_id));

  const stopHearing = hearMyNews(socket, {
    order(order) {
      if (order.user_id !== user_id) return;
      noteHeard(order.order_id, "order", "sockets", order);
      // First what is told, since it compares with what was known.
      teller?.order(order);
      noteOrder(queries, order);
      listsSoon.ask();
    },
    fill(fill) {
      if (fill.user_id !== user_id) return;
      noteHeard(fill.order_id, "fill", "sockets", fill);
      teller?.fill(fill);
      noteFill(queries, user_id, fill);
      void queries.invalidateQueries({ queryKey: keys.order(user_id, fill.order_id) });
    },
    portfolio(event) {
      if (event.user_id !== user_id) return;
      queries.setQueryData<Portfolio>(
        keys.portfolio(user_id),
        (known) => known && applyChange(known, event),
      );
      // The sums over all holdings come with the full answer only.
      soon.ask();
      ledgerSoon.ask();
    },
    missed() {
      void refetchEverything(queries);
    },
    resumed() {
      void refetchFailed(queries);
    },
  });

  // The exchange ends a connection together with its session.
  const onLost = () => {
    void queries.invalidateQueries({ queryKey: keys.me });
  };
  socket.on("disconnect", onLost);
  return () => {
    for (const timer of [soon, ledgerSoon, listsSoon]) timer.stop();
    socket.off("disconnect", onLost);
    stopHearing();
  };
}
