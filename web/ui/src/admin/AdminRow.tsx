import { Badge, Button } from "@mantine/core";
import { useState } from "react";
import { useHalt } from "../hooks/admin.ts";
import { Failure } from "../parts/Failure.tsx";
import { price, rulesInWords } from "../show.ts";
import type { Stock } from "../wire.ts";
import { StockForm } from "./StockForm.tsx";

export function AdminRow({ stock }: { stock: Stock }) {
  const [changing, setChanging] = useState(false);
  const halt = useHalt(stock.symbol);
  const halted = stock.state === "halted";
  return (
    <tr data-symbol={stock.symbol}>
      <th scope="row">
        {stock.symbol} <span className="quiet">{stock.name}</span>
      </th>
      <td>
        <Badge variant="light" color={halted ? "orange" : "teal"}>
          {halted ? "Halted" : "Open"}
        </Badge>
      </td>
      <td className="number">
        {price(stock.previous_close, stock.tick_size)} {stock.currency}
      </td>
      <td className="number wide">{stock.tick_size}</td>
      <td className="number wide">{stock.lot_size}</td>
      <td className="wide small">{rulesInWords(stock.rules)}</td>
      <td>
        <div className="row admin-actions">
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`Change ${stock.symbol}`}
            onClick={() => {
              setChanging(true);
            }}
          >
            Change…
          </Button>
          <Button
            variant="default"
            size="compact-sm"
            aria-label={`${halted ? "Resume" : "Halt"} ${stock.symbol}`}
            loading={halt.isPending}
            onClick={() => {
              halt.mutate(halted ? "resume" : "halt");
            }}
          >
            {halted ? "Resume" : "Halt"}
          </Button>
        </div>
        {halt.error && (
          <Failure
            error={halt.error}
            unsure="It may have been done: the list shows it. Saying it again does no harm."
          />
        )}
        <StockForm
          stock={stock}
          opened={changing}
          onClose={() => {
            setChanging(false);
          }}
        />
      </td>
    </tr>
  );
}
