import { lazy, Suspense, useState } from "react";
import { useWorth } from "../hooks/portfolio.ts";
import { Answer } from "../parts/Answer.tsx";
import { Loading } from "../parts/Loading.tsx";
import { Panel } from "../parts/Panel.tsx";
import type { Portfolio } from "../wire.ts";

const WorthChart = lazy(() => import("./WorthChart.tsx"));

/** Since the first line of the ledger. */
export function WorthPanel({ user_id, portfolio }: { user_id: string; portfolio: Portfolio }) {
  const [now_ms] = useState(() => Date.now());
  const worth = useWorth(user_id, portfolio, now_ms);
  return (
    <Panel title="Worth over time" className="worth">
      <Answer what="what it was worth" query={worth} lines={8}>
        {(points) =>
          points.length < 2 ? (
            <p className="empty">The account is too new to have a past.</p>
          ) : (
            <Suspense fallback={<Loading what="the chart" lines={8} />}>
              <WorthChart points={points} />
            </Suspense>
          )
        }
      </Answer>
    </Panel>
  );
}
