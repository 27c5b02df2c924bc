/** What admins do to stocks: list, change, halt and resume them, one by one or from a sheet. */

import { useState } from "react";
import { Button } from "@mantine/core";
import { StockForm } from "../admin/StockForm.tsx";
import { AdminRow } from "../admin/AdminRow.tsx";
import { UploadPanel } from "../admin/UploadPanel.tsx";
import "../admin/admin.css";
import { useStocks } from "../hooks/market.ts";
import { Answer } from "../parts/Answer.tsx";
import { Panel } from "../parts/Panel.tsx";
import { EmptyRow, Table } from "../parts/Table.tsx";
import { useSignedIn } from "../shell/me.ts";

const COLUMNS = [
  { title: "Stock" },
  { title: "State" },
  { title: "Previous close", numeric: true },
  { title: "Tick", numeric: true, wide: true },
  { title: "Lot", numeric: true, wide: true },
  { title: "Rules", wide: true },
  { title: "Actions", titleHidden: true },
];

export function AdminPage() {
  const me = useSignedIn();
  if (me.role !== "admin") {
    return (
      <div className="page">
        <h1>Admin</h1>
        <p>This page is for admins; you are signed in as a {me.role}.</p>
      </div>
    );
  }
  return (
    <div className="page">
      <h1>Admin</h1>
      <UploadPanel />
      <Stocks />
    </div>
  );
}

function Stocks() {
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
