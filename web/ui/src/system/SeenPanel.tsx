import { Button } from "@mantine/core";
import { useAudit } from "../hooks/system.ts";
import { Failure } from "../parts/Failure.tsx";
import { Panel } from "../parts/Panel.tsx";
import { moment } from "../show.ts";
import type { Verdict } from "../wire.ts";
import type { Seen } from "./timeline.ts";

const SIGN = { done: "→", worse: "▼", better: "▲" };
const WORD = { done: "Done", worse: "Worse", better: "Better" };

/** What was done and what was seen since, newest first; and whether everything adds up. */
export function SeenPanel({ seen, verdict }: { seen: Seen[]; verdict: Verdict }) {
  const audit = useAudit();
  return (
    <Panel
      title="What was seen"
      actions={
        <Button
          size="xs"
          loading={audit.isPending || verdict.state === "running"}
          onClick={() => {
            audit.mutate();
          }}
        >
          Audit
        </Button>
      }
    >
      {audit.error && <Failure error={audit.error} />}
      <div role="status" aria-label="Verdict">
        <VerdictText verdict={verdict} />
      </div>
      {seen.length === 0 ? (
        <p className="quiet">Nothing yet. Break something.</p>
      ) : (
        <ol className="seen" aria-label="Timeline" tabIndex={0}>
          {seen.map(({ at, kind, text }, n) => (
            <li key={seen.length - n} className={`seen-${kind}`}>
              <time className="tabular quiet small" dateTime={at}>
                {moment(at)}
              </time>
              <span>
                <span aria-hidden="true">{SIGN[kind]} </span>
                <span className="hidden">{WORD[kind]}: </span>
                {text}
              </span>
            </li>
          ))}
        </ol>
      )}
    </Panel>
  );
}

function VerdictText({ verdict }: { verdict: Verdict }) {
  switch (verdict.state) {
    case "none":
      return (
        <p className="quiet small">
          The audit adds up money, shares, orders and books over all five databases. It runs by
          itself when what you broke has healed.
        </p>
      );
    case "running":
      return <p>The audit is running, and waits for a quiet moment…</p>;
    case "failed":
      return (
        <p className="complaint">
          <strong>The audit could not be done:</strong> {verdict.message}
        </p>
      );
    case "done":
      return verdict.findings.length === 0 ? (
        <p className="gain">
          <strong>✓ The audit found nothing wrong</strong>{" "}
          <span className="quiet">as of {moment(verdict.at)}</span>
        </p>
      ) : (
        <div className="loss">
          <strong>✕ The audit found {verdict.findings.length} things wrong:</strong>
          <ul className="findings">
            {verdict.findings.map((finding) => (
              <li key={finding}>{finding}</li>
            ))}
          </ul>
        </div>
      );
  }
}
