import { Button, SegmentedControl } from "@mantine/core";
import { memo } from "react";
import type { SubmitEvent } from "react";
import { useFirstComplaint } from "../hooks/complaints.ts";
import { Moment } from "../parts/Moment.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Select } from "../parts/Select.tsx";
import { ORDER_TYPE, ORDER_TYPE_MEANS, SIDE, TIME_IN_FORCE } from "../show.ts";
import { fieldsOf, TIMES } from "../ticket.ts";
import type { OrderType, Side, Stock } from "../wire.ts";
import { MoreTerms } from "./MoreTerms.tsx";
import { Shares } from "./Shares.tsx";
import { TicketAmount } from "./TicketAmount.tsx";
import { TicketEstimate } from "./TicketEstimate.tsx";
import { TicketOutcome } from "./TicketOutcome.tsx";
import { useTicket } from "./useTicket.ts";
import type { Picked } from "./useTicket.ts";

const SIDES: Side[] = ["buy", "sell"];
const TYPES = Object.keys(ORDER_TYPE) as OrderType[];

interface Props {
  user_id: string;
  stock: Stock;
  picked: Picked | undefined;
}

/** Drawn anew by what is entered, not by the market; its estimate is. */
export const OrderTicket = memo(function OrderTicket({ user_id, stock, picked }: Props) {
  const { ticket, complaints, change, submit, sent, error, busy } = useTicket(stock, picked);
  const part = { ticket, stock, complaints, change };
  const { side, type } = ticket;
  const form = useFirstComplaint(complaints);
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    submit();
  };
  return (
    <Panel title="Order ticket" className="ticket">
      <form ref={form} aria-label="Order ticket" className="stack" noValidate onSubmit={onSubmit}>
        <SegmentedControl
          fullWidth
          aria-label="Side"
          className={`sides sides-${side}`}
          value={side}
          data={SIDES.map((side) => ({ value: side, label: SIDE[side] }))}
          onChange={(value) => {
            change({ side: value });
          }}
        />
        <Select
          label="Order type"
          value={type}
          options={TYPES}
          names={ORDER_TYPE}
          hint={ORDER_TYPE_MEANS[type]}
          onChange={(type) => {
            change({ type });
          }}
        />
        <TicketAmount field="stop_price" {...part} />
        <TicketAmount field="trail_amount" {...part} />
        <TicketAmount field="limit_price" {...part} />
        <TicketAmount field="stop_limit_price" {...part} />
        <TicketAmount field="quantity" {...part} />
        <Shares user_id={user_id} {...part} />
        <Select
          label="Time in force"
          value={ticket.time_in_force}
          options={TIMES[type]}
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
        <Button type="submit" size="md" color={side === "buy" ? "teal" : "red"} loading={busy}>
          Place {side} order
        </Button>
        <TicketOutcome user_id={user_id} sent={sent} error={error} />
      </form>
    </Panel>
  );
});
