/** Who sits where: as the address says, as far as those people are there. */

import type { DemoPerson } from "../wire.ts";

export interface Seats {
  left: DemoPerson;
  right: DemoPerson;
}

/** Two people, never the same; who is signed in sits left if nobody else is wanted there. */
export function chosen(
  people: DemoPerson[],
  left: string | undefined,
  right: string | undefined,
  me: string,
): Seats | undefined {
  const find = (user_id: string | undefined) => people.find((one) => one.user_id === user_id);
  const others = (than: DemoPerson | undefined) => people.filter((one) => one !== than);
  const wanted = find(right);
  const first = find(left) ?? others(wanted).find(({ user_id }) => user_id === me);
  const atLeft = first ?? others(wanted)[0];
  const atRight = wanted !== atLeft && wanted !== undefined ? wanted : others(atLeft)[0];
  return atLeft && atRight && { left: atLeft, right: atRight };
}
