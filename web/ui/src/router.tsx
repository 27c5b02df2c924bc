/** Which address shows which page. Each page's script is loaded when it is first opened. */

import {
  createRootRoute,
  createRoute,
  createRouter,
  lazyRouteComponent,
  redirect,
} from "@tanstack/react-router";
import { App } from "./App.tsx";
import { Broken } from "./parts/Broken.tsx";
import { Loading } from "./parts/Loading.tsx";
import { NotFound } from "./parts/NotFound.tsx";
import { STATUS } from "./show.ts";
import type { OrderStatus } from "./wire.ts";

const root = createRootRoute({ component: App, notFoundComponent: NotFound });

const home = createRoute({
  getParentRoute: () => root,
  path: "/",
  beforeLoad: () => {
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's own way
    throw redirect({ to: "/trade" });
  },
});

const text = (value: unknown) => (typeof value === "string" && value !== "" ? value : undefined);

const TradePage = lazyRouteComponent(() => import("./pages/TradePage.tsx"), "TradePage");

/** The stock that was looked at last. */
const trade = createRoute({
  getParentRoute: () => root,
  path: "/trade",
  validateSearch: (search: Record<string, unknown>): { symbol?: string | undefined } => ({
    symbol: text(search.symbol),
  }),
  beforeLoad: ({ search: { symbol } }) => {
    // Where stocks were once, and still are in bookmarks.
    // eslint-disable-next-line @typescript-eslint/only-throw-error -- the router's own way
    if (symbol !== undefined) throw redirect({ to: "/trade/$symbol", params: { symbol } });
  },
  component: TradePage,
});

const tradeIn = createRoute({
  getParentRoute: () => root,
  path: "/trade/$symbol",
  component: TradePage,
});

interface TwoSearch {
  left?: string | undefined;
  right?: string | undefined;
  symbol?: string | undefined;
}

const two = createRoute({
  getParentRoute: () => root,
  path: "/two",
  validateSearch: (search: Record<string, unknown>): TwoSearch => ({
    left: text(search.left),
    right: text(search.right),
    symbol: text(search.symbol),
  }),
  component: lazyRouteComponent(() => import("./pages/TwoPage.tsx"), "TwoPage"),
});

const market = createRoute({
  getParentRoute: () => root,
  path: "/market",
  component: lazyRouteComponent(() => import("./pages/MarketPage.tsx"), "MarketPage"),
});

const portfolio = createRoute({
  getParentRoute: () => root,
  path: "/portfolio",
  component: lazyRouteComponent(() => import("./pages/PortfolioPage.tsx"), "PortfolioPage"),
});

interface OrderSearch {
  status?: OrderStatus | undefined;
  symbol?: string | undefined;
}

const isStatus = (value: unknown): value is OrderStatus =>
  typeof value === "string" && value in STATUS;

const orders = createRoute({
  getParentRoute: () => root,
  path: "/orders",
  validateSearch: (search: Record<string, unknown>): OrderSearch => ({
    status: isStatus(search.status) ? search.status : undefined,
    symbol: text(search.symbol),
  }),
  component: lazyRouteComponent(() => import("./pages/OrdersPage.tsx"), "OrdersPage"),
});

const order = createRoute({
  getParentRoute: () => root,
  path: "/orders/$order_id",
  component: lazyRouteComponent(() => import("./pages/OrderPage.tsx"), "OrderPage"),
});

const account = createRoute({
  getParentRoute: () => root,
  path: "/account",
  component: lazyRouteComponent(() => import("./pages/AccountPage.tsx"), "AccountPage"),
});

const admin = createRoute({
  getParentRoute: () => root,
  path: "/admin",
  component: lazyRouteComponent(() => import("./pages/AdminPage.tsx"), "AdminPage"),
});

const system = createRoute({
  getParentRoute: () => root,
  path: "/system",
  component: lazyRouteComponent(() => import("./pages/SystemPage.tsx"), "SystemPage"),
});

/** Another account, while one is in. */
const enter = createRoute({
  getParentRoute: () => root,
  path: "/enter",
  component: lazyRouteComponent(() => import("./pages/EnterPage.tsx"), "EnterPage"),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    trade,
    tradeIn,
    two,
    market,
    portfolio,
    orders,
    order,
    account,
    admin,
    system,
    enter,
  ]),
  defaultPreload: "intent",
  defaultErrorComponent: Broken,
  defaultPendingComponent: () => <Loading what="the page" />,
});

declare module "@tanstack/react-router" {
  interface Register {
    router: typeof router;
  }
}
