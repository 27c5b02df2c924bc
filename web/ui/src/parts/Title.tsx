import { useEffect, useState } from "react";

/** What the browser's tab is called while a page is shown. */
export function Title({ children }: { children: string }) {
  return <title>{`${children} – Stock exchange`}</title>;
}

/** Reads out what the page is called when another one has come: the browser does so only for the first. */
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
