import { Link } from "@tanstack/react-router";
import type { ComponentType, ReactNode } from "react";
import { useDemoUsers } from "../hooks/session.ts";
import { AccountMenu } from "./AccountMenu.tsx";
import { ConnectionState } from "./ConnectionState.tsx";
import {
  IconAdmin,
  IconMarket,
  IconOrders,
  IconPortfolio,
  IconSystem,
  IconTrade,
  IconTwo,
} from "./icons.tsx";
import { useSignedIn } from "./me.ts";
import { ThemeSwitch } from "./ThemeSwitch.tsx";

const PAGES: { to: string; name: ReactNode; icon: ComponentType }[] = [
  { to: "/trade", name: "Trade", icon: IconTrade },
  { to: "/market", name: "Market", icon: IconMarket },
  { to: "/portfolio", name: "Portfolio", icon: IconPortfolio },
  { to: "/orders", name: "Orders", icon: IconOrders },
];

/** The inside of the exchange is behind glass in demo mode only. */
const SYSTEM = { to: "/system", name: "System", icon: IconSystem };

const TWO = {
  to: "/two",
  // A small screen has room for a word.
  name: (
    <span>
      Two<span className="page-more"> at once</span>
    </span>
  ),
  icon: IconTwo,
};
const ADMIN = { to: "/admin", name: "Admin", icon: IconAdmin };

export function Header() {
  const me = useSignedIn();
  const demo = useIsDemo();
  const demos = demo ? [TWO, SYSTEM] : [];
  const pages = [...PAGES, ...demos, ...(me.role === "admin" ? [ADMIN] : [])];
  return (
    <header className="top">
      <Link to="/trade" className="brand">
        <img src="/favicon.svg" alt="" width="24" height="24" />
        <span className="brand-name">Stock exchange</span>
      </Link>
      <nav className="pages" aria-label="Pages">
        {pages.map(({ to, name, icon: Icon }) => (
          <Link key={to} to={to} className="page-link" activeProps={{ "aria-current": "page" }}>
            <Icon />
            {name}
          </Link>
        ))}
      </nav>
      <div className="row top-right">
        <ModeBadge />
        <ConnectionState />
        <ThemeSwitch />
        <AccountMenu />
      </div>
    </header>
  );
}

function useIsDemo(): boolean {
  return (useDemoUsers().data?.items.length ?? 0) > 0;
}

/** In demo mode anybody may be anybody; that is to be seen on every page. */
function ModeBadge() {
  return useIsDemo() ? <span className="tag tag-demo">Demo</span> : null;
}
