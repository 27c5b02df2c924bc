import type { Depth } from "../live/depth.ts";
import { price, quantity } from "../show.ts";
import type { Level } from "../wire.ts";
import { Loading } from "./Loading.tsx";
import { Table } from "./Table.tsx";

/** The best levels; the rest of the book is behind them. */
const LEVELS_SHOWN = 10;

const COLUMNS = [
  { title: "Price", numeric: true },
  { title: "Quantity", numeric: true },
];

interface Props {
  depth: Depth | undefined;
  refusal: string | undefined;
}

export function DepthLadder({ depth, refusal }: Props) {
  if (refusal !== undefined) return <p role="alert">No depth: {refusal}</p>;
  if (depth === undefined) return <Loading what="depth" />;
  return (
    <div className="ladder">
      <Side caption="Bids" levels={depth.bids} nobody="Nobody is buying." />
      <Side caption="Asks" levels={depth.asks} nobody="Nobody is selling." />
    </div>
  );
}

function Side({ caption, levels, nobody }: { caption: string; levels: Level[]; nobody: string }) {
  return (
    <Table caption={caption} columns={COLUMNS}>
      {levels.slice(0, LEVELS_SHOWN).map((level) => (
        <tr key={level[0]}>
          <td className="number">{price(level[0])}</td>
          <td className="number">{quantity(level[1])}</td>
        </tr>
      ))}
      {levels.length === 0 && (
        <tr>
          <td colSpan={2} className="quiet">
            {nobody}
          </td>
        </tr>
      )}
    </Table>
  );
}
