import { useCancelOrder } from "../hooks.ts";
import { summary } from "../show.ts";
import type { Order } from "../wire.ts";
import { Failure } from "./Failure.tsx";

/** Asks for the cancel; whether it came in time, the order's status says. */
export function CancelOrder({ order }: { order: Order }) {
  const cancel = useCancelOrder(order.user_id);
  return (
    <>
      <button
        type="button"
        className="plain"
        aria-label={`Cancel order: ${summary(order)}`}
        disabled={cancel.isPending}
        onClick={() => {
          cancel.mutate(order.order_id);
        }}
      >
        Cancel order
      </button>
      <span role="status" className="quiet">
        {cancel.isSuccess && "Cancel requested"}
      </span>
      {cancel.error && <Failure error={cancel.error} />}
    </>
  );
}
