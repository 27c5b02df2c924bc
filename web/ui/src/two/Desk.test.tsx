import { screen, waitFor } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import type { DemoPerson } from "../wire.ts";
import { Desk } from "./Desk.tsx";

interface Options {
  auth: (say: (data: { token: string }) => void) => void;
}
const sockets: Options[] = [];

vi.mock("socket.io-client", () => ({
  io: (options: Options) => {
    sockets.push(options);
    const nothing = () => undefined;
    return { on: nothing, off: nothing, connect: nothing, disconnect: nothing, active: true };
  },
}));

const ann = {
  user_id: "u1",
  name: "Ann",
  role: "trader",
  cash: "5",
  total_value: "7",
} as DemoPerson;
const session = (token: string) => ({ status: 200, body: { ...ann, token, expires_in_s: 600 } });
const stock = {
  symbol: "ACME",
  name: "Acme",
  currency: "USD",
  tick_size: "0.01",
  lot_size: "1",
  last_price: "10",
  previous_close: "10",
  phase: "continuous",
};
const portfolio = {
  user_id: "u1",
  cash: { total: "5", held: "0", available: "5" },
  holdings: [],
  total_value: "7",
};
const refusal = { status: 401, code: "not_signed_in", detail: "the session has ended" };
const answers = {
  "GET auth/me": [{ status: 200, body: ann }],
  "GET stocks": [{ status: 200, body: { items: [stock] } }],
  "GET portfolio": [{ status: 200, body: portfolio }],
  "GET orders?limit=50": [{ status: 200, body: { items: [] } }],
  "GET orders?status=pending&limit=200": [{ status: 200, body: { items: [] } }],
  "GET orders?status=open&limit=200": [{ status: 200, body: { items: [] } }],
};

/** By what each request said who it is. The session that ends is over once it asks for the portfolio. */
function sessionsOf(script: Parameters<typeof exchangeAnswers>[0], ends?: string) {
  exchangeAnswers(script);
  const answer = fetch;
  const asked: [string, string | undefined][] = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit & { headers: Record<string, string> }) => {
    const session = init.headers.authorization;
    asked.push([url.replace("/api/v1/", ""), session]);
    const over = asked.some(([what, by]) => what === "portfolio" && by === ends);
    if (!over || session !== ends) return answer(url, init);
    return Promise.resolve(new Response(JSON.stringify(refusal), { status: 401 }));
  });
  return asked;
}

test("who sits at a desk asks and listens by a token of his own", async () => {
  const asked = sessionsOf({ ...answers, "POST demo/token": [session("t1")] });
  show(<Desk person={ann} symbol="ACME" onNews={vi.fn()} />);
  await screen.findByRole("region", { name: "What Ann has" });
  expect(asked[0]).toEqual(["demo/token", undefined]);
  expect(new Set(asked.slice(1).map(([, session]) => session))).toEqual(new Set(["Bearer t1"]));
  const say = vi.fn();
  sockets.at(-1)?.auth(say);
  await waitFor(() => {
    expect(say).toHaveBeenCalledWith({ token: "t1" });
  });
});

test("a silent market is said, since it explains a refused market order", async () => {
  const silent = { ...stock, feed: { source: "binance", stale: true } };
  sessionsOf({
    ...answers,
    "GET stocks": [{ status: 200, body: { items: [silent] } }],
    "POST demo/token": [session("t1")],
  });
  show(<Desk person={ann} symbol="ACME" onNews={vi.fn()} />);
  const note = await screen.findByRole("status", { name: "Market that is followed" });
  expect(note.textContent).toContain("Nothing has been heard of Binance yet.");
});

test("a session that has ended is said, and entered again by hand", async () => {
  const tokens = { "POST demo/token": [session("t1"), session("t2")] };
  const asked = sessionsOf({ ...answers, ...tokens }, "Bearer t1");
  show(<Desk person={ann} symbol="ACME" onNews={vi.fn()} />);
  await screen.findByText("Ann’s session has ended.");
  expect(asked.filter(([what]) => what === "demo/token")).toHaveLength(1);
  await userEvent.click(screen.getByRole("button", { name: "Enter again as Ann" }));
  await screen.findByRole("region", { name: "What Ann has" });
  expect(asked.at(-1)?.[1]).toBe("Bearer t2");
});

test("whoever may not be entered is refused at his desk", async () => {
  const detail = "this exchange is not in demo mode";
  sessionsOf({
    ...answers,
    "POST demo/token": [{ status: 403, body: { status: 403, code: "not_allowed", detail } }],
  });
  show(<Desk person={ann} symbol="ACME" onNews={vi.fn()} />);
  expect((await screen.findByRole("alert")).textContent).toContain(detail);
});
