import { Button, Menu } from "@mantine/core";
import { useNavigate } from "@tanstack/react-router";
import { useLogOut } from "../hooks/session.ts";
import { Failure } from "../parts/Failure.tsx";
import { useSignedIn } from "./me.ts";

export function AccountMenu() {
  const me = useSignedIn();
  const logOut = useLogOut();
  const navigate = useNavigate();
  return (
    <>
      <Menu position="bottom-end" width="13rem">
        <Menu.Target>
          <Button variant="default" size="sm" className="who" aria-label={`Account: ${me.name}`}>
            {me.name}
          </Button>
        </Menu.Target>
        <Menu.Dropdown>
          <Menu.Label>
            {me.name}, {me.role}
          </Menu.Label>
          <Menu.Item onClick={() => void navigate({ to: "/account" })}>Account settings</Menu.Item>
          <Menu.Item onClick={() => void navigate({ to: "/enter" })}>Switch account</Menu.Item>
          <Menu.Item
            disabled={logOut.isPending}
            onClick={() => {
              logOut.mutate();
            }}
          >
            Log out
          </Menu.Item>
        </Menu.Dropdown>
      </Menu>
      {logOut.error && <Failure error={logOut.error} />}
    </>
  );
}
