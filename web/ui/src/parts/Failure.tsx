import { Alert, Button } from "@mantine/core";
import { Problem } from "../api.ts";

interface Props {
  error: Error;
  onRetry?: () => void;
}

/** What went wrong, in the exchange's own words. */
export function Failure({ error, onRetry }: Props) {
  return (
    <Alert className="failure" color="red" variant="light" role="alert">
      <p>
        <strong>Error:</strong> {error.message}
      </p>
      {error instanceof Problem && error.status === 429 && <p>{comeBack(error)}</p>}
      {onRetry && (
        <Button size="xs" variant="default" mt="xs" onClick={onRetry}>
          Try again
        </Button>
      )}
    </Alert>
  );
}

function comeBack({ retry_after_s }: Problem): string {
  if (retry_after_s === undefined) return "That was too often. Wait a moment.";
  return `That was too often. Come back in ${retry_after_s} ${retry_after_s === 1 ? "second" : "seconds"}.`;
}
