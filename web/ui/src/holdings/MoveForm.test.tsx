import type { UseMutationResult } from "@tanstack/react-query";
import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import { show } from "../parts/stage.tsx";
import type { Moved } from "../wire.ts";
import { MoveForm } from "./MoveForm.tsx";

type Move = UseMutationResult<Moved, Error, { id: string; amount: string }>;

test("a complaint brings one back to the field, each time", async () => {
  show(<MoveForm way="withdrawals" move={{} as Move} available="5" />);
  const field = screen.getByLabelText("Amount to withdraw");
  await userEvent.type(field, "10");
  for (const time of [1, 2]) {
    await userEvent.click(screen.getByRole("button", { name: "Withdraw" }));
    screen.getByText("Not more than the 5.00 that are available.");
    expect(document.activeElement, `time ${time}`).toBe(field);
  }
});
