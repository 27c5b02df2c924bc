/** The market's statistics as they come: each message is all there is to say. */

import { useQueryClient } from "@tanstack/react-query";
import { useEffect } from "react";
import { useStatistics } from "../hooks/market.ts";
import { keys } from "../queries.ts";
import type { StatisticsEvent } from "../wire.ts";
import { useLive } from "./live.ts";
import { useChannel } from "./useChannel.ts";

export function useLiveStatistics() {
  const live = useLive();
  const queries = useQueryClient();
  const { socket } = live;
  useEffect(() => {
    const onStatistics = (event: StatisticsEvent) => {
      queries.setQueryData(keys.statistics, event);
    };
    socket.on("statistics", onStatistics);
    return () => {
      socket.off("statistics", onStatistics);
    };
  }, [socket, queries]);
  // Refused, the last answer of REST stays.
  useChannel(live, { channel: "statistics" });
  return useStatistics();
}
