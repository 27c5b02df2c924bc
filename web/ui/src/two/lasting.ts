/** A session that is held in memory, for as long as somebody asks with it. */

/** So long before its end a token is not used any more: a request takes its time. */
const SPARE_S = 60;

export interface Token {
  token: string;
  expires_in_s: number;
}

/** Its token, entered anew before it is over. Whoever asks meanwhile waits for the same one. */
export function lasting(
  enter: () => Promise<Token>,
  now_ms = () => Date.now(),
): () => Promise<string> {
  let held: { token: Promise<Token>; until_ms: number } | undefined;
  return async () => {
    if (held === undefined || now_ms() >= held.until_ms) {
      const entering = { token: enter(), until_ms: Infinity };
      const begun_ms = now_ms();
      held = entering;
      entering.token.then(
        ({ expires_in_s }) => {
          entering.until_ms = begun_ms + (expires_in_s - SPARE_S) * 1_000;
        },
        () => {
          held = undefined;
        },
      );
    }
    return (await held.token).token;
  };
}
