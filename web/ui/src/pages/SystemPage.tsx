/** The inside of the exchange behind glass, for teachers: watched, followed, broken, healed. */

import { useState } from "react";
import { isClosed, useSystem } from "../hooks/system.ts";
import { Failure } from "../parts/Failure.tsx";
import { Loading } from "../parts/Loading.tsx";
import { Title } from "../parts/Title.tsx";
import { moment } from "../show.ts";
import { FailureLab } from "../system/FailureLab.tsx";
import { Glass } from "../system/Glass.tsx";
import { pictureOf } from "../system/picture.ts";
import { SeenPanel } from "../system/SeenPanel.tsx";
import { SlowMotion } from "../system/SlowMotion.tsx";
import "../system/system.css";
import { SystemTables } from "../system/SystemTables.tsx";
import type { Watched } from "../system/timeline.ts";
import { useAuditWhenHealed } from "../system/useAuditWhenHealed.ts";
import type { Journey } from "../wire.ts";

export function SystemPage() {
  const watched = useSystem();
  const { data, error } = watched;
  return (
    <div className="page">
      <Title>System</Title>
      <h1>System</h1>
      {error && <Failure error={error} />}
      {data === undefined && !error && <Loading what="the system" lines={12} />}
      {data && (isClosed(data) ? <Closed /> : <Open watched={data} />)}
    </div>
  );
}

function Closed() {
  return (
    <p>
      This page shows the inside of an exchange in demo mode, and breaks it on request. This
      exchange is no demo, so there is nothing to see here. Who runs it can say{" "}
      <code>demo = true</code> in <code>exchange.toml</code>.
    </p>
  );
}

function Open({ watched }: { watched: Watched }) {
  const { samples, seen, problem } = watched;
  const noteFault = useAuditWhenHealed(watched);
  const [journey, setJourney] = useState<Journey>();
  const system = samples.at(-1);
  const picture = pictureOf(samples);
  return (
    <>
      <div role="status" aria-label="Connection to the system">
        {problem && <Silence reason={problem.message} last={system?.at} />}
        {system?.unknown.map((reason) => (
          <p key={reason} className="small">
            <strong>Unknown at this moment:</strong> {reason}
          </p>
        ))}
      </div>
      {system && picture && (
        <>
          <Glass
            {...{ system, picture, journey }}
            stale={problem !== undefined}
            slow={<SlowMotion journey={journey} onJourney={setJourney} />}
            seen={<SeenPanel seen={seen} verdict={system.audit} />}
            lab={<FailureLab onBroken={noteFault} />}
          />
          <SystemTables {...{ system, picture }} stale={problem !== undefined} />
        </>
      )}
    </>
  );
}

function Silence({ reason, last }: { reason: string; last: string | undefined }) {
  return (
    <p className="silence">
      <strong>No answer:</strong> {reason} Asking again every second
      {last === undefined ? "." : `; below is how it was at ${moment(last)}.`}
    </p>
  );
}
