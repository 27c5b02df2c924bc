import { screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import { UploadPanel } from "./UploadPanel.tsx";

const outcome = (dry_run: boolean, to: string) => ({
  status: 200,
  body: {
    dry_run,
    added: [],
    changed: [{ symbol: "ACME", field: "name", from: "Acme", to }],
    unchanged: 0,
  },
});
const press = (name: string) => userEvent.click(screen.getByRole("button", { name }));

test("the last upload is taken back once it is seen what that changes", async () => {
  const requests = exchangeAnswers({
    "POST admin/stocks/upload/undo?dry_run=true": [outcome(true, "Before")],
    "POST admin/stocks/upload/undo?dry_run=false": [outcome(false, "Before")],
  });
  show(<UploadPanel />);
  await press("Take the last upload back…");
  await within(await screen.findByRole("table", { name: "Difference" })).findByText("Before");
  screen.getByText("This would be done:");
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Apply" }).disabled).toBe(true);
  await press("Take it back");
  await screen.findByText("Done:");
  expect(requests.map(({ what }) => what)).toEqual([
    "POST admin/stocks/upload/undo?dry_run=true",
    "POST admin/stocks/upload/undo?dry_run=false",
  ]);
  expect(screen.queryByRole("button", { name: "Take it back" })).toBeNull();
});

test("the same file can be taken again once it is corrected", async () => {
  show(<UploadPanel />);
  const input = screen.getByLabelText<HTMLInputElement>("A sheet");
  await userEvent.upload(input, new File(["symbol"], "a.csv", { type: "text/csv" }));
  const sheet = screen.getByLabelText<HTMLTextAreaElement>("The sheet");
  await expect.poll(() => sheet.value).toBe("symbol");
  // As the browser asks for a change of what is chosen.
  expect(input.files).toHaveLength(0);
});
