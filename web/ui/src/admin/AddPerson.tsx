import { Button, Modal, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { Problem } from "../api.ts";
import { useFirstComplaint } from "../hooks/complaints.ts";
import { useAddPerson } from "../hooks/people.ts";
import { Failure } from "../parts/Failure.tsx";
import { Select } from "../parts/Select.tsx";
import type { Role } from "../wire.ts";

const ROLES: readonly Role[] = ["trader", "bot", "admin"];
const ROLE_MEANS: Record<Role, string> = {
  trader: "Trades for itself, in the browser or with API keys.",
  bot: "A program that may also trade over AMQP.",
  admin: "May do everything that this page can.",
};

interface Props {
  me: string;
  opened: boolean;
  onClose: () => void;
}

export function AddPerson({ me, opened, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title="Add a person">
      <Form me={me} onClose={onClose} />
    </Modal>
  );
}

/** Mounted with each opening, so that no password of another is left in it. */
function Form({ me, onClose }: Omit<Props, "opened">) {
  const [login, setLogin] = useState("");
  const [name, setName] = useState("");
  const [password, setPassword] = useState("");
  const [role, setRole] = useState<Role>("trader");
  const add = useAddPerson(me);
  const form = useFirstComplaint(add.error);
  const field = add.error instanceof Problem ? add.error.field : undefined;
  const told = (of: string) => field === of && add.error?.message;
  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const named = name.trim() === "" ? {} : { name };
    add.mutate({ login, password, role, ...named }, { onSuccess: onClose });
  };
  return (
    <form ref={form} className="stack" aria-label="Add a person" noValidate onSubmit={onSubmit}>
      <TextInput
        label="Login"
        description="3 to 64 of letters, digits and . _ @ + -"
        autoComplete="off"
        value={login}
        error={told("login")}
        onChange={(event) => {
          setLogin(event.currentTarget.value);
        }}
      />
      <TextInput
        label="Name"
        description="What others see; the login, if it is left empty."
        autoComplete="off"
        value={name}
        error={told("name")}
        onChange={(event) => {
          setName(event.currentTarget.value);
        }}
      />
      <PasswordInput
        label="Password"
        description="8 characters or more, and not a common one."
        autoComplete="new-password"
        value={password}
        error={told("password")}
        onChange={(event) => {
          setPassword(event.currentTarget.value);
        }}
      />
      <Select
        label="Role"
        value={role}
        options={ROLES}
        hint={ROLE_MEANS[role]}
        onChange={setRole}
      />
      {add.error && !["login", "name", "password"].includes(field ?? "") && (
        <Failure
          error={add.error}
          unsure="The account may have been opened: search for its login before you add it again."
        />
      )}
      <div className="row">
        <Button type="submit" disabled={login === "" || password === ""} loading={add.isPending}>
          Add
        </Button>
        <Button variant="default" onClick={onClose}>
          Leave it
        </Button>
      </div>
    </form>
  );
}
