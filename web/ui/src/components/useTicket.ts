/** What the ticket holds, and sending it exactly once. */

import { useRef, useState } from "react";
import { Problem } from "../api.ts";
import { usePlaceOrder } from "../hooks.ts";
import { validate } from "../ticket.ts";
import type { Complaints, Ticket } from "../ticket.ts";
import type { Order, Stock } from "../wire.ts";
import { uuid7 } from "../uuid7.ts";

const BLANK: Ticket = { side: "buy", type: "limit", quantity: "", limit_price: "" };

export function useTicket(stock: Stock) {
  const [ticket, setTicket] = useState(BLANK);
  const [symbol, setSymbol] = useState(stock.symbol);
  const [complaints, setComplaints] = useState<Complaints>({});
  const [sent, setSent] = useState<Order>();
  const place = usePlaceOrder();
  /** An unanswered order keeps its id: sent again unchanged, it is still one order. */
  const unanswered = useRef<{ order_id: string; content: string } | undefined>(undefined);

  if (symbol !== stock.symbol) {
    setSymbol(stock.symbol);
    setTicket({ ...ticket, limit_price: "" });
    setComplaints({});
  }

  const change = (part: Partial<Ticket>) => {
    setTicket({ ...ticket, ...part });
    setComplaints({});
  };

  const submit = () => {
    const checked = validate(ticket, stock);
    if ("complaints" in checked) {
      setComplaints(checked.complaints);
      return;
    }
    const content = JSON.stringify(checked.body);
    const known = unanswered.current?.content === content ? unanswered.current : undefined;
    const order_id = known?.order_id ?? uuid7();
    unanswered.current = { order_id, content };
    place.mutate(
      { order_id, ...checked.body },
      {
        onSuccess: (order) => {
          unanswered.current = undefined;
          setSent(order);
          setTicket((typed) => ({ ...typed, quantity: "" }));
        },
        onError: (error) => {
          if (!(error instanceof Problem) || error.undecided) return;
          unanswered.current = undefined;
          if (error.field === "quantity" || error.field === "limit_price") {
            setComplaints({ [error.field]: error.message });
          }
        },
      },
    );
  };

  return { ticket, complaints, change, submit, sent, error: place.error, busy: place.isPending };
}
