import type { SubmitEvent } from "react";
import { ORDER_TYPE, SIDE, TIME_IN_FORCE } from "../show.ts";
import { fieldsOf, TIMES } from "../ticket.ts";
import type { OrderType, Side, Stock } from "../wire.ts";
import { Moment } from "./Moment.tsx";
import { MoreTerms } from "./MoreTerms.tsx";
import { Panel } from "./Panel.tsx";
import { Select } from "./Select.tsx";
import { TicketAmount } from "./TicketAmount.tsx";
import { TicketEstimate } from "./TicketEstimate.tsx";
import { TicketOutcome } from "./TicketOutcome.tsx";
import { useTicket } from "./useTicket.ts";

const SIDES: Side[] = ["buy", "sell"];
const TYPES = Object.keys(ORDER_TYPE) as OrderType[];

interface Props {
  user_id: string;
  stock: Stock;
  symbols: string[];
  onChoose: (symbol: string) => void;
}

export function OrderTicket({ user_id, stock, symbols, onChoose }: Props) {
  const { ticket, complaints, change, submit, sent, error, busy } = useTicket(stock);
  const part = { ticket, stock, complaints, change };
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit();
  };
  return (
    <Panel title="Order ticket" className="ticket">
      <form aria-label="Order ticket" noValidate onSubmit={onSubmit}>
        <div className="sides" role="group" aria-label="Side">
          {SIDES.map((side) => (
            <button
              key={side}
              type="button"
              className={side}
              aria-pressed={ticket.side === side}
              onClick={() => {
                change({ side });
              }}
            >
              {SIDE[side]}
            </button>
          ))}
        </div>
        <Select label="Stock" value={stock.symbol} options={symbols} onChange={onChoose} />
        <Select
          label="Order type"
          value={ticket.type}
          options={TYPES}
          names={ORDER_TYPE}
          onChange={(type) => {
            change({ type });
          }}
        />
        <TicketAmount field="quantity" {...part} />
        <TicketAmount field="stop_price" {...part} />
        <TicketAmount field="trail_amount" {...part} />
        <TicketAmount field="limit_price" {...part} />
        <TicketAmount field="stop_limit_price" {...part} />
        <Select
          label="Time in force"
          value={ticket.time_in_force}
          options={TIMES[ticket.type]}
          names={TIME_IN_FORCE}
          complaint={complaints.time_in_force}
          onChange={(time_in_force) => {
            change({ time_in_force });
          }}
        />
        {fieldsOf(ticket).has("expires_at") && (
          <Moment
            label="Good till"
            value={ticket.expires_at}
            complaint={complaints.expires_at}
            onChange={(expires_at) => {
              change({ expires_at });
            }}
          />
        )}
        <MoreTerms {...part} />
        <TicketEstimate user_id={user_id} ticket={ticket} stock={stock} />
        <button type="submit" className="primary" disabled={busy}>
          {busy ? "Placing order…" : "Place order"}
        </button>
        <TicketOutcome user_id={user_id} sent={sent} error={error} />
      </form>
    </Panel>
  );
}
