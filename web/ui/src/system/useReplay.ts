/** Plays a replay: by itself, step by step, or not at all where motion is not wanted. */

import { useReducedMotion } from "@mantine/hooks";
import { useEffect, useState } from "react";
import { hopAt, REPLAY_MS } from "./replay.ts";
import type { Replay } from "./replay.ts";

/** A window that was hidden shall not jump. */
const FRAME_MS_MAX = 100;

export function useReplay(replay: Replay | undefined) {
  const [shown, setShown] = useState(replay);
  const [at_ms, setAt] = useState(0);
  const [playing, setPlaying] = useState(true);
  const [speed, setSpeed] = useState(1);
  if (shown !== replay) {
    setShown(replay);
    setAt(0);
    setPlaying(true);
  }
  const due_ms = replay?.due_ms ?? [];
  const still = useReducedMotion();
  const ended = at_ms >= REPLAY_MS;
  const runs = replay !== undefined && playing && !ended;

  useEffect(() => {
    if (!runs) return;
    let last = performance.now();
    let frame = requestAnimationFrame(function next(now) {
      const passed = Math.min(now - last, FRAME_MS_MAX) * speed;
      last = now;
      setAt((at_ms) => Math.min(REPLAY_MS, at_ms + passed));
      frame = requestAnimationFrame(next);
    });
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [runs, speed]);

  const hop = hopAt(due_ms, at_ms);
  return {
    hop,
    /** Without motion, the message is where its last hop was. */
    at_ms: still || !runs ? Math.min(at_ms, due_ms[hop] ?? 0) : at_ms,
    runs,
    ended,
    speed,
    setSpeed,
    toggle: () => {
      if (ended) setAt(0);
      setPlaying(!runs);
    },
    goTo: (hop: number) => {
      setPlaying(false);
      setAt(due_ms[hop] ?? 0);
    },
  };
}
