import type { QueryKey } from "@tanstack/react-query";
import type { ReactNode } from "react";
import { AsOf } from "./AsOf.tsx";
import { Failure } from "./Failure.tsx";
import { Loading } from "./Loading.tsx";

interface Query<T> {
  data: T | undefined;
  error: Error | null;
  refetch: () => unknown;
}

interface Props<T> {
  what: string;
  query: Query<T>;
  /** Where its answer is kept: a service that says nothing may have it from before. */
  of?: QueryKey;
  /** How many lines the answer will have, about: the page does not jump when it comes. */
  lines?: number;
  children: (data: T) => ReactNode;
}

/** Draws a query in every state; a failed refresh keeps the old answer and says that it is old. */
export function Answer<T>({ what, query, of, lines, children }: Props<T>) {
  const { data, error, refetch } = query;
  return (
    <>
      {error && <Failure error={error} onRetry={() => void refetch()} />}
      {error && data !== undefined && <p className="quiet">Below is an earlier answer.</p>}
      {!error && data === undefined && <Loading what={what} lines={lines} />}
      {of && <AsOf queryKey={of} />}
      {data !== undefined && children(data)}
    </>
  );
}
