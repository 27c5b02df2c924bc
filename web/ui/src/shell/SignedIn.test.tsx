import { notifications, notificationsStore } from "@mantine/notifications";
import { screen } from "@testing-library/react";
import { expect, test, vi } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import SignedIn from "./SignedIn.tsx";

vi.mock("socket.io-client", () => ({
  io: () => {
    const nothing = () => undefined;
    return { on: nothing, off: nothing, connect: nothing, disconnect: nothing, active: true };
  },
}));

// No page is open here.
vi.mock("@tanstack/react-router", async (original) => ({
  ...(await original<object>()),
  Outlet: () => null,
}));

test("the notes of one account are gone with it, also those that wait", async () => {
  exchangeAnswers({ "GET demo/users": [{ status: 200, body: { items: [] } }] });
  const me = { user_id: "u1", name: "Ann", role: "trader" } as const;
  const { unmount } = show(<SignedIn me={me} />);
  for (let n = 0; n < 9; n += 1) notifications.show({ id: `n${n}`, message: `note ${n}` });
  await screen.findByText("note 0");
  unmount();
  const { notifications: shown, queue } = notificationsStore.getState();
  expect([...shown, ...queue]).toEqual([]);
});
