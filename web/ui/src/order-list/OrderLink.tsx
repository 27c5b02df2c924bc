import { Link } from "@tanstack/react-router";
import type { ReactNode } from "react";
import { useSeat } from "../seat.ts";

interface Props {
  order_id: string;
  className?: string;
  children: ReactNode;
}

/** To the order's own page. Pages are the browser's own session's: from another seat none leads there. */
export function OrderLink({ order_id, className, children }: Props) {
  const { name } = useSeat();
  if (name !== undefined) return <span>{children}</span>;
  return (
    <Link to="/orders/$order_id" params={{ order_id }} className={className}>
      {children}
    </Link>
  );
}
