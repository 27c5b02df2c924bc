/** What the ticket holds, and sending it exactly once. */

import { useRef, useState } from "react";
import { Problem } from "../api.ts";
import { usePlaceOrder } from "../hooks/orders.ts";
import { afterwards, BLANK, changed, fieldsOf, forAnother, pickedAt, validate } from "../ticket.ts";
import type { Body, Complaints, Ticket, TicketField } from "../ticket.ts";
import type { Order, PlaceOrder, Side, Stock } from "../wire.ts";
import { uuid7 } from "../uuid7.ts";

/** A price that somebody took from the depth. Each click is another one. */
export interface Picked {
  side: Side;
  price: string;
}

export function useTicket(stock: Stock, picked: Picked | undefined) {
  const [ticket, setTicket] = useState(BLANK);
  const [symbol, setSymbol] = useState(stock.symbol);
  const [taken, setTaken] = useState(picked);
  const [complaints, setComplaints] = useState<Complaints>({});
  const [sent, setSent] = useState<Order>();
  const place = usePlaceOrder();
  /** An unanswered order keeps its ids: sent again unchanged, it is still one order. */
  const unanswered = useRef<{ order: PlaceOrder; content: string } | undefined>(undefined);

  if (symbol !== stock.symbol) {
    setSymbol(stock.symbol);
    setTicket(forAnother(ticket));
    setComplaints({});
  }
  if (taken !== picked) {
    setTaken(picked);
    if (picked !== undefined) setTicket(pickedAt(ticket, picked.side, picked.price));
    setComplaints({});
  }

  const change = (part: Partial<Ticket>) => {
    setTicket(changed(ticket, part));
    setComplaints({});
  };

  const submit = () => {
    const checked = validate(ticket, stock);
    if ("complaints" in checked) {
      setComplaints(checked.complaints);
      return;
    }
    const content = JSON.stringify(checked.body);
    const known = unanswered.current?.content === content ? unanswered.current.order : undefined;
    const order = known ?? withIds(checked.body);
    unanswered.current = { order, content };
    place.mutate(order, {
      onSuccess: (order) => {
        unanswered.current = undefined;
        setSent(order);
        setTicket(afterwards);
      },
      onError: (error) => {
        if (!(error instanceof Problem) || error.undecided) return;
        unanswered.current = undefined;
        const field = error.field as TicketField | undefined;
        if (field !== undefined && fieldsOf(ticket).has(field))
          setComplaints({ [field]: error.message });
      },
    });
  };

  return { ticket, complaints, change, submit, sent, error: place.error, busy: place.isPending };
}

/** A bracket is two orders, and so has two ids. */
function withIds(body: Body): PlaceOrder {
  const order = { order_id: uuid7(), ...body };
  const exits = body.take_profit_price !== undefined || body.stop_loss_price !== undefined;
  return exits ? { ...order, exit_order_id: uuid7() } : order;
}
