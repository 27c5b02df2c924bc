import { decimal, formatCents, parseInput } from "../decimal.ts";
import { usePortfolio } from "../hooks.ts";
import { money, quantity } from "../show.ts";
import { estimate } from "../ticket.ts";
import type { Ticket } from "../ticket.ts";
import type { OrderType, Stock } from "../wire.ts";

const NOT_YET = "Estimated total: –";

const WITHOUT_TOTAL: Record<OrderType, string> = {
  limit: NOT_YET,
  stop: NOT_YET,
  stop_limit: NOT_YET,
  oco: NOT_YET,
  market: "At the best prices there are; what finds none is canceled.",
  trailing_stop: "At the best prices there are, once its stop price is met.",
};

interface Props {
  user_id: string;
  ticket: Ticket;
  stock: Stock;
}

/** What the order comes to and what there is for it. A warning only: the exchange decides. */
export function TicketEstimate({ user_id, ticket, stock }: Props) {
  const { data: portfolio } = usePortfolio(user_id);
  const total = estimate(ticket);
  const wanted = ticket.side === "buy" ? total : parseInput(ticket.quantity);
  const holding = portfolio?.holdings.find(({ symbol }) => symbol === stock.symbol);
  const shares = holding?.available ?? "0";
  const there = ticket.side === "buy" ? portfolio?.cash.available : shares;
  const short = portfolio && wanted !== undefined && there && wanted > decimal(there);
  return (
    <div className="estimate">
      {ticket.side === "buy" ? (
        <p>Cash available: {money(portfolio?.cash.available)}</p>
      ) : (
        <p>
          {stock.symbol} available: {portfolio ? quantity(shares) : "–"}
        </p>
      )}
      <p>
        {total === undefined
          ? WITHOUT_TOTAL[ticket.type]
          : `Estimated total: ${formatCents(total)} ${stock.currency}, before fees`}
      </p>
      {short && <p className="complaint">This is more than what is available.</p>}
    </div>
  );
}
