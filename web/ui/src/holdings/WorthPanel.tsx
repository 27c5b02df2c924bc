import { lazy, Suspense, useState } from "react";
import { decimal } from "../decimal.ts";
import { usePastWorth } from "../hooks/portfolio.ts";
import { Answer } from "../parts/Answer.tsx";
import { Loading } from "../parts/Loading.tsx";
import { Panel } from "../parts/Panel.tsx";
import type { DecimalText } from "../wire.ts";

const WorthChart = lazy(() => import("./WorthChart.tsx"));

interface Props {
  user_id: string;
  /** What it is worth now. */
  worth: DecimalText;
}

/** Since the first line of the ledger. */
export function WorthPanel({ user_id, worth }: Props) {
  const [now_ms] = useState(() => Date.now());
  const past = usePastWorth(user_id, now_ms);
  return (
    <Panel title="Worth over time" className="worth">
      <Answer what="what it was worth" query={past} lines={8}>
        {(points) =>
          points.length === 0 ? (
            <p className="empty">The account is too new to have a past.</p>
          ) : (
            <Suspense fallback={<Loading what="the chart" lines={8} />}>
              <WorthChart past={points} now={{ at_ms: now_ms, worth: decimal(worth) }} />
            </Suspense>
          )
        }
      </Answer>
    </Panel>
  );
}
