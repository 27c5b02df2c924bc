/** The system as the diagram shows it: each service with its process, its database and its two ways. */

import type { DatabaseStatus, ProcessStatus, System } from "../wire.ts";
import { LIVE_MS, QUEUES_MS, rateOf } from "./rates.ts";

/** Along an order's way first. */
export const SERVICES = [
  "web",
  "ordering",
  "portfolio",
  "matching",
  "stock-data",
  "accounts",
] as const;

export type Service = (typeof SERVICES)[number];

export interface StreamFacts {
  stream: string;
  listener: string;
  said: number;
  heard: number | null;
  lag: number | null;
  rate: number | null;
}

export interface QueueFacts {
  name: string;
  state: string | null;
  messages: number;
  unacknowledged: number;
  consumers: number;
  published: number | null;
  delivered: number | null;
  acknowledged: number | null;
}

/** What a service says to the broker, or what the broker has for it. */
export interface Way {
  rate: number | null;
  streams: StreamFacts[];
  /** Messages still to be heard by the service; null where nobody knows. */
  lag: number | null;
  /** More is still to be heard than was said within the last second. */
  behind: boolean;
}

export interface ServiceFacts {
  service: Service;
  process: ProcessStatus;
  database: (DatabaseStatus & { rate: number | null }) | undefined;
  out: Way;
  in: Way;
}

export interface Picture {
  services: ServiceFacts[];
  servers: ProcessStatus[];
  streams: StreamFacts[];
  queues: QueueFacts[] | null;
}

/** `matching.0>*` and `matching.questions` are matching's. */
export function ownerOf(name: string): string {
  return /^[^.>]*/.exec(name)?.[0] ?? name;
}

export function pictureOf(samples: System[]): Picture | undefined {
  const system = samples.at(-1);
  if (system === undefined) return undefined;
  const streams = streamsOf(samples, system);
  return {
    services: SERVICES.map((service) => ({
      service,
      process: processOf(system, service),
      database: databaseOf(samples, system, service),
      out: { ...wayOf(saidBy(service, streams)), lag: null, behind: false },
      in: wayOf(streams.filter(({ listener }) => ownerOf(listener) === service)),
    })),
    servers: ["rabbitmq", "postgres"].map((name) => processOf(system, name)),
    streams,
    queues: queuesOf(samples, system),
  };
}

const NOT_OURS = { pid: null, since: null, restarts: 0 };

/** Servers of somebody else's are not told of: they run, or nothing would. */
export function processOf(system: System, name: string): ProcessStatus {
  const told = system.processes.find((process) => process.name === name);
  return told ?? { name, state: "running", ...NOT_OURS };
}

function streamsOf(samples: System[], system: System): StreamFacts[] {
  return (system.streams ?? []).map((told) => {
    const said = ({ streams }: System) =>
      streams?.find(({ stream, listener }) => stream === told.stream && listener === told.listener)
        ?.said;
    return { ...told, rate: rateOf(samples, said, LIVE_MS) };
  });
}

/** Each stream once, however many hear it. */
function saidBy(service: Service, streams: StreamFacts[]): StreamFacts[] {
  const own = streams.filter(({ stream }) => ownerOf(stream) === service);
  return [...new Map(own.map((facts) => [facts.stream, facts])).values()];
}

function wayOf(streams: StreamFacts[]): Way {
  return {
    streams,
    rate: sum(streams.map(({ rate }) => rate)),
    lag: sum(streams.map(({ lag }) => lag).filter((lag) => lag !== null)),
    behind: streams.some(({ lag, rate }) => lag !== null && lag > (rate ?? lag)),
  };
}

function sum(numbers: (number | null)[]): number | null {
  const known = numbers.filter((number) => number !== null);
  return known.length === 0 ? null : known.reduce((a, b) => a + b);
}

function databaseOf(samples: System[], system: System, service: Service) {
  const find = ({ databases }: System) => databases?.find((told) => told.service === service);
  const told = find(system);
  return told && { ...told, rate: rateOf(samples, (system) => find(system)?.commits, LIVE_MS) };
}

function queuesOf(samples: System[], system: System): QueueFacts[] | null {
  if (system.queues === null) return null;
  return system.queues.map(({ name, state, messages, messages_unacknowledged, consumers }) => {
    const rate = (column: "published" | "delivered" | "acknowledged") => {
      const count = ({ queues }: System) => queues?.find((queue) => queue.name === name)?.[column];
      return rateOf(samples, count, QUEUES_MS);
    };
    return {
      name,
      state,
      messages,
      unacknowledged: messages_unacknowledged,
      consumers,
      published: rate("published"),
      delivered: rate("delivered"),
      acknowledged: rate("acknowledged"),
    };
  });
}
