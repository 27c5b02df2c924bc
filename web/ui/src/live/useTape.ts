/** The last trades of one stock. Mount it anew for another stock. */

import { useEffect, useState } from "react";
import type { PublicTrade, TradeEvent } from "../wire.ts";
import type { Connection } from "./connection.ts";
import { applyTrades } from "./tape.ts";
import { useChannel } from "./useChannel.ts";

/** Nobody reads faster, and each time is a whole table. */
const DRAWN_EVERY_MS = 100;

export function useTape(connection: Connection, symbol: string) {
  const { socket } = connection;
  const [tape, setTape] = useState<PublicTrade[]>();

  useEffect(() => {
    let known: PublicTrade[] | undefined;
    let drawn: typeof known;
    let pause: ReturnType<typeof setTimeout> | undefined;
    const draw = () => {
      pause = undefined;
      if (drawn === known) return;
      drawn = known;
      setTape(known);
      pause = setTimeout(draw, DRAWN_EVERY_MS);
    };
    const onTrade = (event: TradeEvent) => {
      if (event.symbol !== symbol) return;
      known = applyTrades(known, event);
      if (pause === undefined) draw();
    };
    socket.on("trade", onTrade);
    return () => {
      clearTimeout(pause);
      socket.off("trade", onTrade);
    };
  }, [socket, symbol]);

  return { tape, refusal: useChannel(connection, { channel: "trades", symbol }) };
}
