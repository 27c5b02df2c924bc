/** Stays subscribed to one channel for as long as it is mounted, over every reconnection. */

import { useEffect, useState } from "react";
import type { Subscription } from "../wire.ts";
import type { Connection } from "./connection.ts";

const ACKNOWLEDGE_TIMEOUT_MS = 5_000;
/** The exchange waits a while itself before it says that it does not know the market yet. */
const UNAVAILABLE_RETRY_MS = 3_000;

/** Another `attempt` subscribes again. Answers with the exchange's refusal, if there is one. */
export function useChannel(
  { socket, state, session }: Connection,
  subscription: Subscription,
  attempt = 0,
): string | undefined {
  const [refusal, setRefusal] = useState<string>();
  const online = state === "online";
  const what = JSON.stringify(subscription);

  useEffect(() => {
    if (!online) return;
    let left = false;
    let retry: ReturnType<typeof setTimeout> | undefined;
    const subscription = JSON.parse(what) as Subscription;
    const subscribe = () => {
      socket.timeout(ACKNOWLEDGE_TIMEOUT_MS).emit("subscribe", subscription, (silence, ack) => {
        if (left) return;
        // A connection that was lost meanwhile subscribes as a new session.
        if (silence as Error | null) {
          if (socket.connected) subscribe();
          return;
        }
        setRefusal(ack.ok ? undefined : ack.message);
        if (!ack.ok && ack.code === "unavailable")
          retry = setTimeout(subscribe, UNAVAILABLE_RETRY_MS);
      });
    };
    subscribe();
    return () => {
      left = true;
      clearTimeout(retry);
      if (socket.connected) socket.emit("unsubscribe", subscription, () => undefined);
    };
  }, [socket, online, session, what, attempt]);

  return refusal;
}
