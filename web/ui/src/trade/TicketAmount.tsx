import { Field } from "../parts/Field.tsx";
import { AMOUNTS, fieldsOf, LOTS, stepOf } from "../ticket.ts";
import type { Amount, Complaints, Ticket } from "../ticket.ts";
import type { Stock } from "../wire.ts";

export interface TicketPart {
  ticket: Ticket;
  stock: Stock;
  complaints: Complaints;
  change: (part: Partial<Ticket>) => void;
}

/** One of the ticket's amounts, if it goes with the order's type. */
export function TicketAmount({
  field,
  ticket,
  stock,
  complaints,
  change,
}: TicketPart & { field: Amount }) {
  if (!fieldsOf(ticket).has(field)) return null;
  return (
    <Field
      label={AMOUNTS[field]}
      value={ticket[field]}
      hint={hint(field, ticket, stock)}
      complaint={complaints[field]}
      unit={LOTS.has(field) ? undefined : stock.currency}
      onChange={(value) => {
        change({ [field]: value });
      }}
    />
  );
}

function hint(field: Amount, { side }: Ticket, stock: Stock): string {
  const step = stepOf(field, stock);
  switch (field) {
    case "quantity":
      return `In steps of ${step}.`;
    case "limit_price":
      return `In steps of ${step}.`;
    case "stop_price":
      return `Met by a trade at it or ${side === "buy" ? "above" : "below"}. In steps of ${step}.`;
    case "trail_amount":
      return `How far the stop price follows the market. In steps of ${step}.`;
    case "stop_limit_price":
      return "The limit once the stop price is met. Empty: at market.";
    case "display_quantity":
      return `How much others see at a time, in steps of ${step}. Empty: all of it.`;
    case "take_profit_price":
      return `Where to ${side === "buy" ? "sell" : "buy back"} with a profit. Empty: nowhere.`;
    case "stop_loss_price":
      return `Where to ${side === "buy" ? "sell" : "buy back"} at a loss. Empty: nowhere.`;
  }
}
