import { Button, PasswordInput, TextInput } from "@mantine/core";
import { useState } from "react";
import type { SubmitEvent } from "react";
import { Problem } from "../api.ts";
import { useFirstComplaint } from "../hooks/complaints.ts";
import { useLogIn, useSignUp } from "../hooks/session.ts";
import { Failure } from "../parts/Failure.tsx";

interface Props {
  deed: "login" | "signup";
  onEntered: () => void;
}

/** To log in, or to sign up: a new account is a trader's, and empty. */
export function PasswordForm({ deed, onEntered }: Props) {
  const [login, setLogin] = useState("");
  const [password, setPassword] = useState("");
  const [name, setName] = useState("");
  const [logIn, signUp] = [useLogIn(), useSignUp()];
  const isNew = deed === "signup";
  const sending = isNew ? signUp : logIn;
  const said = complaintsOf(sending.error);
  const form = useFirstComplaint(sending.error);

  const onSubmit = (event: SubmitEvent<HTMLFormElement>) => {
    event.preventDefault();
    const called = isNew && name.trim() !== "" ? { name: name.trim() } : {};
    sending.mutate({ login: login.trim(), password, ...called }, { onSuccess: onEntered });
  };

  return (
    <form
      ref={form}
      aria-label={isNew ? "Sign up" : "Log in"}
      className="stack password-form"
      noValidate
      onSubmit={onSubmit}
    >
      <TextInput
        label="Login"
        autoComplete="username"
        description={isNew ? "3 to 64 letters, digits or . _ @ + -" : undefined}
        value={login}
        error={said.login}
        onChange={(event) => {
          setLogin(event.currentTarget.value);
        }}
      />
      {isNew && (
        <TextInput
          label="Name"
          autoComplete="name"
          description="As the exchange calls you. The login, if empty."
          value={name}
          error={said.name}
          onChange={(event) => {
            setName(event.currentTarget.value);
          }}
        />
      )}
      <PasswordInput
        label="Password"
        autoComplete={isNew ? "new-password" : "current-password"}
        description={isNew ? "8 characters or more, and not a common one." : undefined}
        value={password}
        error={said.password}
        onChange={(event) => {
          setPassword(event.currentTarget.value);
        }}
      />
      <Button type="submit" loading={sending.isPending} disabled={login === "" || password === ""}>
        {isNew ? "Sign up" : "Log in"}
      </Button>
      {sending.error && said.others && (
        <Failure
          error={sending.error}
          unsure={isNew ? "The account may have been opened: try to log in." : undefined}
        />
      )}
    </form>
  );
}

/** At its field, if the exchange names one. */
function complaintsOf(error: Error | null) {
  const field = error instanceof Problem ? error.field : undefined;
  const at = (name: string) => (field === name ? error?.message : undefined);
  const all = { login: at("login"), name: at("name"), password: at("password") };
  return { ...all, others: Object.values(all).every((said) => said === undefined) };
}
