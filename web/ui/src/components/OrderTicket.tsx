import type { SubmitEvent } from "react";
import { SIDE } from "../show.ts";
import type { OrderType, Side, Stock } from "../wire.ts";
import { Field } from "./Field.tsx";
import { Panel } from "./Panel.tsx";
import { TicketEstimate } from "./TicketEstimate.tsx";
import { TicketOutcome } from "./TicketOutcome.tsx";
import { useTicket } from "./useTicket.ts";

const SIDES: Side[] = ["buy", "sell"];

interface Props {
  user_id: string;
  stock: Stock;
  symbols: string[];
  onChoose: (symbol: string) => void;
}

export function OrderTicket({ user_id, stock, symbols, onChoose }: Props) {
  const { ticket, complaints, change, submit, sent, error, busy } = useTicket(stock);
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
        <div className="field">
          <label htmlFor="ticket-stock">Stock</label>
          <select
            id="ticket-stock"
            value={stock.symbol}
            onChange={(event) => {
              onChoose(event.target.value);
            }}
          >
            {symbols.map((symbol) => (
              <option key={symbol}>{symbol}</option>
            ))}
          </select>
        </div>
        <div className="field">
          <label htmlFor="ticket-type">Order type</label>
          <select
            id="ticket-type"
            value={ticket.type}
            onChange={(event) => {
              change({ type: event.target.value as OrderType });
            }}
          >
            <option value="limit">Limit</option>
            <option value="market">Market</option>
          </select>
        </div>
        <Field
          label="Quantity"
          value={ticket.quantity}
          hint={`In steps of ${stock.lot_size}.`}
          complaint={complaints.quantity}
          onChange={(quantity) => {
            change({ quantity });
          }}
        />
        {ticket.type === "limit" && (
          <Field
            label="Limit price"
            value={ticket.limit_price}
            hint={`In ${stock.currency}, in steps of ${stock.tick_size}.`}
            complaint={complaints.limit_price}
            onChange={(limit_price) => {
              change({ limit_price });
            }}
          />
        )}
        <TicketEstimate user_id={user_id} ticket={ticket} stock={stock} />
        <button type="submit" className="primary" disabled={busy}>
          {busy ? "Placing order…" : "Place order"}
        </button>
        <TicketOutcome user_id={user_id} sent={sent} error={error} />
      </form>
    </Panel>
  );
}
