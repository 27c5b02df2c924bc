import { act, renderHook } from "@testing-library/react";
import type { ReactNode } from "react";
import { expect, test, vi } from "vitest";
import { SeatContext } from "../seat.ts";
import type { Seat } from "../seat.ts";
import type { Candle, Candles, CandlesEvent } from "../wire.ts";
import { Board } from "./board.ts";
import type { ExchangeSocket } from "./connection.ts";
import { LiveContext } from "./live.ts";
import { useCandleFeed } from "./useCandleFeed.ts";

function stage() {
  let hear: (event: CandlesEvent) => void = () => undefined;
  const emit = () => undefined;
  const socket = {
    on: (_event: string, listener: typeof hear) => (hear = listener),
    off: emit,
    emit,
    timeout: () => ({ emit }),
  } as unknown as ExchangeSocket;
  let answer: (older: Candles) => void = () => undefined;
  const ask = vi.fn(() => new Promise((resolve) => (answer = resolve)));
  const live = { socket, state: "online", session: 1, board: new Board(), refusal: undefined };
  const wrapper = ({ children }: { children: ReactNode }) => (
    <SeatContext value={{ ask } as unknown as Seat}>
      <LiveContext value={live as never}>{children}</LiveContext>
    </SeatContext>
  );
  const { result } = renderHook(() => useCandleFeed("ACME", "1m"), { wrapper });
  const candles = (...minutes: string[]) =>
    minutes.map((minute) => ({ at: `2026-01-01T${minute}:00Z` }) as Candle);
  return {
    snapshot: (...minutes: string[]) => {
      const items = candles(...minutes);
      act(() => {
        hear({ symbol: "ACME", interval: "1m", sequence: 1, snapshot: true, items });
      });
    },
    askForOlder: () => {
      act(result.current.askForOlder);
    },
    older: (...minutes: string[]) =>
      act(async () => {
        answer({ items: candles(...minutes) } as Candles);
        await Promise.resolve();
      }),
    shown: () => result.current.candles?.map(({ at }) => at.slice(11, 16)),
    feed: () => result.current,
  };
}

test("after a long absence nothing stays before the snapshot, and older candles are there to be asked for", async () => {
  const { snapshot, askForOlder, older, shown, feed } = stage();
  snapshot("10:01", "10:02");
  askForOlder();
  await older();
  expect(feed().complete).toBe(true);
  snapshot("10:02", "10:03");
  expect(shown()).toEqual(["10:01", "10:02", "10:03"]);
  expect(feed().complete).toBe(true);
  snapshot("20:00", "20:01");
  expect(shown()).toEqual(["20:00", "20:01"]);
  expect(feed().complete).toBe(false);
});

test("an older page that was asked for before the absence leaves no hole either", async () => {
  const { snapshot, askForOlder, older, shown } = stage();
  snapshot("10:01");
  askForOlder();
  snapshot("20:00");
  await older("09:59", "10:00");
  expect(shown()).toEqual(["20:00"]);
});
