import { Badge } from "@mantine/core";
import { useId } from "react";
import type { ReactNode } from "react";

interface Props {
  title: string;
  className?: string;
  /** What is shown may be behind the exchange. */
  stale?: boolean;
  /** Beside the title. */
  actions?: ReactNode;
  /** The content reaches the edges, as tables do. */
  flush?: boolean;
  children: ReactNode;
}

export function Panel(props: Props) {
  const { title, className = "", stale = false, actions, flush = false, children } = props;
  const id = useId();
  return (
    <section className={`panel ${flush ? "panel-flush" : ""} ${className}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        <div className="row">
          {stale && (
            <Badge color="orange" variant="light">
              Stale
            </Badge>
          )}
          {actions}
        </div>
      </header>
      <div className="panel-body">{children}</div>
    </section>
  );
}
