import { useNetwork } from "@mantine/hooks";
import { useEffect } from "react";

const reload = () => {
  location.reload();
};

/** Also for a page whose part cannot be loaded: offline, or because the exchange was updated meanwhile. */
export function Broken() {
  const { online } = useNetwork();
  useEffect(() => {
    window.addEventListener("online", reload);
    return () => {
      window.removeEventListener("online", reload);
    };
  }, []);
  return (
    <main className="entrance" role="alert">
      <h1>This page cannot be shown</h1>
      {online ? (
        <>
          <p>
            It ran into an error of its own, or is older than the exchange. Your orders are safe.
          </p>
          <button type="button" className="reload" onClick={reload}>
            Reload the page
          </button>
        </>
      ) : (
        <p>It was not opened before, and you are offline. It comes as soon as the network does.</p>
      )}
    </main>
  );
}
