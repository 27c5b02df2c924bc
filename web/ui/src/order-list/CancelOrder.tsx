import { Button } from "@mantine/core";
import { useCancelOrder } from "../hooks/orders.ts";
import { Failure } from "../parts/Failure.tsx";
import { summary } from "../show.ts";
import type { Order } from "../wire.ts";

/** Asks for the cancel; whether it came in time, the order's status says. */
export function CancelOrder({ order }: { order: Order }) {
  const cancel = useCancelOrder(order.user_id);
  return (
    <>
      <Button
        variant="default"
        size="compact-sm"
        aria-label={`Cancel order: ${summary(order)}`}
        disabled={cancel.isPending}
        onClick={() => {
          cancel.mutate(order.order_id);
        }}
      >
        Cancel
      </Button>
      <span role="status" className="quiet small">
        {cancel.isSuccess && "Cancel requested"}
      </span>
      {cancel.error && (
        <Failure
          error={cancel.error}
          unsure="The cancel may be on its way. Asking again is safe."
        />
      )}
    </>
  );
}
