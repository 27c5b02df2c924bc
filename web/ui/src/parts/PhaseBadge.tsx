import { Badge } from "@mantine/core";
import { PHASE } from "../show.ts";
import type { Phase } from "../wire.ts";

/** Nothing, as long as a stock trades as usual. */
export function PhaseBadge({ phase }: { phase: Phase }) {
  if (phase === "continuous") return null;
  return (
    <Badge
      component="span"
      size="sm"
      variant="light"
      color={phase === "closed" ? "gray" : "orange"}
    >
      {PHASE[phase]}
    </Badge>
  );
}
