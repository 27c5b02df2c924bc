/** Coming in, going out, and what an account can change about itself. */

import { focusManager, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import type { QueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { ask, Problem } from "../api.ts";
import { forgetMine, keys, mayAskAgain } from "../queries.ts";
import { useSeat } from "../seat.ts";
import type { Seat } from "../seat.ts";
import type { ApiKey, DemoPerson, Items, NewApiKey, Person, Scope } from "../wire.ts";

/**
 * Another password ends all sessions but the one that it brings, and the news of that end may be
 * here before its cookie is.
 */
const SECOND_LOOK_MS = 500;
const PASSWORD = ["password"];

async function whoIsIn(seat: Seat, queries: QueryClient, wasIn: boolean): Promise<Person | null> {
  try {
    return await seat.ask<Person>("GET", "auth/me");
  } catch (error) {
    if (!(error instanceof Problem) || error.status !== 401) throw error;
    if (!wasIn) return null;
    do await new Promise((resolve) => setTimeout(resolve, SECOND_LOOK_MS));
    while (queries.isMutating({ mutationKey: PASSWORD }) > 0);
    return whoIsIn(seat, queries, false);
  }
}

/**
 * Who only watches asks for nothing, and the cookie ends ten minutes after it was given: past half
 * of that this question renews it, and may fail once or twice.
 */
const STAYS_IN_BY_ASKING_MS = 2 * 60_000;

/** Null when nobody is signed in. */
export function useMe() {
  const seat = useSeat();
  const queries = useQueryClient();
  return useQuery({
    queryKey: keys.me,
    queryFn: async ({ signal }) => {
      const before = queries.getQueryData<Person | null>(keys.me) ?? null;
      const person = await whoIsIn(seat, queries, before !== null);
      if (signal.aborted || before === null || before.user_id === person?.user_id) return person;
      forgetMine(queries);
      // Who was in learns why he is not any more.
      if (person === null) queries.setQueryData(keys.sessionEnded, true);
      return person;
    },
    // Another window may have switched the account, and the cookie is shared.
    staleTime: 0,
    refetchOnWindowFocus: "always",
    refetchInterval: STAYS_IN_BY_ASKING_MS,
    refetchIntervalInBackground: true,
    // A hidden page would wait with asking again until it is seen, and the next time with it.
    retry: (failures, error) => focusManager.isFocused() && mayAskAgain(failures, error),
  });
}

/** Whether the last session was ended by somebody else, or by its age. */
export function useSessionEnded(): boolean {
  const ended = useQuery({
    queryKey: keys.sessionEnded,
    queryFn: () => false,
    enabled: false,
    initialData: false,
  });
  return ended.data;
}

/** Nobody, outside demo mode. */
export function useDemoUsers() {
  return useQuery({
    queryKey: keys.demoUsers,
    queryFn: () => ask<Items<DemoPerson>>("GET", "demo/users"),
    staleTime: 0,
  });
}

type Credentials = { login: string; password: string; name?: string };

/** Whoever was in before leaves nothing behind. */
async function goOnAs(queries: QueryClient, person: Person | null) {
  await queries.cancelQueries({ queryKey: keys.me });
  forgetMine(queries);
  queries.setQueryData(keys.me, person);
}

/** All windows of a browser share its cookie: whoever is in, or nobody, is so in each of them. */
const WINDOWS = "session";

function useEntered() {
  const queries = useQueryClient();
  return async (person: Person | null) => {
    await goOnAs(queries, person);
    const windows = new BroadcastChannel(WINDOWS);
    windows.postMessage(person);
    windows.close();
  };
}

/** Goes on as whoever was entered in another window. */
export function useOtherWindows() {
  const queries = useQueryClient();
  useEffect(() => {
    const windows = new BroadcastChannel(WINDOWS);
    windows.onmessage = ({ data: person }: MessageEvent<Person | null>) => {
      const me = queries.getQueryData<Person | null>(keys.me);
      if (me?.user_id !== person?.user_id) void goOnAs(queries, person);
    };
    // Side by side, no window is ever hidden, which is all that the library looks for.
    const onFocus = () =>
      void queries.invalidateQueries({ queryKey: keys.me }, { cancelRefetch: false });
    window.addEventListener("focus", onFocus);
    return () => {
      windows.close();
      window.removeEventListener("focus", onFocus);
    };
  }, [queries]);
}

export function useSwitchAccount() {
  const entered = useEntered();
  return useMutation({
    mutationFn: (user_id: string) => ask<Person>("POST", "demo/switch", { user_id }),
    onSuccess: entered,
  });
}

export function useLogIn() {
  const entered = useEntered();
  return useMutation({
    mutationFn: (who: Credentials) => ask<Person>("POST", "auth/login", who),
    meta: { asksForPassword: true },
    onSuccess: entered,
  });
}

export function useSignUp() {
  const entered = useEntered();
  return useMutation({
    mutationFn: (who: Credentials) => ask<Person>("POST", "auth/signup", who),
    onSuccess: entered,
  });
}

export function useLogOut() {
  const entered = useEntered();
  return useMutation({
    mutationFn: () => ask<undefined>("POST", "auth/logout", {}),
    onSuccess: () => entered(null),
  });
}

export function useRename() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (name: string) => ask<Person>("PATCH", "auth/me", { name }),
    onSuccess: (person) => {
      queries.setQueryData(keys.me, person);
    },
  });
}

export function useChangePassword() {
  return useMutation({
    mutationKey: PASSWORD,
    mutationFn: (change: { old: string; new: string }) =>
      ask<Person>("POST", "auth/password", change),
    meta: { asksForPassword: true },
  });
}

export function useCloseAccount() {
  const entered = useEntered();
  return useMutation({
    mutationFn: () => ask<undefined>("DELETE", "auth/me"),
    onSuccess: () => entered(null),
  });
}

export function useApiKeys(user_id: string) {
  return useQuery({
    queryKey: keys.apiKeys(user_id),
    queryFn: () => ask<Items<ApiKey>>("GET", "auth/keys"),
    select: ({ items }) => items,
  });
}

export function useMakeApiKey(user_id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key: { name: string; scopes: Scope[] }) =>
      ask<NewApiKey>("POST", "auth/keys", key),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.apiKeys(user_id) }),
  });
}

export function useRemoveApiKey(user_id: string) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (key_id: string) => ask<undefined>("DELETE", `auth/keys/${key_id}`),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.apiKeys(user_id) }),
  });
}
