import { PHASE } from "../show.ts";
import type { Phase } from "../wire.ts";

/** Nothing, as long as a stock trades as usual. */
export function PhaseBadge({ phase }: { phase: Phase }) {
  if (phase === "continuous") return null;
  return <span className={`tag ${phase === "closed" ? "" : "tag-warn"}`}>{PHASE[phase]}</span>;
}
