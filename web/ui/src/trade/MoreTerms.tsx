import { useState } from "react";
import { Check } from "../parts/Check.tsx";
import { Select } from "../parts/Select.tsx";
import { SELF_TRADE } from "../show.ts";
import { fieldsOf } from "../ticket.ts";
import type { Ticket, TicketField } from "../ticket.ts";
import type { SelfTradePrevention } from "../wire.ts";
import { TicketAmount } from "./TicketAmount.tsx";
import type { TicketPart } from "./TicketAmount.tsx";

const FIELDS: TicketField[] = [
  "post_only",
  "reprice",
  "display_quantity",
  "take_profit_price",
  "stop_loss_price",
  "self_trade_prevention",
];

const PREVENTIONS = Object.keys(SELF_TRADE) as SelfTradePrevention[];

/** What few orders say. Closed, it still tells what is set; a complaint opens it. */
export function MoreTerms(part: TicketPart) {
  const { ticket, complaints, change } = part;
  const [opened, setOpened] = useState(false);
  const fields = fieldsOf(ticket);
  const words = said(ticket, fields);
  return (
    <details
      className="more"
      open={opened || FIELDS.some((field) => complaints[field] !== undefined)}
      onToggle={(event) => {
        setOpened(event.currentTarget.open);
      }}
    >
      <summary>More{words.length > 0 && `: ${words.join(", ")}`}</summary>
      {fields.has("post_only") && (
        <Check
          label="Post-only"
          checked={ticket.post_only}
          hint="Canceled rather than traded as it comes in."
          complaint={complaints.post_only}
          onChange={(post_only) => {
            change({ post_only });
          }}
        />
      )}
      {fields.has("reprice") && (
        <Check
          label="Reprice"
          checked={ticket.reprice}
          hint="Rests one tick away rather than being canceled."
          complaint={complaints.reprice}
          onChange={(reprice) => {
            change({ reprice });
          }}
        />
      )}
      <TicketAmount field="display_quantity" {...part} />
      {fields.has("take_profit_price") && (
        <fieldset className="stack">
          <legend>Bracket</legend>
          <p className="quiet small">
            Once this order has ended, another one leaves again what it got.
          </p>
          <TicketAmount field="take_profit_price" {...part} />
          <TicketAmount field="stop_loss_price" {...part} />
        </fieldset>
      )}
      <Select
        label="If it met an order of mine"
        value={ticket.self_trade_prevention}
        options={PREVENTIONS}
        names={SELF_TRADE}
        complaint={complaints.self_trade_prevention}
        onChange={(self_trade_prevention) => {
          change({ self_trade_prevention });
        }}
      />
    </details>
  );
}

function said(ticket: Ticket, fields: ReadonlySet<TicketField>): string[] {
  const isSet = (field: "display_quantity" | "take_profit_price" | "stop_loss_price") =>
    fields.has(field) && ticket[field].trim() !== "";
  const words = [
    fields.has("post_only") && ticket.post_only && "post-only",
    isSet("display_quantity") && "iceberg",
    (isSet("take_profit_price") || isSet("stop_loss_price")) && "bracket",
    ticket.self_trade_prevention !== "cancel_newest" && "self-trade prevention",
  ];
  return words.filter((word) => typeof word === "string");
}
