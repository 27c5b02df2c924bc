import { useEffect, useState } from "react";

/** What the browser's tab is called while a page is shown. */
export function Title({ children }: { children: string }) {
  return <title>{`${children} – Stock exchange`}</title>;
}

/** Reads out what another page is called: the browser does so for the first one only. */
export function TitleSaid() {
  const [said, setSaid] = useState("");
  useEffect(() => {
    const observer = new MutationObserver(() => {
      setSaid(document.title);
    });
    observer.observe(document.head, { childList: true, subtree: true, characterData: true });
    return () => {
      observer.disconnect();
    };
  }, []);
  return (
    <p className="hidden" role="status" aria-label="Page">
      {said}
    </p>
  );
}
