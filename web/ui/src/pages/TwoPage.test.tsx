import {
  createMemoryHistory,
  createRootRoute,
  createRoute,
  createRouter,
} from "@tanstack/react-router";
import { RouterProvider } from "@tanstack/react-router";
import { screen } from "@testing-library/react";
import { expect, test } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import { MeContext } from "../shell/me.ts";
import type { Person } from "../wire.ts";
import { TwoPage } from "./TwoPage.tsx";

const ann: Person = { user_id: "u1", name: "Ann", role: "trader" };

test.each([
  [[], "This exchange is not in demo mode"],
  [[{ ...ann, cash: "5", total_value: "5" }], "only one demo account"],
])("with %j there are no two", async (items, expected) => {
  exchangeAnswers({
    "GET demo/users": [{ status: 200, body: { items } }],
    "GET stocks": [{ status: 200, body: { items: [] } }],
  });
  const root = createRootRoute();
  const two = createRoute({ getParentRoute: () => root, path: "/two", component: TwoPage });
  const history = createMemoryHistory({ initialEntries: ["/two"] });
  const router = createRouter({ routeTree: root.addChildren([two]), history });
  show(
    <MeContext value={ann}>
      <RouterProvider router={router as never} />
    </MeContext>,
  );
  await screen.findByRole("heading", { name: "Two accounts on one screen are for demos" });
  expect(screen.getByText(expected, { exact: false })).toBeTruthy();
});
