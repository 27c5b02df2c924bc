import type { Stock } from "../wire.ts";
import { PriceRow } from "./PriceRow.tsx";
import { Table } from "./Table.tsx";

interface Props {
  stocks: Stock[];
  chosen: string | undefined;
  onChoose: (symbol: string) => void;
}

const COLUMNS = [
  { title: "Stock" },
  { title: "Last", numeric: true },
  { title: "Change", numeric: true },
  { title: "Volume", numeric: true, wide: true },
];

export function PriceList({ stocks, chosen, onChoose }: Props) {
  if (stocks.length === 0) return <p className="quiet">No stocks are listed yet.</p>;
  return (
    <Table caption="Price list" captionHidden columns={COLUMNS}>
      {stocks.map((stock) => (
        <PriceRow
          key={stock.symbol}
          stock={stock}
          chosen={stock.symbol === chosen}
          onChoose={onChoose}
        />
      ))}
    </Table>
  );
}
