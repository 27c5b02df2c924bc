import { act, renderHook } from "@testing-library/react";
import { afterEach, expect, test, vi } from "vitest";
import type { Acknowledgement } from "../wire.ts";
import type { Connection, ExchangeSocket } from "./connection.ts";
import { useChannel } from "./useChannel.ts";

afterEach(() => {
  vi.useRealTimers();
});

/** A socket whose other end answers each subscription with the next of these; the last one stays. */
function online(...answers: Acknowledgement[]) {
  vi.useFakeTimers();
  const asked: string[] = [];
  const emit = (event: string, _what: unknown, answer: (silence: null, ack: unknown) => void) => {
    asked.push(event);
    answer(null, answers.length > 1 ? answers.shift() : answers[0]);
  };
  const socket = { connected: true, emit, timeout: () => ({ emit }) };
  const connection: Connection = {
    socket: socket as unknown as ExchangeSocket,
    state: "online",
    session: 1,
  };
  const hook = renderHook(() => useChannel(connection, { channel: "depth", symbol: "ACME" }));
  const wait = async () => {
    await act(() => vi.advanceTimersByTimeAsync(60_000));
  };
  return { asked, wait, ...hook };
}

const unavailable: Acknowledgement = {
  ok: false,
  code: "unavailable",
  message: "subscribe again in a moment",
};

test("what the exchange does not know yet is asked for again", async () => {
  const { asked, wait, result } = online(unavailable, unavailable, { ok: true });
  expect(result.current).toBe("subscribe again in a moment");
  await wait();
  expect(result.current).toBeUndefined();
  expect(asked).toEqual(["subscribe", "subscribe", "subscribe"]);
});

test("any other refusal is final, and who has left asks no more", async () => {
  const refused = online({ ok: false, code: "unknown_symbol", message: "no such instrument" });
  await refused.wait();
  expect(refused.asked).toEqual(["subscribe"]);
  const left = online(unavailable);
  left.unmount();
  await left.wait();
  expect(left.asked).toEqual(["subscribe", "unsubscribe"]);
});
