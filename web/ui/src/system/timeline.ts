/** What was done to the system and what was seen of it since, from one look to the next. */

import type { Problem } from "../api.ts";
import type { FaultDone, ProcessStatus, System, Timestamp } from "../wire.ts";
import { pictureOf, processOf } from "./picture.ts";
import { SAMPLES_MAX } from "./rates.ts";

export interface Seen {
  at: Timestamp;
  kind: "done" | "worse" | "better";
  text: string;
}

/** What is known of the system. */
export interface Watched {
  samples: System[];
  /** Newest first. */
  seen: Seen[];
  /** Why there is no newer answer. */
  problem: Problem | undefined;
}

export const UNSEEN: Watched = { samples: [], seen: [], problem: undefined };

/** A class hour breaks less. */
const SEEN_MAX = 100;

export function unanswered(watched: Watched, problem: Problem): Watched {
  return { ...watched, problem };
}

export function answered(watched: Watched, system: System): Watched {
  const before = watched.samples.at(-1);
  const samples =
    before?.at === system.at ? watched.samples : [...watched.samples, system].slice(-SAMPLES_MAX);
  const seen = before === undefined ? [] : changes(watched.samples, samples, before, system);
  if (watched.problem !== undefined && before !== undefined) {
    const seconds = Math.round((Date.parse(system.at) - Date.parse(before.at)) / 1_000);
    seen.unshift(better(system.at, `The page has an answer again, after ${seconds} s.`));
  }
  return {
    samples: [...samples.slice(0, -1), system],
    seen: [...seen.reverse(), ...watched.seen].slice(0, SEEN_MAX),
    problem: undefined,
  };
}

/** In the order in which they are told. */
function changes(samplesBefore: System[], samples: System[], before: System, now: System): Seen[] {
  // The look may be a little older than what was done last; and what took its time is told once it is
  // done, with the moment at which it was begun.
  const [from, to] = [Date.parse(before.at), Date.parse(now.at)];
  const isNew = ({ at }: FaultDone) =>
    Date.parse(at) <= to &&
    (from < Date.parse(at) || !before.faults.some((known) => known.at === at));
  const faults = now.faults.filter(isNew).reverse();
  return [
    ...faults.flatMap((fault) => deeds(fault, before, now)),
    ...now.processes.flatMap((process) => progress(processOf(before, process.name), process, now)),
    ...queueNews(before, now),
    ...lagNews(samplesBefore, samples, now),
    ...parkedNews(before, now),
  ];
}

const done = (at: Timestamp, text: string): Seen => ({ at, kind: "done", text });
const worse = (at: Timestamp, text: string): Seen => ({ at, kind: "worse", text });
const better = (at: Timestamp, text: string): Seen => ({ at, kind: "better", text });

function deeds({ at, fault, outcome }: FaultDone, before: System, now: System): Seen[] {
  switch (outcome.outcome) {
    case "signaled":
      if (fault.fault === "kill")
        return [done(at, `${fault.process} is killed (process ${outcome.pid}).`)];
      if (fault.fault === "pause")
        return [done(at, `${fault.process} is stopped for ${fault.seconds} s.`)];
      return [];
    case "answered": {
      const { code, message } = outcome.answer;
      return [
        done(at, `A malformed message is sent to “${outcome.exchange}”.`),
        better(now.at, `ordering refuses it, as ${String(code)}: ${String(message)}`),
      ];
    }
    case "repeated": {
      const { stream, seq } = outcome;
      const sent = done(at, `Number ${seq} of ${stream} is sent once more.`);
      const listener = now.streams?.find((told) => told.stream === stream);
      const isHeard = listener?.heard != null && listener.heard >= seq;
      if (!isHeard || parkedOf(now) !== parkedOf(before)) return [sent];
      return [
        sent,
        better(now.at, `${listener.listener} has heard that number before: nothing changes.`),
      ];
    }
  }
}

function progress(before: ProcessStatus, now: ProcessStatus, { at }: System): Seen[] {
  const { name, pid, since, state } = now;
  const news: Seen[] = [];
  if (pid !== null && before.pid !== pid && now.restarts > before.restarts)
    news.push(better(since ?? at, `${name} is started again (process ${pid}).`));
  if (state === before.state && news.length === 0) return [];
  switch (state) {
    case "running":
      return [
        ...news,
        better(at, before.state === "paused" ? `${name} goes on.` : `${name} is ready.`),
      ];
    case "waiting":
      return [...news, worse(at, `${name} is alive, but not ready.`)];
    case "paused":
      return [...news, worse(at, `${name} stands still.`)];
    case "gone":
      return [...news, worse(at, `${name} is gone.`)];
  }
}

function queueNews(before: System, now: System): Seen[] {
  if ((before.queues === null) === (now.queues === null)) return [];
  return now.queues === null
    ? [worse(now.at, "RabbitMQ does not tell how its queues are.")]
    : [better(now.at, "RabbitMQ tells how its queues are.")];
}

function lagNews(samplesBefore: System[], samples: System[], now: System): Seen[] {
  const before = pictureOf(samplesBefore)?.services ?? [];
  return (pictureOf(samples)?.services ?? []).flatMap(({ service, in: way }, n) => {
    if (way.behind === (before[n]?.in.behind ?? false)) return [];
    if (way.behind) return [worse(now.at, `${service} is ${way.lag ?? 0} messages behind.`)];
    // What nobody can tell is not caught up.
    return now.streams === null ? [] : [better(now.at, `${service} has caught up.`)];
  });
}

function parkedNews(before: System, now: System): Seen[] {
  return (now.databases ?? []).flatMap(({ service, parked }) => {
    const was = before.databases?.find((told) => told.service === service)?.parked ?? parked;
    return parked > was ? [worse(now.at, `${service} sets ${parked - was} messages aside.`)] : [];
  });
}

function parkedOf({ databases }: System): number {
  return (databases ?? []).reduce((sum, { parked }) => sum + parked, 0);
}

/** Whether everything is as it should be after this fault. */
export function isHealed(
  { samples, problem }: Watched,
  { at, fault, outcome }: FaultDone,
): boolean {
  const system = samples.at(-1);
  const picture = pictureOf(samples);
  if (problem !== undefined || system === undefined || picture === undefined) return false;
  const told = [system.databases, system.queues, system.streams].every((list) => list !== null);
  const running = system.processes.every(({ state }) => state === "running");
  const inStep = picture.services.every(({ in: way }) => !way.behind);
  return told && running && inStep && isOver(system, { at, fault, outcome });
}

/** A process that is not yet gone looks well. */
function isOver(system: System, { at, fault, outcome }: FaultDone): boolean {
  if (fault.fault === "kill" && outcome.outcome === "signaled")
    return processOf(system, fault.process).pid !== outcome.pid;
  const until = Date.parse(at) + (fault.fault === "pause" ? fault.seconds * 1_000 : 0);
  return Date.parse(system.at) > until;
}
