import { averagePrice, preview } from "../cost.ts";
import { decimal, format, formatCents, parseInput, ZERO } from "../decimal.ts";
import type { Decimal } from "../decimal.ts";
import { usePortfolio } from "../hooks/portfolio.ts";
import type { Depth } from "../live/depth.ts";
import type { Ticket } from "../ticket.ts";
import type { Stock } from "../wire.ts";

interface Props {
  user_id: string;
  ticket: Ticket;
  stock: Stock;
  depth: Depth | undefined;
}

const NOTHING = "–";

/** What the order comes to and what there is for it. A warning only: the exchange decides. */
export function TicketEstimate({ user_id, ticket, stock, depth }: Props) {
  const { data: portfolio } = usePortfolio(user_id);
  const { cost, sweep, available, left } = preview(ticket, stock, depth, portfolio);
  const buying = ticket.side === "buy";
  const amount = (value: Decimal | undefined) =>
    value === undefined ? NOTHING : buying ? formatCents(value) : format(value, 0);
  const unit = buying ? stock.currency : stock.symbol;
  const average = sweep && averagePrice(sweep);
  const short = sweep !== undefined && sweep.filled < (parseInput(ticket.quantity) ?? ZERO);
  return (
    <div className="estimate">
      <dl>
        <Line name={`Available ${unit}`} value={amount(available)} />
        {average !== undefined && <Line name="Average price, about" value={formatCents(average)} />}
        <Line
          name={buying ? "Cost, before fees" : "Proceeds, before fees"}
          value={cost === undefined ? NOTHING : `${formatCents(cost)} ${stock.currency}`}
        />
        <Line name={`Left afterwards ${unit}`} value={amount(left)} />
      </dl>
      {ticket.type === "trailing_stop" && (
        <p className="quiet small">At the best prices there are, once its stop price is met.</p>
      )}
      {short && (
        <p className="complaint">
          Only {format(sweep.filled, 0)} are on offer now; the rest would be canceled.
        </p>
      )}
      {left !== undefined && left < decimal("0") && (
        <p className="complaint">This is more than what is available.</p>
      )}
    </div>
  );
}

function Line({ name, value }: { name: string; value: string }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd className="tabular">{value}</dd>
    </div>
  );
}
