import { moment, price, quantity, SIDE } from "../show.ts";
import type { PublicTrade } from "../wire.ts";
import { Loading } from "./Loading.tsx";
import { Table } from "./Table.tsx";

const TRADES_SHOWN = 12;

const COLUMNS = [
  { title: "Time" },
  { title: "Taker" },
  { title: "Price", numeric: true },
  { title: "Quantity", numeric: true },
];

interface Props {
  trades: PublicTrade[] | undefined;
  refusal: string | undefined;
}

export function Tape({ trades, refusal }: Props) {
  if (refusal !== undefined) return <p role="alert">No trades: {refusal}</p>;
  if (trades === undefined) return <Loading what="trades" />;
  if (trades.length === 0) return <p className="quiet">No trades yet.</p>;
  return (
    <Table caption="Last trades" captionHidden columns={COLUMNS}>
      {trades.slice(0, TRADES_SHOWN).map((trade) => (
        <tr key={trade.trade_id}>
          <td>
            <time dateTime={trade.at}>{moment(trade.at)}</time>
          </td>
          <td>{SIDE[trade.taker_side]}</td>
          <td className="number">{price(trade.price)}</td>
          <td className="number">{quantity(trade.quantity)}</td>
        </tr>
      ))}
    </Table>
  );
}
