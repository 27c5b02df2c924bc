import { Button, Modal, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { Problem } from "../api.ts";
import { useChangeStock, useListStock } from "../hooks/admin.ts";
import { Failure } from "../parts/Failure.tsx";
import type { Stock } from "../wire.ts";
import { changeOf, complaintsAbout, FIXED, instrumentOf, LABELS, textOf } from "./stockForm.ts";
import type { StockComplaints, StockText } from "./stockForm.ts";

const TERMS: (keyof StockText)[] = [
  "symbol",
  "name",
  "previous_close",
  "currency",
  "tick_size",
  "lot_size",
];

const RULES: (keyof StockText)[] = [
  "days",
  "opens",
  "closes",
  "basis_points",
  "limit_state_seconds",
  "halt_seconds",
  "auction_seconds",
];

interface Props {
  /** Another one is listed, without. */
  stock?: Stock;
  opened: boolean;
  onClose: () => void;
}

export function StockForm({ stock, opened, onClose }: Props) {
  const title = stock === undefined ? "List a stock" : `Change ${stock.symbol}`;
  return (
    <Modal opened={opened} onClose={onClose} title={title} size="lg">
      <Form stock={stock} title={title} onClose={onClose} />
    </Modal>
  );
}

interface FormProps {
  stock: Stock | undefined;
  title: string;
  onClose: () => void;
}

/** Mounted with each opening, so that it begins with the stock as it is. */
function Form({ stock, title, onClose }: FormProps) {
  const [text, setText] = useState(() => textOf(stock));
  const [complaints, setComplaints] = useState<StockComplaints>({});
  const list = useListStock();
  const change = useChangeStock(stock?.symbol ?? "");
  const error = list.error ?? change.error;
  const field = error instanceof Problem ? error.field?.split(".").at(-1) : undefined;

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const complaints = complaintsAbout(text);
    setComplaints(complaints);
    if (Object.keys(complaints).length > 0) return;
    if (stock === undefined) list.mutate(instrumentOf(text), { onSuccess: onClose });
    else if (Object.keys(changeOf(text, stock)).length === 0) onClose();
    else change.mutate(changeOf(text, stock), { onSuccess: onClose });
  };
  const input = (name: keyof StockText) => (
    <TextInput
      key={name}
      label={LABELS[name]}
      value={text[name]}
      disabled={stock !== undefined && FIXED.includes(name)}
      error={complaints[name] ?? (field === name && error?.message)}
      onChange={(event) => {
        setText({ ...text, [name]: event.currentTarget.value });
        setComplaints({});
      }}
    />
  );

  return (
    <form className="stack" aria-label={title} noValidate onSubmit={onSubmit}>
      <div className="stock-fields">{TERMS.map(input)}</div>
      <fieldset className="stock-fields">
        <legend>Rules; all empty: it trades at all times, at all prices, without auctions</legend>
        {RULES.map(input)}
      </fieldset>
      {error && (
        <Failure
          error={error}
          unsure="It may have been done: the list shows it. Saying the same again does no harm."
        />
      )}
      <div className="row">
        <Button type="submit" loading={list.isPending || change.isPending}>
          {stock === undefined ? "List it" : "Change it"}
        </Button>
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
      </div>
    </form>
  );
}
