/** The time, for what counts seconds. */

import { useEffect, useState } from "react";

export function useNow(): number {
  const [now_ms, setNow] = useState(() => Date.now());
  useEffect(() => {
    const clock = setInterval(() => {
      setNow(Date.now());
    }, 1_000);
    return () => {
      clearInterval(clock);
    };
  }, []);
  return now_ms;
}
