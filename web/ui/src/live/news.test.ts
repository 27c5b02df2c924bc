import { expect, test } from "vitest";
import type { ServerEvents } from "../wire.ts";
import type { ExchangeSocket } from "./connection.ts";
import { hearMyNews } from "./news.ts";

type Answer = (silence: Error | null, answer?: unknown) => void;

/** A socket whose other end is the test. */
function stage() {
  const listeners = new Map<string, (payload: unknown) => void>();
  const asked: { wanted: unknown; answer: Answer }[] = [];
  const heard: string[] = [];
  const socket = {
    id: "1",
    on: (event: string, hear: (payload: unknown) => void) => listeners.set(event, hear),
    off: (event: string) => listeners.delete(event),
    timeout: () => ({
      emit: (_event: string, wanted: unknown, answer: Answer) => asked.push({ wanted, answer }),
    }),
  };
  const note = (what: string) => () => heard.push(what);
  const stop = hearMyNews(socket as unknown as ExchangeSocket, {
    order: ({ order_id }) => heard.push(order_id),
    fill: note("fill"),
    portfolio: note("portfolio"),
    missed: note("missed"),
    resumed: note("resumed"),
  });
  const say = (event: "connect" | keyof ServerEvents, payload?: unknown) =>
    listeners.get(event)?.(payload);
  return {
    asked,
    heard,
    listeners,
    stop,
    say,
    order: (seq: number) => say("order", { seq, order_id: `order ${seq}` }),
    connect: (id: string) => {
      socket.id = id;
      say("connect");
    },
    answer: (answer: unknown) => {
      asked.at(-1)?.answer(null, answer);
    },
  };
}

test("the first connection learns where it is, and asks for what is shown", () => {
  const { connect, order, answer, asked, heard } = stage();
  connect("1");
  expect(asked[0]?.wanted).toEqual({ channel: "private" });
  order(7);
  answer({ ok: true, resumed: false, seq: 7 });
  order(8);
  expect(heard).toEqual(["missed", "order 8"]);
});

test("a later one goes on after the last news, and hears each of them once", () => {
  const { connect, order, answer, asked, heard } = stage();
  connect("1");
  answer({ ok: true, resumed: false, seq: 7 });
  order(8);
  connect("2");
  expect(asked[1]?.wanted).toEqual({ channel: "private", seq: 8 });
  order(10);
  answer({ ok: true, resumed: true, seq: 10 });
  for (const seq of [9, 10, 10, 11]) order(seq);
  expect(heard).toEqual(["missed", "order 8", "resumed", "order 9", "order 10", "order 11"]);
});

test("what is not kept any more is asked of REST", () => {
  const { connect, order, answer, heard } = stage();
  connect("1");
  answer({ ok: true, resumed: false, seq: 7 });
  connect("2");
  answer({ ok: true, resumed: false, seq: 900 });
  order(899);
  order(901);
  expect(heard).toEqual(["missed", "missed", "order 901"]);
});

test("a resync is asked of REST, and numbered as any", () => {
  const { connect, order, answer, say, heard } = stage();
  connect("1");
  answer({ ok: true, resumed: false, seq: 7 });
  say("resync", { seq: 500 });
  order(8);
  order(501);
  expect(heard).toEqual(["missed", "missed", "order 501"]);
});

test("no answer is asked for again, and one for a lost connection counts for nothing", () => {
  const { connect, answer, asked, heard } = stage();
  connect("1");
  asked[0]?.answer(new Error("silence"));
  expect(asked).toHaveLength(2);
  connect("2");
  asked[1]?.answer(new Error("silence"));
  asked[1]?.answer(null, { ok: true, resumed: false, seq: 7 });
  expect(heard).toEqual([]);
  expect(asked).toHaveLength(3);
  answer({ ok: true, resumed: false, seq: 9 });
  expect(heard).toEqual(["missed"]);
});

test("who has left hears nothing", () => {
  const { stop, listeners } = stage();
  stop();
  expect([...listeners]).toEqual([]);
});
