import { memo } from "react";
import { useLive, useStale } from "../live/live.ts";
import { useTape } from "../live/useTape.ts";
import { Loading } from "../parts/Loading.tsx";
import { Panel } from "../parts/Panel.tsx";
import { EmptyRow, Table } from "../parts/Table.tsx";
import { moment, price, quantity, SIDE } from "../show.ts";
import type { PublicTrade, Stock } from "../wire.ts";

const COLUMNS = [
  { title: "Price", numeric: true },
  { title: "Quantity", numeric: true },
  { title: "Taker" },
  { title: "Time", numeric: true },
];

/** By itself, so that a trade draws nothing else. */
export const TapePanel = memo(function TapePanel({ stock }: { stock: Stock }) {
  const live = useLive();
  const { tape, refusal } = useTape(live, stock.symbol);
  return (
    <Panel title="Last trades" className="tape" stale={useStale()} flush>
      <Tape stock={stock} trades={tape} refusal={refusal} />
    </Panel>
  );
});

interface Props {
  stock: Stock;
  trades: PublicTrade[] | undefined;
  refusal: string | undefined;
}

function Tape({ stock: { tick_size, lot_size }, trades, refusal }: Props) {
  if (refusal !== undefined) return <p role="alert">No trades: {refusal}</p>;
  if (trades === undefined) return <Loading what="trades" lines={8} />;
  return (
    <Table caption="Last trades" columns={COLUMNS} className="dense tape-rows">
      {trades.length === 0 && <EmptyRow columns={COLUMNS.length}>No trades yet.</EmptyRow>}
      {trades.map((trade) => (
        <tr key={trade.trade_id}>
          <td className={`number ${trade.taker_side === "buy" ? "gain" : "loss"}`}>
            {price(trade.price, tick_size)}
          </td>
          <td className="number">{quantity(trade.quantity, lot_size)}</td>
          <td>{SIDE[trade.taker_side]}</td>
          <td className="number quiet">
            <time dateTime={trade.at}>{moment(trade.at)}</time>
          </td>
        </tr>
      ))}
    </Table>
  );
}
