import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import type { Feed } from "../wire.ts";
import { FeedNote } from "./FeedNote.tsx";
import { show } from "./stage.tsx";

const quote = { bid: "91234.5", ask: "91234.57", at: "2026-01-01T00:00:00Z" };

test.each([
  [{ source: "binance", stale: true }, "Nothing has been heard of Binance yet."],
  [{ source: "polygon", stale: true, quote }, "Nothing has been heard of Polygon.io since"],
] as [Feed, string][])("a silent market explains why market orders are refused", (feed, words) => {
  show(<FeedNote feed={feed} />);
  const text = screen.getByRole("status").textContent;
  expect(text).toContain(words);
  expect(text).toContain("Market orders are refused until something is");
});

test("a market that is heard shows what it pays, and who follows none says nothing", () => {
  show(<FeedNote feed={{ source: "binance", stale: false, quote }} />);
  expect(screen.getByText("Follows Binance: 91,234.50 bid, 91,234.57 asked")).toBeTruthy();
  show(<FeedNote feed={undefined} />);
  expect(screen.getAllByRole("status").map(({ textContent }) => textContent)).toEqual(["", ""]);
});
