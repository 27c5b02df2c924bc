import { Button } from "@mantine/core";
import type { ReactNode } from "react";

interface Props {
  query: { hasNextPage: boolean; isFetchingNextPage: boolean; fetchNextPage: () => unknown };
  children: ReactNode;
}

/** The next page of a list, if there is one. */
export function MoreButton({ query, children }: Props) {
  if (!query.hasNextPage) return null;
  return (
    <div className="more-button">
      <Button
        variant="default"
        size="xs"
        loading={query.isFetchingNextPage}
        onClick={() => void query.fetchNextPage()}
      >
        {children}
      </Button>
    </div>
  );
}
