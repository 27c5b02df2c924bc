import { useMyTrades } from "../hooks/orders.ts";
import { keys } from "../queries.ts";
import { Answer } from "../parts/Answer.tsx";
import { MoreButton } from "../parts/MoreButton.tsx";
import { FillTable } from "./FillTable.tsx";
import { OrderLink } from "./OrderLink.tsx";

interface Props {
  user_id: string;
  /** Of this stock alone. */
  only: string | undefined;
}

export function FillsPanel({ user_id, only }: Props) {
  const trades = useMyTrades(user_id);
  return (
    <>
      <Answer what="your fills" of={keys.trades(user_id)} query={trades}>
        {(fills) => (
          <FillTable
            fills={fills.filter((fill) => only === undefined || fill.symbol === only)}
            none={only && none(only, trades.hasNextPage)}
            order={(order_id, text) => <OrderLink order_id={order_id}>{text}</OrderLink>}
          />
        )}
      </Answer>
      <MoreButton query={trades}>Show older fills</MoreButton>
    </>
  );
}

function none(symbol: string, hasMore: boolean): string {
  return hasMore
    ? `None of ${symbol} among the fills loaded so far.`
    : `Nothing of ${symbol} was filled yet.`;
}
