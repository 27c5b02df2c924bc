import type { ReactNode } from "react";

interface Props {
  name: string;
  children: ReactNode;
  note?: ReactNode;
}

/** One number that counts, and its name. */
export function Tile({ name, children, note }: Props) {
  return (
    <div className="tile">
      <dt>{name}</dt>
      <dd>
        <strong className="tabular">{children}</strong>
        {note !== undefined && <span className="small quiet tabular">{note}</span>}
      </dd>
    </div>
  );
}

export function Tiles({ label, children }: { label: string; children: ReactNode }) {
  return (
    <section aria-label={label}>
      <dl className="tiles">{children}</dl>
    </section>
  );
}
