import { screen, within } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import { MeContext } from "../shell/me.ts";
import { systemAt, withProcess } from "../system/sample.ts";
import type { FaultDone, Person } from "../wire.ts";
import { SystemPage } from "./SystemPage.tsx";

const me: Person = { user_id: "u1", name: "Maya", role: "trader" };

const ok = (body: unknown) => ({ status: 200, body });
const nothing = { "GET stocks": [ok({ items: [] })], "GET orders?limit=50": [ok({ items: [] })] };

function open(script: Parameters<typeof exchangeAnswers>[0]) {
  const requests = exchangeAnswers({ ...nothing, ...script });
  show(
    <MeContext value={me}>
      <SystemPage />
    </MeContext>,
  );
  return requests;
}

const made = (fault: FaultDone["fault"], pid: number): FaultDone => ({
  at: systemAt(0.5).at,
  fault,
  outcome: { outcome: "signaled", pid },
});

test("outside of a demo the page says that there is nothing to see, and asks no more", async () => {
  const problem = { code: "not_found", title: "Not found", status: 404, detail: "there is no lab" };
  const requests = open({ "GET system": [{ status: 404, body: problem }] });
  await screen.findByText(/This exchange is no demo/);
  expect(screen.queryByRole("button", { name: /Kill/ })).toBeNull();
  await new Promise((resolve) => setTimeout(resolve, 1_500));
  expect(requests.filter(({ what }) => what === "GET system")).toHaveLength(1);
});

test("each service is told with its state, in the diagram and in a table", async () => {
  open({ "GET system": [ok(withProcess(systemAt(0), "matching", { state: "paused" }))] });
  const diagram = await screen.findByRole("group", { name: "The six services around RabbitMQ" });
  within(diagram).getByRole("button", { name: /^matching.*Paused.*process 20/ });
  const rows = within(screen.getByRole("table", { name: "Processes" }));
  expect(rows.getByRole("row", { name: /^matching/ }).textContent).toContain("Paused");
  await userEvent.click(within(diagram).getByRole("button", { name: /^RabbitMQ to matching/ }));
  screen.getByText("What matching hears");
});

test("a button breaks what it says, is busy meanwhile, and an audit follows the recovery", async () => {
  const kill = { fault: "kill", process: "matching" } as const;
  const killed = made(kill, 20);
  const healed = withProcess(systemAt(2, { faults: [killed] }), "matching", {
    pid: 21,
    restarts: 1,
  });
  const requests = open({
    "GET system": [ok(systemAt(0)), ok(systemAt(1, { faults: [killed] })), ok(healed)],
    "POST system/faults": [{ status: 202, body: killed }],
    "POST system/audit": [{ status: 202, body: { state: "running", since: healed.at } }],
  });
  const button = await screen.findByRole<HTMLButtonElement>("button", { name: "Kill matching" });
  await userEvent.click(button);
  await screen.findByText(/matching is killed \(process 20\)/);
  await screen.findByText(/matching is started again \(process 21\)/);
  expect(requests).toContainEqual({ what: "POST system/faults", body: kill });
  await expect.poll(() => requests.map(({ what }) => what)).toContain("POST system/audit");
});

test("a pause takes as long as was chosen, and what the exchange refuses is told", async () => {
  const problem = {
    code: "not_found",
    title: "Not found",
    status: 404,
    detail: "web does not run",
  };
  const requests = open({
    "GET system": [ok(systemAt(0))],
    "POST system/faults": [{ status: 404, body: problem }],
  });
  await userEvent.selectOptions(await screen.findByLabelText("Seconds of a pause"), "10");
  await userEvent.click(screen.getByRole("button", { name: "Pause RabbitMQ" }));
  const fault = { fault: "pause", process: "rabbitmq", seconds: 10 };
  expect(requests).toContainEqual({ what: "POST system/faults", body: fault });
  await screen.findByText("web does not run");
});

test("while nobody answers the last answer stays, and is marked as old", async () => {
  open({ "GET system": [ok(systemAt(0)), "unreachable"] });
  await screen.findByText("No answer:");
  screen.getByRole("table", { name: "Processes" });
  expect(screen.getAllByText("Stale").length).toBeGreaterThan(0);
});

test("findings are listed", async () => {
  const findings = ["money does not add up", "an order has no hold"];
  open({
    "GET system": [ok(systemAt(0, { audit: { state: "done", at: systemAt(0).at, findings } }))],
  });
  const verdict = await screen.findByRole("status", { name: "Verdict" });
  expect(
    within(verdict)
      .getAllByRole("listitem")
      .map((item) => item.textContent),
  ).toEqual(findings);
});
