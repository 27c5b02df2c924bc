/** Where a form goes on when it is not taken as it is. */

import { useEffect, useRef } from "react";

/** What Mantine makes of a field that has an error; of a password's, only the latter. */
const WRONG = "[aria-invalid=true], input[data-invalid]";

/** The form's ref. With each new complaint its first field that is complained about has the focus, and so is read out. */
export function useFirstComplaint(complaints: unknown) {
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => {
    form.current?.querySelector<HTMLElement>(WRONG)?.focus();
  }, [complaints]);
  return form;
}
