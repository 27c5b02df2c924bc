/** Stocks one by one: list, change, halt and resume them. */

import { Button } from "@mantine/core";
import { useState } from "react";
import { useStocks } from "../hooks/market.ts";
import { Answer } from "../parts/Answer.tsx";
import { Panel } from "../parts/Panel.tsx";
import { EmptyRow, Table } from "../parts/Table.tsx";
import { AdminRow } from "./AdminRow.tsx";
import { StockForm } from "./StockForm.tsx";

const COLUMNS = [
  { title: "Stock" },
  { title: "State" },
  { title: "Previous close", numeric: true },
  { title: "Tick", numeric: true, wide: true },
  { title: "Lot", numeric: true, wide: true },
  { title: "Rules", wide: true },
  { title: "Actions", titleHidden: true },
];

export function Stocks() {
  const stocks = useStocks();
  const [listing, setListing] = useState(false);
  return (
    <Panel
      title="Stocks"
      flush
      actions={
        <Button
          size="xs"
          onClick={() => {
            setListing(true);
          }}
        >
          List a stock…
        </Button>
      }
    >
      <StockForm
        opened={listing}
        onClose={() => {
          setListing(false);
        }}
      />
      <Answer what="the stocks" query={stocks} lines={10}>
        {({ items }) => (
          <Table caption="Stocks" columns={COLUMNS}>
            {items.length === 0 && (
              <EmptyRow columns={COLUMNS.length}>No stocks are listed yet.</EmptyRow>
            )}
            {items.map((stock) => (
              <AdminRow key={stock.symbol} stock={stock} />
            ))}
          </Table>
        )}
      </Answer>
    </Panel>
  );
}
