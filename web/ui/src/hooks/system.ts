/** The inside of a demo's exchange: watched, broken, audited; an order followed through it. */

import { useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useRef } from "react";
import { Problem } from "../api.ts";
import { keys } from "../queries.ts";
import { useSeat } from "../seat.ts";
import type { Seat } from "../seat.ts";
import { answered, unanswered, UNSEEN } from "../system/timeline.ts";
import type { Watched } from "../system/timeline.ts";
import { uuid7 } from "../uuid7.ts";
import type { Fault, FaultDone, Journey, Level, PlaceOrder } from "../wire.ts";
import type { Stock, System, Verdict } from "../wire.ts";
import { usePlaceOrder } from "./orders.ts";

const LOOK_AGAIN_MS = 1_000;
/** web answers within two seconds; one that does not is paused, or gone. */
const ANSWER_LIMIT_MS = 2_500;

/** Looks once a second while the page is to be seen. That nobody answers is news, not an error. */
export function useSystem() {
  const { ask } = useSeat();
  const queries = useQueryClient();
  return useQuery({
    queryKey: keys.system,
    queryFn: async () => {
      const known = () => queries.getQueryData<Watched>(keys.system) ?? UNSEEN;
      try {
        const system = await inTime(ask<System>("GET", "system"));
        return answered(known(), system);
      } catch (error) {
        if (!(error instanceof Problem)) throw error;
        return unanswered(known(), error);
      }
    },
    staleTime: 0,
    structuralSharing: false,
    refetchInterval: ({ state }) => (state.data && isClosed(state.data) ? false : LOOK_AGAIN_MS),
  });
}

/** Whether there is nothing to see: it is no demo. */
export function isClosed({ problem }: Watched): boolean {
  return problem?.status === 404;
}

async function inTime<T>(answer: Promise<T>): Promise<T> {
  const late = new Problem(0, "late", "The exchange does not answer in time.");
  let timer;
  const limit = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(late);
    }, ANSWER_LIMIT_MS);
  });
  try {
    return await Promise.race([answer, limit]);
  } finally {
    clearTimeout(timer);
  }
}

export function useBreak() {
  const { ask } = useSeat();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (fault: Fault) => ask<FaultDone>("POST", "system/faults", fault),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.system }),
  });
}

export function useAudit() {
  const { ask } = useSeat();
  const queries = useQueryClient();
  return useMutation({
    mutationFn: () => ask<Verdict>("POST", "system/audit"),
    onSettled: () => queries.invalidateQueries({ queryKey: keys.system }),
  });
}

/** The journey of an order once nothing is added to it any more. */
export function useFollow() {
  const { ask } = useSeat();
  return useMutation({ mutationFn: (order_id: string) => settled(ask, order_id) });
}

/** The same of a small new order: one lot, at the price of who sells, if somebody does. */
export function usePlaceAndFollow() {
  const { ask } = useSeat();
  const place = usePlaceOrder();
  /** One that nobody has answered is sent again as it was. */
  const unanswered = useRef<PlaceOrder>(undefined);
  return useMutation({
    mutationFn: async (stock: Stock) => {
      const known = unanswered.current?.symbol === stock.symbol ? unanswered.current : undefined;
      const order = known ?? (await smallOrder(ask, stock));
      unanswered.current = order;
      const { order_id } = await place.mutateAsync(order).catch((error: unknown) => {
        if (error instanceof Problem && !error.undecided) unanswered.current = undefined;
        throw error;
      });
      unanswered.current = undefined;
      return settled(ask, order_id);
    },
  });
}

async function smallOrder(ask: Seat["ask"], stock: Stock): Promise<PlaceOrder> {
  const { symbol, lot_size, last_price } = stock;
  const { asks } = await ask<{ asks: Level[] }>("GET", `stocks/${symbol}/depth?levels=1`);
  return {
    order_id: uuid7(),
    symbol,
    side: "buy",
    type: "limit",
    time_in_force: "gtc",
    quantity: lot_size,
    limit_price: asks[0]?.[0] ?? last_price,
  };
}

/** While matching is away, an order stays on its way. */
const LOOKS_MAX = 10;
const NEXT_LOOK_MS = 700;

async function settled(ask: Seat["ask"], order_id: string): Promise<Journey> {
  const look = () => ask<Journey>("GET", `orders/${order_id}/journey`);
  let journey = await look();
  for (let looks = 1; looks < LOOKS_MAX; looks++) {
    await new Promise((resolve) => setTimeout(resolve, NEXT_LOOK_MS));
    const next = await look();
    const isSame = next.hops.length === journey.hops.length && next.status !== "pending";
    journey = next;
    if (isSame && next.is_complete) break;
  }
  return journey;
}
