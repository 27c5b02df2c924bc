/** Messages that could not be taken, and those that wait behind them: to read, and to take up again. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { useParked, useRedrive } from "../hooks/parked.ts";
import { Answer } from "../parts/Answer.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Panel } from "../parts/Panel.tsx";
import { EmptyRow, Table } from "../parts/Table.tsx";
import { count } from "../show.ts";
import type { ParkedMessages, Redriven } from "../wire.ts";
import { ParkedRow } from "./ParkedRow.tsx";
import { canBeTakenUp } from "./parked.ts";

const COLUMNS = [
  { title: "Take up", titleHidden: true },
  { title: "Reason" },
  { title: "Age", numeric: true },
  { title: "Key", wide: true },
  { title: "Partition", wide: true },
];

export function Parked({ me }: { me: string }) {
  const parked = useParked(me);
  const redrive = useRedrive(me);
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const there = (parked.data?.items ?? []).filter(canBeTakenUp);
  // What is gone meanwhile is not asked for.
  const ids = there.map(({ parked_id }) => parked_id).filter((id) => chosen.has(id));
  return (
    <Panel
      title="Parked messages"
      flush
      actions={
        <>
          <Button
            size="xs"
            variant="default"
            disabled={there.length === 0}
            onClick={() => {
              setChosen(new Set(there.map(({ parked_id }) => parked_id)));
            }}
          >
            Choose all
          </Button>
          <Button
            size="xs"
            disabled={ids.length === 0}
            loading={redrive.isPending}
            onClick={() => {
              redrive.mutate(ids, {
                onSuccess: () => {
                  setChosen(new Set());
                },
              });
            }}
          >
            Take up again
          </Button>
        </>
      }
    >
      <div role="status" aria-label="Taken up">
        {redrive.data && <Outcome outcome={redrive.data} />}
      </div>
      {redrive.error && (
        <Failure
          error={redrive.error}
          unsure="They may have been taken up: the list shows what is left."
        />
      )}
      <Answer what="the parked messages" query={parked} lines={5}>
        {(messages) => (
          <>
            <Rest messages={messages} />
            <Table caption="Parked messages" columns={COLUMNS}>
              {messages.items.length === 0 && (
                <EmptyRow columns={COLUMNS.length}>Nothing is parked.</EmptyRow>
              )}
              {messages.items.map((message) => (
                <ParkedRow
                  key={message.parked_id}
                  message={message}
                  columns={COLUMNS.length}
                  chosen={chosen.has(message.parked_id)}
                  onChoose={(yes) => {
                    const others = [...chosen].filter((id) => id !== message.parked_id);
                    setChosen(new Set(yes ? [...others, message.parked_id] : others));
                  }}
                />
              ))}
            </Table>
          </>
        )}
      </Answer>
    </Panel>
  );
}

/** What is parked and not in the table. */
function Rest({ messages: { items, total, missing } }: { messages: ParkedMessages }) {
  const all = missing.length === 0 && total <= items.length;
  if (all) return null;
  return (
    <div className="parked-note">
      {total > items.length && (
        <p className="quiet small">
          The oldest {count(items.length)} of {count(total)}.
        </p>
      )}
      {missing.length > 0 && (
        <p className="small warn">Not everybody’s are shown. {missing.join("; ")}.</p>
      )}
    </div>
  );
}

function Outcome({ outcome: { taken_up, still_parked, missing } }: { outcome: Redriven }) {
  return (
    <p className="parked-note small">
      {count(taken_up)} taken up again, with what waited behind them.
      {still_parked.length > 0 &&
        ` ${count(still_parked.length)} of the chosen cannot be taken still, and stay parked.`}
      {missing.length > 0 && ` Of some it is not known: ${missing.join("; ")}.`}
    </p>
  );
}
