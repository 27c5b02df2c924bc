import type { CSSProperties } from "react";
import { Problem } from "../api.ts";
import { useJourney } from "../hooks/orders.ts";
import { Answer } from "../parts/Answer.tsx";
import { Panel } from "../parts/Panel.tsx";
import type { Hop, Journey, Order } from "../wire.ts";
import { after, laneOf, lanesOf, milliseconds, said, share, timesOf, way } from "./hops.ts";
import "./journey.css";
import { BROWSER, withWindow } from "./window.ts";

/** How the order went through the exchange, message by message. */
export function JourneyPanel({ order }: { order: Order }) {
  const journey = useJourney(order);
  // An exchange that remembers no ways has nothing to show here.
  if (journey.error instanceof Problem && journey.error.status === 404) return null;
  return (
    <Panel title="Journey">
      <Answer what="the journey" query={journey} lines={8}>
        {(journey) => <Drawn journey={journey} />}
      </Answer>
    </Panel>
  );
}

function Drawn({ journey }: { journey: Journey }) {
  const { hops, took_us, is_complete, missing } = journey;
  const whole = withWindow(journey);
  const lanes = lanesOf(whole);
  return (
    <>
      <p className="quiet small">
        {hops.length} hops in {milliseconds(took_us)} inside the exchange. Each lane is a service;
        open a hop to read its message as it was sent.
        {lanes.includes(BROWSER) &&
          " The browser’s lane is this window’s own, counted from the click by this computer’s clock. Clocks differ, so the click is drawn where web received the order."}
      </p>
      {!is_complete && (
        <p className="small">
          <strong>Something may be missing:</strong>{" "}
          {missing.join("; ") || "it is still under way."}
        </p>
      )}
      <div className="journey" style={{ "--lanes": lanes.length } as CSSProperties}>
        <div className="lanes" aria-hidden="true">
          <span className="hop-time" />
          {lanes.map((lane) => (
            <span key={lane} className="lane">
              {lane}
            </span>
          ))}
        </div>
        <ol className="hops" aria-label="Hops">
          {whole.hops.map((hop, n) => (
            <HopRow key={n} hop={hop} style={placed(hop, whole, lanes)} />
          ))}
        </ol>
      </div>
    </>
  );
}

function placed(hop: Hop, journey: Journey, lanes: string[]): CSSProperties {
  const place = { "--lane": laneOf(hop, lanes) + 2, "--at": `${share(hop, journey).toFixed(2)}%` };
  return place as CSSProperties;
}

function HopRow({ hop, style }: { hop: Hop; style: CSSProperties }) {
  return (
    <li className="hop" style={style}>
      <span className="hop-time tabular small quiet">{after(hop.after_us)}</span>
      <details className={`hop-card hop-${hop.direction}`}>
        <summary>
          <span className="hop-service">{hop.service}</span> {said(hop)}
        </summary>
        <dl className="hop-facts small">
          <div>
            <dt>Way</dt>
            <dd>{way(hop)}</dd>
          </div>
          {timesOf(hop).map(([name, at]) => (
            <div key={name}>
              <dt>{name}</dt>
              <dd className="tabular">{at}</dd>
            </div>
          ))}
          <div>
            <dt>Told by</dt>
            <dd>
              {hop.partition} on {hop.clock}
              {hop.source !== "memory" && ` (from its ${hop.source})`}
            </dd>
          </div>
        </dl>
        <pre className="hop-body" tabIndex={0}>
          {JSON.stringify(hop.body, null, 2)}
        </pre>
      </details>
      <span className="hop-at" aria-hidden="true" />
    </li>
  );
}
