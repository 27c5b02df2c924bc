/** Whether an answer is what a service said last, because it does not answer now. */

import { notifyManager, useQueryClient } from "@tanstack/react-query";
import type { QueryKey } from "@tanstack/react-query";
import { useCallback, useSyncExternalStore } from "react";
import { stalenessOf } from "../queries.ts";
import type { Staleness } from "../api.ts";

export function useStaleness(queryKey: QueryKey): Staleness | undefined {
  const queries = useQueryClient();
  const subscribe = useCallback(
    (tell: () => void) => queries.getQueryCache().subscribe(notifyManager.batchCalls(tell)),
    [queries],
  );
  return useSyncExternalStore(subscribe, () => stalenessOf(queries.getQueryData(queryKey)));
}
