import { Button } from "@mantine/core";
import { useState } from "react";
import { useBreak } from "../hooks/system.ts";
import { Failure } from "../parts/Failure.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Select } from "../parts/Select.tsx";
import type { Fault, FaultDone } from "../wire.ts";
import { BREAKABLE, MESSAGES, PAUSES_S } from "./faults.ts";
import { nameOf } from "./words.ts";

export function FailureLab({ onBroken }: { onBroken: (done: FaultDone) => void }) {
  const breaking = useBreak();
  const [pause, setPause] = useState<(typeof PAUSES_S)[number]>("5");
  const deed = (name: string, label: string, fault: Fault) => (
    <Button
      size="xs"
      variant="default"
      aria-label={label}
      loading={breaking.isPending && JSON.stringify(breaking.variables) === JSON.stringify(fault)}
      disabled={breaking.isPending}
      onClick={() => {
        breaking.mutate(fault, { onSuccess: onBroken });
      }}
    >
      {name}
    </Button>
  );
  return (
    <Panel title="Failure lab">
      <div className="slow-row">
        <p className="small">
          Everything here really happens to this exchange, for all who use it. It heals by itself.
        </p>
        <Select label="Seconds of a pause" value={pause} options={PAUSES_S} onChange={setPause} />
      </div>
      {breaking.error && (
        <Failure
          error={breaking.error}
          unsure="It may have happened: the diagram shows what stands."
        />
      )}
      <ul className="faults" role="list" aria-label="Processes to break">
        {BREAKABLE.map(({ process, expect, pauses }) => (
          <li key={process} className="fault">
            <span>
              <strong>{nameOf(process)}</strong> <span className="quiet small">{expect}</span>
            </span>
            <span className="fault-deeds">
              {deed("Kill", `Kill ${nameOf(process)}`, { fault: "kill", process })}
              {pauses &&
                deed("Pause", `Pause ${nameOf(process)}`, {
                  fault: "pause",
                  process,
                  seconds: Number(pause),
                })}
            </span>
          </li>
        ))}
      </ul>
      <ul className="faults" role="list" aria-label="Messages to send">
        {MESSAGES.map(({ fault, name, expect }) => (
          <li key={name} className="fault">
            <span className="quiet small">{expect}</span>
            <span className="fault-deeds">{deed(name, name, fault)}</span>
          </li>
        ))}
      </ul>
    </Panel>
  );
}
