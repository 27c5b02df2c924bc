import { screen, waitFor } from "@testing-library/react";
import { expect, test } from "vitest";
import { usePortfolio } from "../hooks/portfolio.ts";
import { keys } from "../queries.ts";
import { Answer } from "./Answer.tsx";
import { exchangeAnswers, show } from "./stage.tsx";

function Cash() {
  const portfolio = usePortfolio("u1");
  return (
    <Answer what="cash" of={keys.portfolio("u1")} query={portfolio}>
      {({ cash }) => <p>{cash.total}</p>}
    </Answer>
  );
}

const body = { user_id: "u1", cash: { total: "1000" } };
const headers = {
  age: "12",
  "cache-status": 'exchange; hit; ttl=-12; detail="portfolio does not answer"',
};

test("an old answer says how old it is and why, until there is a new one", async () => {
  exchangeAnswers({
    "GET portfolio": [
      { status: 200, body, headers },
      { status: 200, body },
    ],
  });
  show(<Cash />);
  const why = await screen.findByText("Old: portfolio does not answer.");
  expect(why.parentElement?.textContent).toMatch(/ As of \d+ seconds ago\.$/);
  expect(screen.getByText("1000")).toBeTruthy();
  await waitFor(() => {
    expect(screen.queryByText(/seconds ago/)).toBeNull();
  });
  expect(screen.getByText("1000")).toBeTruthy();
});

test("an answer that a proxy kept is no stale answer of ours", async () => {
  exchangeAnswers({ "GET portfolio": [{ status: 200, body, headers: { age: "12" } }] });
  show(<Cash />);
  await screen.findByText("1000");
  expect(screen.queryByText(/^Old/)).toBeNull();
});
