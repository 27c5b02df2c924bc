/** Mount it anew for another account. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect, useState } from "react";
import type { ReactNode } from "react";
import { keys, refetchSoon } from "../queries.ts";
import { useSeat } from "../seat.ts";
import type { PricesEvent } from "../wire.ts";
import { Board } from "./board.ts";
import { useConnection } from "./connection.ts";
import { LiveContext } from "./live.ts";
import { listenToMyNews } from "./myNews.ts";
import { outdatesList } from "./prices.ts";
import { tellerOf } from "./toasts.ts";
import { useChannel } from "./useChannel.ts";

interface Props {
  user_id: string;
  /** Says nothing by itself: somebody else on the page does. */
  quiet?: boolean;
  children: ReactNode;
}

export function LiveProvider({ user_id, quiet = false, children }: Props) {
  const { name } = useSeat();
  const queries = useQueryClient();
  const connection = useConnection();
  const { socket } = connection;
  const [board] = useState(() => new Board());

  useEffect(() => {
    const soon = refetchSoon(queries);
    const onPrices = (event: PricesEvent) => {
      if (outdatesList(board.quotes(), event)) soon.ask(keys.stocks);
      board.apply(event);
    };
    socket.on("prices", onPrices);
    const teller = quiet ? undefined : tellerOf(queries, name);
    const stopListening = listenToMyNews(socket, queries, user_id, teller);
    return () => {
      socket.off("prices", onPrices);
      soon.stop();
      stopListening();
    };
  }, [socket, queries, user_id, board, quiet, name]);

  const refusal = useChannel(connection, { channel: "prices" });
  return <LiveContext value={{ ...connection, board, refusal }}>{children}</LiveContext>;
}
