/** Where a form goes on when it is not taken as it is. */

import { useEffect, useRef } from "react";

/** What Mantine makes of a field that has an error; of a password's, only the latter. */
const WRONG = "[aria-invalid=true], input[data-invalid]";

/** The ref of a form whose first wrong field gets the focus with each complaint: it is read out. */
export function useFirstComplaint(complaints: unknown) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>(WRONG)?.focus();
  }, [complaints]);
  return form;
}
