/** Writes what the socket says about me into the query cache. */

import type { QueryClient } from "@tanstack/react-query";
import { noteHeard } from "../journey/window.ts";
import {
  keys,
  noteFill,
  noteOrder,
  notePortfolio,
  refetchEverything,
  refetchFailed,
  refetchSoon,
} from "../queries.ts";
import type { ExchangeSocket } from "./connection.ts";
import { hearMyNews } from "./news.ts";
import type { Teller } from "./toasts.ts";

export function listenToMyNews(
  socket: ExchangeSocket,
  queries: QueryClient,
  user_id: string,
  teller: Teller | undefined,
): () => void {
  const soon = refetchSoon(queries);

  const stopHearing = hearMyNews(socket, {
    order(order) {
      if (order.user_id !== user_id) return;
      noteHeard(order.order_id, "order", "sockets", order);
      // First what is told, since it compares with what was known.
      teller?.order(order);
      noteOrder(queries, order);
      soon.ask(keys.orderLists(user_id));
    },
    fill(fill) {
      if (fill.user_id !== user_id) return;
      noteHeard(fill.order_id, "fill", "sockets", fill);
      teller?.fill(fill);
      noteFill(queries, user_id, fill);
      soon.ask(keys.order(user_id, fill.order_id));
    },
    portfolio(event) {
      if (event.user_id !== user_id) return;
      notePortfolio(queries, event);
      // The sums over all holdings come with the full answer only.
      soon.ask(keys.portfolio(user_id));
      soon.ask(keys.ledger(user_id));
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
    soon.stop();
    socket.off("disconnect", onLost);
    stopHearing();
  };
}
