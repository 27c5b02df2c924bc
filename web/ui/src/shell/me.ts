/** Whose pages these are. */

import { createContext, use } from "react";
import type { Person } from "../wire.ts";

export const MeContext = createContext<Person | undefined>(undefined);

export function useSignedIn(): Person {
  const me = use(MeContext);
  if (me === undefined) throw new Error("nobody is signed in here");
  return me;
}
