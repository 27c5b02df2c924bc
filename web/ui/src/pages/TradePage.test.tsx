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
import { TradePage } from "./TradePage.tsx";

test("an address that names no stock opens none", async () => {
  exchangeAnswers({
    "GET stocks": [{ status: 200, body: { items: [{ symbol: "ACME", name: "Acme" }] } }],
  });
  const root = createRootRoute();
  const trade = createRoute({
    getParentRoute: () => root,
    path: "/trade/$symbol",
    component: TradePage,
  });
  const history = createMemoryHistory({ initialEntries: ["/trade/ACMEE"] });
  const router = createRouter({ routeTree: root.addChildren([trade]), history });
  show(
    <MeContext value={{ user_id: "u1", name: "Ann", role: "trader" }}>
      <RouterProvider router={router as never} />
    </MeContext>,
  );
  await screen.findByRole("heading", { name: "There is no stock ACMEE" });
  expect(screen.getByRole("link", { name: "See all stocks" }).getAttribute("href")).toBe("/market");
});
