import { Skeleton } from "@mantine/core";

const LINES = 3;

/** Grey lines where the answer will be; a screen reader hears what is on its way. */
export function Loading({ what, lines = LINES }: { what: string; lines?: number | undefined }) {
  return (
    <div className="loading" role="status">
      <span className="hidden">Loading {what}…</span>
      {Array.from({ length: lines }, (_, n) => (
        <Skeleton key={n} height="1rem" radius="sm" aria-hidden="true" />
      ))}
    </div>
  );
}
