/** What admins do for people: look them up, let them in, move their cash, close their accounts. */

import { keepPreviousData, useInfiniteQuery, useMutation } from "@tanstack/react-query";
import { useQuery, useQueryClient } from "@tanstack/react-query";
import { keys } from "../queries.ts";
import { useSeat } from "../seat.ts";
import type { Member, MemberDetail, Moved, NewMember, Person } from "../wire.ts";
import { nextCursor, page } from "./pages.ts";

/** Nobody is told of others: what admins see of them is asked for anew while they look. */
const REFETCH_MS = 5_000;

/** `me` is the admin: nothing of it is left to whoever comes after. */
export function usePeople(me: string, search: string) {
  const seat = useSeat();
  return useInfiniteQuery({
    queryKey: [...keys.people(me), "list", search],
    queryFn: ({ pageParam }: { pageParam: string | undefined }) =>
      page<Member>(seat, "admin/users", pageParam, { search: search === "" ? undefined : search }),
    initialPageParam: undefined,
    getNextPageParam: nextCursor,
    select: ({ pages }) => pages.flatMap(({ items }) => items),
    placeholderData: keepPreviousData,
    refetchInterval: REFETCH_MS,
  });
}

export function usePerson(me: string, user_id: string) {
  const { ask } = useSeat();
  return useQuery({
    queryKey: [...keys.people(me), "one", user_id],
    queryFn: () => ask<MemberDetail>("GET", `admin/users/${user_id}`),
    refetchInterval: REFETCH_MS,
    staleTime: 0,
  });
}

function usePeopleDeed<T, R>(me: string, deed: (what: T) => Promise<R>) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: deed,
    onSettled: () => queries.invalidateQueries({ queryKey: keys.people(me) }),
  });
}

export function useAddPerson(me: string) {
  const { ask } = useSeat();
  return usePeopleDeed(me, (person: NewMember) => ask<Person>("POST", "admin/users", person));
}

export function useSetPassword(me: string, user_id: string) {
  const { ask } = useSeat();
  return usePeopleDeed(me, (password: string) =>
    ask<undefined>("POST", `admin/users/${user_id}/password`, { password }),
  );
}

export function useCloseFor(me: string, user_id: string) {
  const { ask } = useSeat();
  return usePeopleDeed(me, () => ask<undefined>("DELETE", `admin/users/${user_id}`));
}

/** The id is the caller's, so that an unanswered one can be sent again and moves money once. */
export function useMoveCashOf(me: string, user_id: string, way: "deposits" | "withdrawals") {
  const { ask } = useSeat();
  return usePeopleDeed(me, (move: { id: string; amount: string }) =>
    ask<Moved>("POST", `admin/users/${user_id}/${way}`, move),
  );
}
