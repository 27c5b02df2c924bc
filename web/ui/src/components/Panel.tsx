import { useId } from "react";
import type { ReactNode } from "react";

interface Props {
  title: string;
  className?: string;
  /** What is shown may be behind the exchange. */
  stale?: boolean;
  children: ReactNode;
}

export function Panel({ title, className = "", stale = false, children }: Props) {
  const id = useId();
  return (
    <section className={`panel ${className}`} aria-labelledby={id}>
      <header className="panel-head">
        <h2 id={id}>{title}</h2>
        {stale && <span className="tag tag-warn">Stale</span>}
      </header>
      {children}
    </section>
  );
}
