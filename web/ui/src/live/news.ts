/**
 * What the exchange says about me, each of it once and in its order, over every reconnection: a new
 * connection goes on after the last news that was heard.
 */

import type { ServerEvents } from "../wire.ts";
import type { ExchangeSocket } from "./connection.ts";

const ANSWER_TIMEOUT_MS = 5_000;

export interface Hearer extends Pick<ServerEvents, "order" | "fill" | "portfolio"> {
  /** Something may have been missed: only REST knows what is true now. */
  missed: () => void;
  /** The connection was lost for a while, and nothing was missed. */
  resumed: () => void;
}

export function hearMyNews(socket: ExchangeSocket, hearer: Hearer): () => void {
  /** The number of the last news heard. */
  let known: number | undefined;
  /** Until it is answered where to go on: what comes before that comes again, or is in REST. */
  let isAsking = true;

  const ask = () => {
    isAsking = true;
    const { id } = socket;
    const from = known === undefined ? {} : { seq: known };
    const wanted = { channel: "private", ...from } as const;
    socket.timeout(ANSWER_TIMEOUT_MS).emit("resume", wanted, (silence, answer) => {
      // A connection that was lost meanwhile is asked anew.
      if (socket.id !== id) return;
      if (silence as Error | null) {
        ask();
        return;
      }
      isAsking = false;
      if (answer.ok && answer.resumed === true) {
        hearer.resumed();
        return;
      }
      known = answer.ok ? answer.seq : undefined;
      hearer.missed();
    });
  };
  function inTurn<News extends { seq: number }>(hear: (news: News) => void) {
    return (news: News) => {
      if (isAsking || (known !== undefined && news.seq <= known)) return;
      known = news.seq;
      hear(news);
    };
  }
  const heard = {
    connect: ask,
    order: inTurn(hearer.order),
    fill: inTurn(hearer.fill),
    portfolio: inTurn(hearer.portfolio),
    resync: inTurn(hearer.missed),
  };
  socket.on("connect", heard.connect);
  socket.on("order", heard.order);
  socket.on("fill", heard.fill);
  socket.on("portfolio", heard.portfolio);
  socket.on("resync", heard.resync);
  return () => {
    socket.off("connect", heard.connect);
    socket.off("order", heard.order);
    socket.off("fill", heard.fill);
    socket.off("portfolio", heard.portfolio);
    socket.off("resync", heard.resync);
  };
}
