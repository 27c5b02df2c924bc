/** Everybody who has an account: to be looked up, let in, and helped. */

import { Badge, Button, TextInput } from "@mantine/core";
import { useDebouncedValue } from "@mantine/hooks";
import { useState } from "react";
import { usePeople } from "../hooks/people.ts";
import { Answer } from "../parts/Answer.tsx";
import { MoreButton } from "../parts/MoreButton.tsx";
import { Panel } from "../parts/Panel.tsx";
import { EmptyRow, Table } from "../parts/Table.tsx";
import type { Member } from "../wire.ts";
import { AddPerson } from "./AddPerson.tsx";
import { PersonDialog } from "./PersonDialog.tsx";

/** Until somebody has stopped typing. */
const TYPING_MS = 300;
/** As long as a name may be. */
const SEARCH_CHARACTERS_MAX = 64;

const COLUMNS = [
  { title: "Name" },
  { title: "Login", wide: true },
  { title: "Role", wide: true },
  { title: "Account" },
  { title: "Actions", titleHidden: true },
];

export function People({ me }: { me: string }) {
  const [text, setText] = useState("");
  const [search] = useDebouncedValue(text.trim(), TYPING_MS);
  const people = usePeople(me, search);
  const [adding, setAdding] = useState(false);
  const [chosen, setChosen] = useState<string>();
  return (
    <Panel
      title="People"
      flush
      actions={
        <Button
          size="xs"
          onClick={() => {
            setAdding(true);
          }}
        >
          Add a person…
        </Button>
      }
    >
      <div className="filters">
        <TextInput
          type="search"
          label="Search people"
          description="By name, login or id."
          value={text}
          maxLength={SEARCH_CHARACTERS_MAX}
          onChange={(event) => {
            setText(event.currentTarget.value);
          }}
        />
      </div>
      <Answer what="the people" query={people} lines={10}>
        {(items) => (
          <Table caption="People" columns={COLUMNS}>
            {items.length === 0 && (
              <EmptyRow columns={COLUMNS.length}>Nobody is called that.</EmptyRow>
            )}
            {items.map((person) => (
              <Row key={person.user_id} person={person} onChoose={setChosen} />
            ))}
          </Table>
        )}
      </Answer>
      <MoreButton query={people}>Show more people</MoreButton>
      <AddPerson
        me={me}
        opened={adding}
        onClose={() => {
          setAdding(false);
        }}
      />
      <PersonDialog
        me={me}
        user_id={chosen}
        onClose={() => {
          setChosen(undefined);
        }}
      />
    </Panel>
  );
}

interface RowProps {
  person: Member;
  onChoose: (user_id: string) => void;
}

function Row({ person: { user_id, name, login, role, demo, closed_at }, onChoose }: RowProps) {
  const closed = closed_at !== null;
  return (
    <tr data-user-id={user_id}>
      <th scope="row" className="breaks">
        {name}
      </th>
      <td className="wide anywhere">{login ?? <span className="quiet">none</span>}</td>
      <td className="wide">{role}</td>
      <td>
        <Badge variant="light" color={closed ? "gray" : "teal"}>
          {closed ? "Closed" : demo ? "Demo" : "Open"}
        </Badge>
      </td>
      <td>
        <div className="row admin-actions">
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`Manage ${name}`}
            onClick={() => {
              onChoose(user_id);
            }}
          >
            Manage…
          </Button>
        </div>
      </td>
    </tr>
  );
}
