import type { Connection } from "../live/useLive.ts";

/** Always in the page, so that a screen reader hears when its text appears. */
export function ConnectionBanner({ connection }: { connection: Connection["state"] }) {
  const lost = connection === "reconnecting";
  return (
    <div className={lost ? "banner" : ""} role="status" aria-label="Connection">
      {lost &&
        "Offline: the live connection is lost. Reconnecting… What you see may be out of date."}
    </div>
  );
}
