/** What surrounds every page of an account. Mounted anew for another account. */

import { Notifications, notifications } from "@mantine/notifications";
import { Outlet, useLocation } from "@tanstack/react-router";
import { useEffect } from "react";
import { LiveProvider } from "../live/LiveProvider.tsx";
import { SHOWN_MAX } from "../live/toasts.ts";
import { ConnectionBanner } from "../parts/ConnectionBanner.tsx";
import { TitleSaid } from "../parts/Title.tsx";
import type { Person } from "../wire.ts";
import { Header } from "./Header.tsx";
import { MeContext } from "./me.ts";

export default function SignedIn({ me }: { me: Person }) {
  // There the desks tell what happens to whom.
  const quiet = useLocation({ select: ({ pathname }) => pathname === "/two" });
  // They are kept outside React, and are not the next one's.
  useEffect(
    () => () => {
      notifications.clean();
    },
    [],
  );
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
        <Notifications position="bottom-left" limit={SHOWN_MAX} />
      </LiveProvider>
    </MeContext>
  );
}
