import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Phase, PhaseEvent } from "../wire.ts";
import { PhaseNote } from "./PhaseNote.tsx";
import { show } from "./stage.tsx";

const told: PhaseEvent = { symbol: "ACME", sequence: 7, snapshot: true, phase: "auction" };
const auction = { price: "101.5", quantity: "120", imbalance: "30" };

function text(phase: Phase, detail: Partial<PhaseEvent> | undefined): string {
  const { container } = show(
    <PhaseNote phase={phase} told={detail && { ...told, phase, ...detail }} />,
  );
  return container.textContent;
}

test.each([
  ["continuous", {}, ""],
  ["halted", undefined, "Halted Trading is halted; orders rest."],
  [
    "auction",
    { auction: { ...auction, imbalance_side: "buy" } },
    "Auction Orders gather, and trade together at its end." +
      "Indicative price 101.50 for 120, imbalance 30 to buy.",
  ],
  [
    "auction",
    { auction: { quantity: "0", imbalance: "0" } },
    "Auction Orders gather, and trade together at its end.If it ended now, nobody would trade.",
  ],
  ["closed", { phase: "auction", auction }, "Closed Orders rest until trading opens."],
] as [Phase, Partial<PhaseEvent> | undefined, string][])("%s, %o", (phase, detail, expected) => {
  expect(text(phase, detail)).toBe(expected);
});

test("the phase is announced, its auction's prices are not", () => {
  text("auction", { auction });
  expect(screen.getByRole("status").textContent).not.toContain("Indicative");
});
