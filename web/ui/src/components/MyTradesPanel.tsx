import { useMyTrades } from "../hooks.ts";
import { money, moment, summary } from "../show.ts";
import { Answer } from "./Answer.tsx";
import { Panel } from "./Panel.tsx";
import { Table } from "./Table.tsx";

const COLUMNS = [
  { title: "Time" },
  { title: "Trade" },
  { title: "Fee", numeric: true, wide: true },
  { title: "Role", wide: true },
];

export function MyTradesPanel({ user_id, stale }: { user_id: string; stale: boolean }) {
  const trades = useMyTrades(user_id);
  return (
    <Panel title="My trades" className="my-trades" stale={stale}>
      <Answer what="your trades" query={trades}>
        {({ items }) =>
          items.length === 0 ? (
            <p className="quiet">You have not traded yet.</p>
          ) : (
            <Table caption="My trades" captionHidden columns={COLUMNS}>
              {items.map((fill) => (
                <tr key={`${fill.trade_id} ${fill.order_id}`} data-order-id={fill.order_id}>
                  <td>
                    <time dateTime={fill.at}>{moment(fill.at)}</time>
                  </td>
                  <th scope="row">{summary({ ...fill, limit_price: fill.price })}</th>
                  <td className="number wide">{money(fill.fee)}</td>
                  <td className="wide">{fill.liquidity}</td>
                </tr>
              ))}
            </Table>
          )
        }
      </Answer>
    </Panel>
  );
}
