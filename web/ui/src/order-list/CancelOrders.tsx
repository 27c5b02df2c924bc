import { Button } from "@mantine/core";
import { useCancelOrders } from "../hooks/orders.ts";
import { Failure } from "../parts/Failure.tsx";

/** Asks for the cancel of many at once; whether each came in time, its status says. */
export function CancelOrders({ symbol }: { symbol: string | undefined }) {
  const cancel = useCancelOrders();
  const count = cancel.data?.count;
  return (
    <div className="row cancel-many" role="group" aria-label="Cancel many">
      {symbol !== undefined && (
        <Button
          variant="default"
          size="compact-sm"
          disabled={cancel.isPending}
          onClick={() => {
            cancel.mutate(symbol);
          }}
        >
          Cancel all {symbol}
        </Button>
      )}
      <Button
        variant="default"
        size="compact-sm"
        disabled={cancel.isPending}
        onClick={() => {
          cancel.mutate(undefined);
        }}
      >
        Cancel all orders
      </Button>
      <span role="status" className="quiet small">
        {count !== undefined && requested(count)}
      </span>
      {cancel.error && (
        <Failure error={cancel.error} unsure="Cancels may be on their way. Asking again is safe." />
      )}
    </div>
  );
}

function requested(count: number): string {
  if (count === 0) return "There was nothing to cancel.";
  return count === 1 ? "1 cancel requested" : `${count} cancels requested`;
}
