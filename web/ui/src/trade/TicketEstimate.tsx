import { use } from "react";
import { averagePrice, preview } from "../cost.ts";
import type { Fee } from "../cost.ts";
import { format, formatRounded, parseInput, ZERO } from "../decimal.ts";
import type { Decimal } from "../decimal.ts";
import { useTerms } from "../hooks/market.ts";
import { usePortfolio } from "../hooks/portfolio.ts";
import { DepthContext, useLiveStock } from "../live/live.ts";
import { basisPoints, priceDecimals, quantityDecimals } from "../show.ts";
import type { Ticket } from "../ticket.ts";
import type { MarketTerms, Stock } from "../wire.ts";

interface Props {
  user_id: string;
  ticket: Ticket;
  stock: Stock;
}

const NOTHING = "–";

/** What the order comes to and what there is for it. A warning only: the exchange decides. */
export function TicketEstimate({ user_id, ticket, stock }: Props) {
  const depth = use(DepthContext);
  const { data: portfolio } = usePortfolio(user_id);
  const { data: terms, isError } = useTerms();
  // A market order's worst price comes from the last one, and what trades at once from the phase.
  const seen = preview(ticket, useLiveStock(stock), depth, portfolio, terms);
  const { cost, fee, total, held, sweep, available, left, exceeds } = seen;
  const buying = ticket.side === "buy";
  const unit = buying ? stock.currency : stock.symbol;
  const amount = (value: Decimal | undefined) =>
    value === undefined ? NOTHING : format(value, buying ? 2 : quantityDecimals(stock.lot_size));
  const cash = (value: Decimal | undefined) => (value === undefined ? NOTHING : format(value, 2));
  const average = ticket.type === "market" && sweep ? averagePrice(sweep) : undefined;
  const wanted = parseInput(ticket.quantity) ?? ZERO;
  const short = ticket.type === "market" && sweep !== undefined && sweep.filled < wanted;
  return (
    <div className="estimate">
      <dl aria-label="Estimate">
        <Line name={`Available ${unit}`} value={amount(available)} />
        {average !== undefined && (
          <Line
            name="Average price, about"
            value={formatRounded(average, priceDecimals(stock.tick_size))}
          />
        )}
        <Line name={`${buying ? "Cost" : "Proceeds"}, about`} value={cash(cost)} />
        <Line name={feeName(fee, terms)} value={cash(fee?.amount)} />
        <Line name={`${buying ? "Total" : "You get"} ${stock.currency}`} value={cash(total)} />
        {(buying || held !== undefined) && (
          <Line
            name={buying ? "Held until it is filled" : `Held for its exit ${stock.currency}`}
            value={cash(held)}
          />
        )}
        <Line name={`Left afterwards ${unit}`} value={amount(left)} />
      </dl>
      {isError && <p className="quiet small">The fees are not known right now.</p>}
      {ticket.type === "trailing_stop" && (
        <p className="quiet small">At the best prices there are, once its stop price is met.</p>
      )}
      {short && (
        <p className="complaint">
          Only {format(sweep.filled, 0)} are on offer now; the rest would be canceled.
        </p>
      )}
      {exceeds && (
        <p className="complaint">
          {left !== undefined && left < ZERO
            ? "This is more than what is available."
            : "More would be held than what is available."}
        </p>
      )}
    </div>
  );
}

function feeName(fee: Fee | undefined, terms: MarketTerms | undefined): string {
  if (fee === undefined || terms === undefined) return "Fee";
  const maker = basisPoints(terms.maker_fee_basis_points);
  const taker = basisPoints(terms.taker_fee_basis_points);
  switch (fee.of) {
    case "taker":
      return `Fee, taker ${taker}`;
    case "maker":
      return `Fee, maker ${maker}`;
    case "both":
      return `Fee, taker ${taker} and maker ${maker}`;
    case "worst":
      return `Fee, at most (maker ${maker}, taker ${taker})`;
  }
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="tabular">{value}</dd>
    </div>
  );
}
