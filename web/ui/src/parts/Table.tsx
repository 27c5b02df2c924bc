import { useId } from "react";
import type { ReactNode } from "react";

export interface Column {
  title: string;
  numeric?: boolean;
  /** Left out where the screen is narrow. */
  wide?: boolean;
  /** Only screen readers need its title. */
  titleHidden?: boolean;
}

interface Props {
  /** The heading above says it to those who see. */
  caption: string;
  columns: Column[];
  className?: string;
  children: ReactNode;
}

/** A table that scrolls by itself when it is wider than its place. */
export function Table({ caption, columns, className = "", children }: Props) {
  const id = useId();
  return (
    <div className={`table-frame ${className}`} role="region" aria-labelledby={id} tabIndex={0}>
      <table>
        <caption id={id} className="hidden">
          {caption}
        </caption>
        <thead>
          <tr>
            {columns.map(({ title, numeric, wide, titleHidden }) => (
              <th key={title} scope="col" className={columnClass(numeric, wide)}>
                {titleHidden === true ? <span className="hidden">{title}</span> : title}
              </th>
            ))}
          </tr>
        </thead>
        <tbody>{children}</tbody>
      </table>
    </div>
  );
}

function columnClass(numeric = false, wide = false): string {
  return `${numeric ? "number" : ""} ${wide ? "wide" : ""}`.trim();
}

/** A table's only line when there is nothing in it. */
export function EmptyRow({ columns, children }: { columns: number; children: ReactNode }) {
  return (
    <tr>
      <td colSpan={columns} className="empty">
        {children}
      </td>
    </tr>
  );
}
