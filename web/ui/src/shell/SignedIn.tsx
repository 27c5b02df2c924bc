/** What surrounds every page of an account. Mounted anew for another account. */

import { Notifications } from "@mantine/notifications";
import { Outlet, useLocation } from "@tanstack/react-router";
import { LiveProvider } from "../live/LiveProvider.tsx";
import { ConnectionBanner } from "../parts/ConnectionBanner.tsx";
import { TitleSaid } from "../parts/Title.tsx";
import type { Person } from "../wire.ts";
import { Header } from "./Header.tsx";
import { MeContext } from "./me.ts";

export default function SignedIn({ me }: { me: Person }) {
  // There the desks tell what happens to whom.
  const quiet = useLocation({ select: ({ pathname }) => pathname === "/two" });
  return (
    <MeContext value={me}>
      <LiveProvider user_id={me.user_id} quiet={quiet}>
        <a className="skip" href="#page">
          Skip to the page
        </a>
        <Header />
        <ConnectionBanner />
        <main id="page" tabIndex={-1}>
          <Outlet />
        </main>
        <TitleSaid />
        <Notifications position="bottom-left" limit={4} />
      </LiveProvider>
    </MeContext>
  );
}
