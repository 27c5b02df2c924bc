import { Button } from "@mantine/core";
import type { UseMutationResult } from "@tanstack/react-query";
import { useRef, useState } from "react";
import type { SubmitEvent } from "react";
import { Problem } from "../api.ts";
import { ambiguity, decimal, parseInput, toWire, ZERO } from "../decimal.ts";
import { useFirstComplaint } from "../hooks/complaints.ts";
import { Failure } from "../parts/Failure.tsx";
import { Field } from "../parts/Field.tsx";
import { money } from "../show.ts";
import type { DecimalText, Moved } from "../wire.ts";
import { uuid7 } from "../uuid7.ts";
import "./move.css";

const DEED = { deposits: "Deposit", withdrawals: "Withdraw" } as const;

interface Move {
  id: string;
  amount: DecimalText;
}

interface Props {
  way: keyof typeof DEED;
  move: UseMutationResult<Moved, Error, Move>;
  available: DecimalText | undefined;
}

/** Cash into an account, or out of it: my own, or, by an admin, another's. */
export function MoveForm({ way, move, available }: Props) {
  const [text, setText] = useState("");
  const [complaints, setComplaints] = useState<{ amount?: string }>({});
  const form = useFirstComplaint(complaints);
  /** Unanswered, it keeps its id: sent again, it still moves money once. */
  const unanswered = useRef<Move | undefined>(undefined);
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const value = parseInput(text);
    if (value === undefined || value === ZERO) {
      setComplaints({ amount: ambiguity(text) ?? "Enter a plain amount like 1000 or 49.95." });
      return;
    }
    if (way === "withdrawals" && available !== undefined && value > decimal(available)) {
      setComplaints({ amount: `Not more than the ${money(available)} that are available.` });
      return;
    }
    const amount = toWire(value);
    const known = unanswered.current?.amount === amount ? unanswered.current : undefined;
    unanswered.current = known ?? { id: uuid7(), amount };
    move.mutate(unanswered.current, {
      onSuccess: () => {
        unanswered.current = undefined;
        setText("");
      },
      onError: (error) => {
        if (!(error instanceof Problem) || error.undecided) return;
        unanswered.current = undefined;
        if (error.field === "amount") setComplaints({ amount: error.message });
      },
    });
  };

  return (
    <form ref={form} className="move" aria-label={DEED[way]} noValidate onSubmit={onSubmit}>
      <Field
        label={`Amount to ${DEED[way].toLowerCase()}`}
        value={text}
        hint={way === "deposits" ? "It is there at once." : `${money(available)} can be withdrawn.`}
        complaint={complaints.amount}
        onChange={(value) => {
          setText(value);
          setComplaints({});
        }}
      />
      <Button type="submit" variant="default" loading={move.isPending}>
        {DEED[way]}
      </Button>
      <p role="status" className="small quiet">
        {move.isSuccess && `Done. ${money(move.data.cash.available)} available.`}
      </p>
      {move.error && complaints.amount === undefined && (
        <Failure
          error={move.error}
          unsure="It may be done all the same. Sending it again unchanged is safe: it moves money once."
        />
      )}
    </form>
  );
}
