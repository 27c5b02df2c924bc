import { moment, PHASE_MEANS, price, quantity } from "../show.ts";
import type { Indication, Phase, PhaseEvent } from "../wire.ts";
import { PhaseBadge } from "./PhaseBadge.tsx";

interface Props {
  phase: Phase;
  /** As the book itself says it, once it has. */
  told: PhaseEvent | undefined;
}

/** When the stock does not trade as usual: why, until when, and what its auction comes to. */
export function PhaseNote({ phase, told }: Props) {
  const detail = told?.phase === phase ? told : undefined;
  return (
    <div>
      <p role="status" aria-label="Trading phase">
        {phase !== "continuous" && (
          <>
            <PhaseBadge phase={phase} /> {PHASE_MEANS[phase]}
            {detail?.phase_until !== undefined && ` Until ${moment(detail.phase_until)}.`}
          </>
        )}
      </p>
      {/* Not read out: it may change ten times a second. */}
      {phase === "auction" && detail?.auction && <p>{indicated(detail.auction)}</p>}
    </div>
  );
}

function indicated(auction: Indication): string {
  if (auction.price === undefined) return "If it ended now, nobody would trade.";
  const trade = `Indicative price ${price(auction.price)} for ${quantity(auction.quantity)}`;
  const { imbalance, imbalance_side } = auction;
  if (imbalance_side === undefined) return `${trade}, in balance.`;
  return `${trade}, imbalance ${quantity(imbalance)} to ${imbalance_side}.`;
}
