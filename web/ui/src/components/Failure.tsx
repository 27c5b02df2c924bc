interface Props {
  error: Error;
  onRetry?: () => void;
}

/** What went wrong, in the exchange's own words. */
export function Failure({ error, onRetry }: Props) {
  return (
    <div className="failure" role="alert">
      <p>
        <strong>Error:</strong> {error.message}
      </p>
      {onRetry && (
        <button type="button" onClick={onRetry}>
          Try again
        </button>
      )}
    </div>
  );
}
