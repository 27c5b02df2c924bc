import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { show } from "./stage.tsx";
import { Title, TitleSaid } from "./Title.tsx";

test("a page names the tab, and each further page is read out", async () => {
  const { unmount } = show(<Title>ACME</Title>);
  expect(document.title).toBe("ACME – Stock exchange");
  unmount();
  show(<TitleSaid />);
  expect(screen.getByRole("status", { name: "Page" }).textContent).toBe("");
  show(<Title>Market</Title>);
  await screen.findByText("Market – Stock exchange");
});
