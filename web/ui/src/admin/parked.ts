/** What is parked, made readable. */

import type { ParkedMessage } from "../wire.ts";

/** What is no stream's has no place to which it could go back. */
export function canBeTakenUp({ source }: Pick<ParkedMessage, "source">): boolean {
  return source !== "unreadable";
}

/** A body as JSON with its lines, if it is JSON; else as it came. */
export function readable(body: string, body_bytes: number): { text: string; note?: string } {
  const shown = new TextEncoder().encode(body).length;
  // What is no text is longer as text, so only what is much longer was cut off.
  if (shown < body_bytes) return { text: body, note: `Its beginning; it has ${body_bytes} bytes.` };
  try {
    return { text: JSON.stringify(JSON.parse(body), null, 2) };
  } catch {
    return { text: body, note: "This is no JSON." };
  }
}
