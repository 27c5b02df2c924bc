/**
 * Whose session a part of the page sits in. Without more said it is the browser's own, by its
 * cookie; where several people sit on one page, each has a seat of his own, by a token that is kept
 * in memory and nowhere else.
 */

import { createContext, use } from "react";
import { ask, askForText } from "./api.ts";
import type { Method } from "./api.ts";

export interface Seat {
  ask: typeof ask;
  askForText: typeof askForText;
  /** By what the socket says who it is; absent where the cookie does. */
  token?: () => Promise<string>;
  /** Who sits here, where that is not plain. */
  name?: string;
}

/** Asks in a session of its own, beside the browser's. */
export function seatOf(name: string, token: () => Promise<string>): Seat {
  return {
    ask: async <T>(method: Method, path: string, body?: unknown) =>
      ask<T>(method, path, body, await token()),
    askForText: async (method, path, body) => askForText(method, path, body, await token()),
    token,
    name,
  };
}

export const SeatContext = createContext<Seat>({ ask, askForText });

export function useSeat(): Seat {
  return use(SeatContext);
}
