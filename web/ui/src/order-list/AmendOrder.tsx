import { Button } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { validateWish } from "../amendment.ts";
import type { Wish, WishComplaints } from "../amendment.ts";
import { Problem } from "../api.ts";
import { useFirstComplaint } from "../hooks/complaints.ts";
import { useStocks } from "../hooks/market.ts";
import { useAmendOrder } from "../hooks/orders.ts";
import { Failure } from "../parts/Failure.tsx";
import { Field } from "../parts/Field.tsx";
import { summary } from "../show.ts";
import type { Order } from "../wire.ts";

interface Props {
  order: Order;
  onDone: () => void;
}

/** Another quantity or limit for an order that rests. What came of it, the order's row says. */
export function AmendOrder({ order, onDone }: Props) {
  const { quantity, limit_price } = order;
  const [wish, setWish] = useState<Wish>({ quantity, limit_price: limit_price ?? "" });
  const [complaints, setComplaints] = useState<WishComplaints>({});
  const form = useFirstComplaint(complaints);
  const amend = useAmendOrder(order);
  const stock = useStocks().data?.items.find(({ symbol }) => symbol === order.symbol);
  if (stock === undefined) return <p className="quiet">Loading {order.symbol}…</p>;

  const type = (part: Partial<Wish>) => {
    setWish({ ...wish, ...part });
    setComplaints({});
  };
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const checked = validateWish(wish, order, stock);
    if ("complaints" in checked) {
      setComplaints(checked.complaints);
      return;
    }
    if (Object.keys(checked.change).length === 0) {
      onDone();
      return;
    }
    amend.mutate(checked.change, {
      onSuccess: onDone,
      onError: (error) => {
        const field = error instanceof Problem ? error.field : undefined;
        if (field === "quantity" || field === "limit_price")
          setComplaints({ [field]: error.message });
      },
    });
  };

  return (
    <form
      ref={form}
      aria-label={`Amend: ${summary(order)}`}
      className="amend"
      noValidate
      onSubmit={onSubmit}
    >
      <Field
        label="New quantity"
        value={wish.quantity}
        hint={`Of the whole order, in steps of ${stock.lot_size}.`}
        complaint={complaints.quantity}
        onChange={(quantity) => {
          type({ quantity });
        }}
      />
      <Field
        label="New limit price"
        value={wish.limit_price}
        hint={`In ${stock.currency}, in steps of ${stock.tick_size}.`}
        complaint={complaints.limit_price}
        onChange={(limit_price) => {
          type({ limit_price });
        }}
      />
      <div className="row">
        <Button type="submit" size="sm" loading={amend.isPending}>
          Change order
        </Button>
        <Button variant="default" size="sm" onClick={onDone}>
          Keep it
        </Button>
      </div>
      {amend.error && (
        <Failure
          error={amend.error}
          unsure="The order may be changed all the same. Asking for the same again is safe."
        />
      )}
    </form>
  );
}
