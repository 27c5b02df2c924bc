import { useCancelOrders } from "../hooks.ts";
import { Failure } from "./Failure.tsx";

/** Asks for the cancel of many at once; whether each came in time, its status says. */
export function CancelOrders({ symbol }: { symbol: string | undefined }) {
  const cancel = useCancelOrders();
  const count = cancel.data?.count;
  return (
    <div className="order-status" role="group" aria-label="Cancel many">
      {symbol !== undefined && (
        <button
          type="button"
          disabled={cancel.isPending}
          onClick={() => {
            cancel.mutate(symbol);
          }}
        >
          Cancel all {symbol}
        </button>
      )}
      <button
        type="button"
        disabled={cancel.isPending}
        onClick={() => {
          cancel.mutate(undefined);
        }}
      >
        Cancel all orders
      </button>
      <span role="status" className="quiet">
        {count !== undefined && requested(count)}
      </span>
      {cancel.error && <Failure error={cancel.error} />}
    </div>
  );
}

function requested(count: number): string {
  if (count === 0) return "There was nothing to cancel.";
  return count === 1 ? "1 cancel requested" : `${count} cancels requested`;
}
