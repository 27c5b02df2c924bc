import { useEffect, useState } from "react";
import { useAudit } from "../hooks/system.ts";
import type { FaultDone } from "../wire.ts";
import { isHealed } from "./timeline.ts";
import type { Watched } from "./timeline.ts";

/** After the faults that were made here, and once for all of them. */
export function useAuditWhenHealed(watched: Watched) {
  const [fault, setFault] = useState<FaultDone>();
  const { mutate } = useAudit();
  const due = fault !== undefined && isHealed(watched, fault);
  useEffect(() => {
    if (!due) return;
    mutate(undefined, {
      onSettled: () => {
        setFault((now) => (now === fault ? undefined : now));
      },
    });
  }, [due, fault, mutate]);
  return setFault;
}
