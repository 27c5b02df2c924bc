import { useLive } from "../live/live.ts";

/** Always in the page, so that a screen reader hears when its text appears. */
export function ConnectionBanner() {
  const lost = useLive().state === "reconnecting";
  return (
    <div className={lost ? "banner" : ""} role="status" aria-label="Connection">
      {lost &&
        "Offline: the live connection is lost. Reconnecting… What you see may be out of date."}
    </div>
  );
}
