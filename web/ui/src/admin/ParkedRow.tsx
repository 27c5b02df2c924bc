import { Checkbox, Code, UnstyledButton } from "@mantine/core";
import { useId, useState } from "react";
import { age, moment } from "../show.ts";
import type { ParkedMessage } from "../wire.ts";
import { canBeTakenUp, readable } from "./parked.ts";

interface Props {
  message: ParkedMessage;
  columns: number;
  chosen: boolean;
  onChoose: (chosen: boolean) => void;
}

export function ParkedRow({ message, columns, chosen, onChoose }: Props) {
  const [opened, setOpened] = useState(false);
  const body = useId();
  const { parked_id, reason, parked_at, key, partition } = message;
  const open = canBeTakenUp(message);
  return (
    <>
      <tr data-parked-id={parked_id}>
        <td>
          <Checkbox
            size="sm"
            checked={chosen && open}
            disabled={!open}
            aria-label={open ? `Choose: ${reason}` : `Can only be read: ${reason}`}
            onChange={(event) => {
              onChoose(event.currentTarget.checked);
            }}
          />
        </td>
        <th scope="row">
          <UnstyledButton
            className="parked-reason"
            aria-expanded={opened}
            aria-controls={opened ? body : undefined}
            onClick={() => {
              setOpened(!opened);
            }}
          >
            <span aria-hidden="true">{opened ? "▾" : "▸"}</span> {reason}
          </UnstyledButton>
        </th>
        <td className="number">
          <time dateTime={parked_at} title={moment(parked_at)}>
            {age(parked_at)}
          </time>
        </td>
        <td className="wide anywhere small">{key ?? <span className="quiet">none</span>}</td>
        <td className="wide">{partition}</td>
      </tr>
      {opened && (
        <tr id={body}>
          <td colSpan={columns}>
            <Detail message={message} />
          </td>
        </tr>
      )}
    </>
  );
}

function Detail({ message }: { message: ParkedMessage }) {
  const { partition, key, sender, stream, seq, source, parked_at, body, body_bytes } = message;
  const { text, note } = readable(body, body_bytes);
  return (
    <div className="stack parked-detail">
      <dl className="admin-facts">
        <dt>For</dt>
        <dd>{partition}</dd>
        <dt>From</dt>
        <dd>{stream === null ? `${sender}, by ${source}` : `${stream}, ${String(seq)}`}</dd>
        <dt>Key</dt>
        <dd>{key ?? "none: nothing waits behind it"}</dd>
        <dt>Parked</dt>
        <dd>{moment(parked_at)}</dd>
      </dl>
      {!canBeTakenUp(message) && (
        <p className="quiet small">
          It belongs to no stream, so it can be read here, and not taken up again.
        </p>
      )}
      {note !== undefined && <p className="quiet small">{note}</p>}
      <Code block tabIndex={0} role="region" aria-label="The message">
        {text}
      </Code>
    </div>
  );
}
