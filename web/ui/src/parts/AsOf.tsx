import { useQueryClient } from "@tanstack/react-query";
import type { QueryKey } from "@tanstack/react-query";
import { useEffect } from "react";
import type { Staleness } from "../api.ts";
import { useNow } from "../hooks/clock.ts";
import { useStaleness } from "../hooks/staleness.ts";
import { secondsInWords } from "../show.ts";

const ASK_AGAIN_MS = 3_000;

/** Says of an answer that it is old, and why, and has it asked again until it is not. */
export function AsOf({ queryKey }: { queryKey: QueryKey }) {
  const stale = useStaleness(queryKey);
  return (
    <p className={stale ? "as-of" : "hidden"}>
      <span role="status">{stale && `Old: ${stale.why}.`}</span>
      {stale && <Age stale={stale} queryKey={queryKey} />}
    </p>
  );
}

/** Not read out: it changes every second. */
function Age({ stale, queryKey }: { stale: Staleness; queryKey: QueryKey }) {
  const queries = useQueryClient();
  const what = JSON.stringify(queryKey);
  useEffect(() => {
    const asking = setInterval(() => {
      void queries.refetchQueries({ queryKey: JSON.parse(what) as QueryKey, exact: true });
    }, ASK_AGAIN_MS);
    return () => {
      clearInterval(asking);
    };
  }, [queries, what]);
  const age_s = Math.max(0, Math.round((useNow() - stale.as_of_ms) / 1_000));
  return <span> As of {secondsInWords(age_s)} ago.</span>;
}
