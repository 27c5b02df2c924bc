/** What may be broken, and what will be seen then. */

import type { Fault, Process } from "../wire.ts";

export const BREAKABLE: { process: Process; expect: string; pauses: boolean }[] = [
  {
    process: "matching",
    expect:
      "Orders stay pending until it is back: it reads its books from the journal, and hears what it missed.",
    pauses: true,
  },
  {
    process: "portfolio",
    expect: "New orders stay pending: nobody sets their money aside. Nothing is set aside twice.",
    pauses: true,
  },
  {
    process: "ordering",
    expect:
      "New orders get no answer, which means unknown. What was acknowledged is in its database.",
    pauses: true,
  },
  {
    process: "stock-data",
    expect: "Prices and candles stand still while trading goes on; then they catch up.",
    pauses: true,
  },
  {
    process: "accounts",
    expect: "Nobody comes in for a moment. Who is in stays in, and trades.",
    pauses: true,
  },
  {
    process: "web",
    expect: "This page gets no answer, says so, and comes back by itself.",
    pauses: true,
  },
  {
    process: "rabbitmq",
    expect:
      "Nobody hears anybody. What was said is in the databases, and is said again when it is back.",
    pauses: true,
  },
  {
    process: "postgres",
    expect: "All five databases at once: no step is committed, so nothing is acknowledged.",
    pauses: false,
  },
];

export const MESSAGES: { fault: Fault; name: string; expect: string }[] = [
  {
    fault: { fault: "malformed" },
    name: "Send a malformed order",
    expect: "Half an order, with NaN shares: ordering says what is wrong, and goes on.",
  },
  {
    fault: { fault: "duplicate" },
    name: "Send a message twice",
    expect: "What ordering said last, once more: its listener knows the number, and drops it.",
  },
];

/** The longest is what REST allows. */
export const PAUSES_S = ["3", "5", "10", "30"] as const;
