import { EmptyRow, Table } from "../parts/Table.tsx";
import type { UploadOutcome } from "../wire.ts";

const COLUMNS = [{ title: "Stock" }, { title: "Field" }, { title: "From" }, { title: "To" }];

export function Difference({ outcome }: { outcome: UploadOutcome }) {
  const { dry_run, added, changed, unchanged } = outcome;
  return (
    <div className="stack">
      <p>
        <strong>{dry_run ? "This would be done:" : "Done:"}</strong> {added.length} listed,{" "}
        {changed.length} changed, {unchanged} unchanged.
        {added.length > 0 && ` Listed: ${added.join(", ")}.`}
      </p>
      <Table caption="Difference" columns={COLUMNS}>
        {changed.length === 0 && (
          <EmptyRow columns={COLUMNS.length}>No listed stock is changed.</EmptyRow>
        )}
        {changed.map(({ symbol, field, from, to }) => (
          <tr key={`${symbol} ${field}`}>
            <th scope="row">{symbol}</th>
            <td>{field}</td>
            <td>
              <del>{inWords(from)}</del>
            </td>
            <td>
              <ins>{inWords(to)}</ins>
            </td>
          </tr>
        ))}
      </Table>
    </div>
  );
}

function inWords(value: unknown): string {
  if (value === null || value === undefined || value === "") return "nothing";
  return typeof value === "string" ? value : JSON.stringify(value);
}
