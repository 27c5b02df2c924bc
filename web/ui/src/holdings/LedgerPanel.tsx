import { Button } from "@mantine/core";
import { useState } from "react";
import { useStocksBySymbol } from "../hooks/market.ts";
import { LEDGER_FILE_LINES_MAX, useLedger, useLedgerFile } from "../hooks/portfolio.ts";
import type { LedgerFilter } from "../hooks/portfolio.ts";
import { keys } from "../queries.ts";
import { Answer } from "../parts/Answer.tsx";
import { MoreButton } from "../parts/MoreButton.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Select } from "../parts/Select.tsx";
import { EmptyRow, Table } from "../parts/Table.tsx";
import { count, direction, LEDGER_KIND, moment, signedMoney, signedQuantity } from "../show.ts";
import type { DecimalText, LedgerEntry } from "../wire.ts";

const COLUMNS = [
  { title: "Time" },
  { title: "Kind" },
  { title: "What" },
  { title: "Amount", numeric: true },
  { title: "Reference", wide: true },
];

type Kind = LedgerEntry["kind"] | "all";
const KINDS: Kind[] = ["all", "deposit", "withdrawal", "trade", "fee"];

/** Every movement of cash and shares: nothing that is owned comes from anywhere else. */
export function LedgerPanel({ user_id }: { user_id: string }) {
  const [kind, setKind] = useState<Kind>("all");
  const [what, setWhat] = useState("all");
  const filter = filterOf(kind, what);
  const ledger = useLedger(user_id, filter);
  const file = useLedgerFile(user_id).data ?? [];
  const stocks = useStocksBySymbol();
  const symbols = [...new Set(file.flatMap(({ symbol }) => symbol ?? []))].sort();
  return (
    <Panel
      title="Ledger"
      flush
      actions={
        <Button
          component="a"
          href={`/api/v1/portfolio/ledger.csv?${new URLSearchParams(filter).toString()}`}
          download="ledger.csv"
          variant="default"
          size="xs"
        >
          Download as CSV
        </Button>
      }
    >
      {file.length >= LEDGER_FILE_LINES_MAX && (
        <p className="quiet small ledger-note">
          The file has the newest {count(LEDGER_FILE_LINES_MAX)} lines, and no older ones.
        </p>
      )}
      <div className="filters">
        <Select
          label="Kind"
          value={kind}
          options={KINDS}
          names={{ ...LEDGER_KIND, all: "All kinds" }}
          onChange={setKind}
        />
        <Select
          label="Cash or stock"
          value={what}
          options={["all", "cash", ...symbols]}
          names={{ all: "Everything", cash: "Cash" }}
          onChange={setWhat}
        />
      </div>
      <Answer what="the ledger" of={keys.ledgerLines(user_id, filter)} query={ledger} lines={6}>
        {(lines) => (
          <Table caption="Ledger" columns={COLUMNS}>
            {lines.length === 0 && (
              <EmptyRow columns={COLUMNS.length}>
                {Object.keys(filter).length === 0
                  ? "Nothing has moved yet."
                  : "There are no such lines."}
              </EmptyRow>
            )}
            {lines.map((entry) => (
              <Line
                key={entry.entry_id}
                entry={entry}
                lot={stocks.get(entry.symbol ?? "")?.lot_size}
              />
            ))}
          </Table>
        )}
      </Answer>
      <MoreButton query={ledger}>Show older lines</MoreButton>
    </Panel>
  );
}

function filterOf(kind: Kind, what: string): LedgerFilter {
  const filter: LedgerFilter = kind === "all" ? {} : { kind };
  if (what === "cash") return { ...filter, cash: "true" };
  return what === "all" ? filter : { ...filter, symbol: what };
}

interface LineProps {
  entry: LedgerEntry;
  lot: DecimalText | undefined;
}

function Line({ entry: { kind, symbol, amount, at, reference }, lot }: LineProps) {
  return (
    <tr>
      <td>
        <time dateTime={at}>{moment(at)}</time>
      </td>
      <td>{LEDGER_KIND[kind]}</td>
      <td>{symbol ?? "Cash"}</td>
      <td className={`number ${direction(amount)}`}>
        {symbol === undefined ? signedMoney(amount) : signedQuantity(amount, lot)}
      </td>
      <td className="wide quiet small">{reference}</td>
    </tr>
  );
}
