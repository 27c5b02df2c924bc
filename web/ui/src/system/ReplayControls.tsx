import { Button, SegmentedControl } from "@mantine/core";
import { after, milliseconds, said, timesOf, way } from "../journey/hops.ts";
import { Panel } from "../parts/Panel.tsx";
import type { Hop, Journey } from "../wire.ts";
import type { useReplay } from "./useReplay.ts";

const SPEEDS = [
  { label: "½ ×", value: "0.5" },
  { label: "1 ×", value: "1" },
  { label: "2 ×", value: "2" },
  { label: "4 ×", value: "4" },
];

interface Props {
  journey: Journey;
  replay: ReturnType<typeof useReplay>;
}

/** Plays, stops and steps; the slider does so by the arrow keys, too. */
export function ReplayControls({ journey, replay }: Props) {
  const { hop: n, runs, ended, speed, goTo } = replay;
  const { hops } = journey;
  const hop = hops[n];
  if (hop === undefined) return <p className="quiet">Nobody remembers this order’s way.</p>;
  return (
    <Panel title="Replay">
      <div className="row">
        <Button size="xs" onClick={replay.toggle}>
          {runs ? "Pause" : ended ? "Play again" : "Play"}
        </Button>
        <Step name="Back" to={n - 1} {...{ hops, goTo }} />
        <Step name="Forward" to={n + 1} {...{ hops, goTo }} />
        <SegmentedControl
          size="xs"
          aria-label="Speed"
          data={SPEEDS}
          value={String(speed)}
          onChange={(speed) => {
            replay.setSpeed(Number(speed));
          }}
        />
        <span className="quiet small tabular replay-count">
          Hop {n + 1} of {hops.length}, {milliseconds(journey.took_us)} in truth
        </span>
      </div>
      <input
        type="range"
        className="replay-slider"
        aria-label="Hop"
        min={0}
        max={hops.length - 1}
        value={n}
        aria-valuetext={`${after(hop.after_us)}: ${hop.service} ${said(hop)}`}
        onChange={(event) => {
          goTo(Number(event.currentTarget.value));
        }}
      />
      {!journey.is_complete && (
        <p className="small">
          <strong>Something may be missing:</strong>{" "}
          {journey.missing.join("; ") || "it is still under way."}
        </p>
      )}
      <p>
        <span className="tabular quiet">{after(hop.after_us)}</span>{" "}
        <strong>
          {hop.service} {said(hop)}
        </strong>{" "}
        <span className="quiet small">{way(hop)}</span>
      </p>
      <dl className="replay-times small">
        {timesOf(hop).map(([name, at]) => (
          <div key={name}>
            <dt className="quiet">{name}</dt>
            <dd className="tabular">{at}</dd>
          </div>
        ))}
      </dl>
      <pre className="replay-body" tabIndex={0} aria-label="The message as it was sent">
        {JSON.stringify(hop.body, null, 2)}
      </pre>
    </Panel>
  );
}

interface StepProps {
  name: string;
  to: number;
  hops: Hop[];
  goTo: (hop: number) => void;
}

function Step({ name, to, hops, goTo }: StepProps) {
  return (
    <Button
      size="xs"
      variant="default"
      disabled={hops[to] === undefined}
      onClick={() => {
        goTo(to);
      }}
    >
      {name}
    </Button>
  );
}
