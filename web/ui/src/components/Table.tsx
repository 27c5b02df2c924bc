import type { ReactNode } from "react";

export interface Column {
  title: string;
  numeric?: boolean;
  /** Left out where the screen is narrow. */
  wide?: boolean;
}

interface Props {
  caption: string;
  /** The heading above says it already; only screen readers need it again. */
  captionHidden?: boolean;
  columns: Column[];
  children: ReactNode;
}

/** A captioned table that scrolls by itself when it is wider than its place. */
export function Table({ caption, captionHidden = false, columns, children }: Props) {
  return (
    <div className="table-frame" role="region" aria-label={`${caption} table`} tabIndex={0}>
      <table className={captionHidden ? "caption-hidden" : ""}>
        <caption>{caption}</caption>
        <thead>
          <tr>
            {columns.map(({ title, numeric, wide }) => (
              <th key={title} scope="col" className={columnClass(numeric, wide)}>
                {title}
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
