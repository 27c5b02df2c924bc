/** For tests: a system that is well, and what is different about it. */

import type { System } from "../wire.ts";

export const START = Date.parse("2026-11-28T10:00:00Z");

export function systemAt(second: number, changes: Partial<System> = {}): System {
  const process = (name: string, pid: number) => ({
    name,
    pid,
    state: "running" as const,
    since: new Date(START - 60_000).toISOString(),
    restarts: 0,
  });
  return {
    at: new Date(START + second * 1_000).toISOString(),
    processes: [process("rabbitmq", 10), process("matching", 20), process("portfolio", 30)],
    databases: [
      { service: "matching", bytes: 9e6, connections: 3, commits: 100, steps: 50, parked: 0 },
    ],
    queues: [],
    streams: [
      { stream: "portfolio.0>matching.0", listener: "matching.0", said: 10, heard: 10, lag: 0 },
      { stream: "matching.0>*", listener: "portfolio.0", said: 40, heard: 40, lag: 0 },
      { stream: "matching.0>*", listener: "web", said: 40, heard: null, lag: null },
    ],
    unknown: [],
    faults: [],
    audit: { state: "none" },
    ...changes,
  };
}

/** The process of this name is otherwise. */
export function withProcess(
  system: System,
  name: string,
  change: Partial<System["processes"][number]>,
): System {
  const processes = system.processes.map((process) =>
    process.name === name ? { ...process, ...change } : process,
  );
  return { ...system, processes };
}

/** So many were said, and so many heard. */
export function withStream(system: System, stream: string, said: number, heard: number): System {
  const streams = (system.streams ?? []).map((told) =>
    told.stream !== stream
      ? told
      : { ...told, said, ...(told.heard === null ? {} : { heard, lag: said - heard }) },
  );
  return { ...system, streams };
}
