import { Alert, Button } from "@mantine/core";
import { Problem } from "../api.ts";
import { useNow } from "../hooks/clock.ts";
import { secondsInWords } from "../show.ts";

interface Props {
  error: Error;
  onRetry?: () => void;
  /** Of a deed: what to know where nobody can say whether it was done. */
  unsure?: string | undefined;
}

/** What went wrong, in the exchange's own words, and what that means for a deed. */
export function Failure({ error, onRetry, unsure }: Props) {
  const problem = error instanceof Problem ? error : undefined;
  const wait_s = problem?.status === 429 ? (problem.retry_after_s ?? 1) : undefined;
  const meaning = unsure === undefined ? undefined : meaningOf(problem, unsure);
  return (
    <Alert
      className="failure"
      color={meaning ? "orange" : "red"}
      variant="light"
      role="presentation"
    >
      <div role="alert" ref={unsure === undefined ? undefined : comeIntoView}>
        <p>
          <strong>{meaning?.title ?? "Error"}:</strong> {error.message}
        </p>
        {meaning && <p>{meaning.words}</p>}
      </div>
      {problem && wait_s !== undefined && (
        <Wait until_ms={problem.heard_at_ms + wait_s * 1_000} onRetry={onRetry} />
      )}
      {onRetry && wait_s === undefined && <Again onRetry={onRetry} />}
    </Alert>
  );
}

/** Who pressed a button must not have to look for what came of it. */
function comeIntoView(words: HTMLElement | null) {
  words?.scrollIntoView({ block: "nearest" });
}

function meaningOf(problem: Problem | undefined, unsure: string) {
  if (problem?.code === "not_sent") {
    return { title: "Not sent", words: "Nothing has happened, so it is safe to try again." };
  }
  return problem?.undecided === true ? { title: "Outcome unknown", words: unsure } : undefined;
}

/** Beside what is read out, since it counts the seconds. */
function Wait({ until_ms, onRetry }: { until_ms: number; onRetry: (() => void) | undefined }) {
  const left_s = Math.max(0, Math.ceil((until_ms - useNow()) / 1_000));
  return (
    <>
      <p>
        {left_s > 0 ? `That was too often: wait ${secondsInWords(left_s)}.` : "You may try again."}
      </p>
      {onRetry && <Again onRetry={onRetry} disabled={left_s > 0} />}
    </>
  );
}

function Again({ onRetry, disabled = false }: { onRetry: () => void; disabled?: boolean }) {
  return (
    <Button size="xs" variant="default" mt="xs" disabled={disabled} onClick={onRetry}>
      Try again
    </Button>
  );
}
