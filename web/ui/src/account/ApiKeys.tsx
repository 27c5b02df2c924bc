import { Button, Code, CopyButton, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { useApiKeys, useMakeApiKey, useRemoveApiKey } from "../hooks/session.ts";
import { Answer } from "../parts/Answer.tsx";
import { Check } from "../parts/Check.tsx";
import { Failure } from "../parts/Failure.tsx";
import { Panel } from "../parts/Panel.tsx";
import { EmptyRow, Table } from "../parts/Table.tsx";
import { moment } from "../show.ts";
import type { ApiKey } from "../wire.ts";

const COLUMNS = [
  { title: "Name" },
  { title: "May" },
  { title: "Made", wide: true },
  { title: "Actions", titleHidden: true },
];

export function ApiKeys({ user_id }: { user_id: string }) {
  const keys = useApiKeys(user_id);
  const remove = useRemoveApiKey(user_id);
  return (
    <Panel title="API keys">
      <p className="quiet small">
        For programs: to read what this account may read, or to trade. A key opens neither money
        transfers nor these settings.
      </p>
      <Answer what="the API keys" query={keys}>
        {(items) => (
          <Table caption="API keys" columns={COLUMNS}>
            {items.length === 0 && <EmptyRow columns={COLUMNS.length}>No keys yet.</EmptyRow>}
            {items.map((key) => (
              <Row
                key={key.key_id}
                apiKey={key}
                busy={remove.isPending}
                onRemove={() => {
                  remove.mutate(key.key_id);
                }}
              />
            ))}
          </Table>
        )}
      </Answer>
      {remove.error && (
        <Failure
          error={remove.error}
          unsure="It may be deleted: the list shows it. Deleting it again does no harm."
        />
      )}
      <NewKey user_id={user_id} />
    </Panel>
  );
}

interface RowProps {
  apiKey: ApiKey;
  busy: boolean;
  onRemove: () => void;
}

function Row({ apiKey: { name, scopes, made_at }, busy, onRemove }: RowProps) {
  return (
    <tr>
      <th scope="row">{name}</th>
      <td>{scopes.join(", ")}</td>
      <td className="wide">
        <time dateTime={made_at}>{moment(made_at)}</time>
      </td>
      <td>
        <Button
          variant="default"
          size="compact-sm"
          aria-label={`Remove key ${name}`}
          disabled={busy}
          onClick={onRemove}
        >
          Remove
        </Button>
      </td>
    </tr>
  );
}

function NewKey({ user_id }: { user_id: string }) {
  const [name, setName] = useState("");
  const [trade, setTrade] = useState(false);
  const make = useMakeApiKey(user_id);
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    make.mutate(
      { name: name.trim(), scopes: trade ? ["read", "trade"] : ["read"] },
      {
        onSuccess: () => {
          setName("");
        },
      },
    );
  };
  return (
    <form className="stack" aria-label="New API key" noValidate onSubmit={onSubmit}>
      <TextInput
        label="Name of the new key"
        value={name}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      <Check
        label="It may trade"
        hint="Else it may only read."
        checked={trade}
        onChange={setTrade}
      />
      <div className="row">
        <Button
          type="submit"
          variant="default"
          disabled={name.trim() === ""}
          loading={make.isPending}
        >
          Make a key
        </Button>
      </div>
      <div role="status">
        {make.data && (
          <div className="new-key">
            <p>Keep it safe now: it is shown this once.</p>
            <Code block>{make.data.text}</Code>
            <CopyButton value={make.data.text}>
              {({ copied, copy }) => (
                <Button size="xs" variant="default" onClick={copy}>
                  {copied ? "Copied" : "Copy"}
                </Button>
              )}
            </CopyButton>
          </div>
        )}
      </div>
      {make.error && (
        <Failure
          error={make.error}
          unsure="A key may have been made that nobody has seen: delete it from the list, and make another."
        />
      )}
    </form>
  );
}
