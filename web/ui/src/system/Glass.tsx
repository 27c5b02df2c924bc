/** The diagram, an order's way through it, and what is told and done beside it. */

import { useMediaQuery } from "@mantine/hooks";
import { useMemo, useState } from "react";
import type { ReactNode } from "react";
import { Panel } from "../parts/Panel.tsx";
import type { Journey, System } from "../wire.ts";
import { AimFacts } from "./AimFacts.tsx";
import { Diagram } from "./Diagram.tsx";
import type { Aim } from "./Diagram.tsx";
import { layout } from "./layout.ts";
import type { Picture } from "./picture.ts";
import { dotsAt, replayOf } from "./replay.ts";
import { ReplayControls } from "./ReplayControls.tsx";
import { useReplay } from "./useReplay.ts";

/** Where a phone ends. */
const NARROW = "(max-width: 46rem)";
const AT_ONCE = { getInitialValueInEffect: false };

interface Props {
  system: System;
  picture: Picture;
  stale: boolean;
  journey: Journey | undefined;
  /** Made elsewhere, so that they are not drawn anew with each step of the dot. */
  slow: ReactNode;
  seen: ReactNode;
  lab: ReactNode;
}

export function Glass({ system, picture, stale, journey, slow, seen, lab }: Props) {
  const [aim, setAim] = useState<Aim>();
  const place = layout(useMediaQuery(NARROW, undefined, AT_ONCE) ? "tall" : "wide");
  const replayed = useMemo(() => journey && replayOf(journey), [journey]);
  const replay = useReplay(replayed);
  return (
    <div className="system-main">
      <Panel title="The exchange" stale={stale}>
        <Diagram
          {...{ picture, place, aim }}
          at={system.at}
          dots={replayed ? dotsAt(replayed, replay.at_ms, place) : []}
          active={replayed?.hops[replay.hop]?.service}
          onAim={setAim}
        />
        <AimFacts aim={aim} picture={picture} />
      </Panel>
      <div className="stack">
        {slow}
        {journey && <ReplayControls journey={journey} replay={replay} />}
        {seen}
      </div>
      {lab}
    </div>
  );
}
