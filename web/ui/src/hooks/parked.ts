/** Messages that the services have set aside. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../queries.ts";
import { useSeat } from "../seat.ts";
import type { ParkedMessages, Redriven } from "../wire.ts";

/** Nobody is told of them: they are asked for anew while an admin looks. */
const REFETCH_MS = 3_000;

export function useParked(me: string) {
  const { ask } = useSeat();
  return useQuery({
    queryKey: keys.parked(me),
    queryFn: () => ask<ParkedMessages>("GET", "admin/parked"),
    refetchInterval: REFETCH_MS,
    staleTime: 0,
  });
}

export function useRedrive(me: string) {
  const { ask } = useSeat();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (ids: string[]) => ask<Redriven>("POST", "admin/parked/redrive", { ids }),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.parked(me) }),
  });
}
