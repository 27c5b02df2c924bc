/** An order that is followed through the diagram, message by message. */

import { Button } from "@mantine/core";
import { Link } from "@tanstack/react-router";
import { useState } from "react";
import { useStocks } from "../hooks/market.ts";
import { useOrders } from "../hooks/orders.ts";
import { useFollow, usePlaceAndFollow } from "../hooks/system.ts";
import { Failure } from "../parts/Failure.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Select } from "../parts/Select.tsx";
import { useSignedIn } from "../shell/me.ts";
import { summary } from "../show.ts";
import type { Journey } from "../wire.ts";

/** One's last orders to choose from. */
const RECENT_MAX = 10;

interface Props {
  journey: Journey | undefined;
  onJourney: (journey: Journey) => void;
}

export function SlowMotion({ journey, onJourney }: Props) {
  return (
    <Panel title="One order in slow motion">
      <p className="small">
        Each message of an order is one hop of the dot. The times are true; only the replay is slow.
      </p>
      <NewOrder onJourney={onJourney} />
      <RecentOrder onJourney={onJourney} />
      {journey && (
        <p className="small">
          <Link to="/orders/$order_id" params={{ order_id: journey.order_id }}>
            The order’s own page
          </Link>{" "}
          has all its hops in one list, and cancels what is left of it.
        </p>
      )}
    </Panel>
  );
}

function NewOrder({ onJourney }: Pick<Props, "onJourney">) {
  const stocks = useStocks();
  const place = usePlaceAndFollow();
  const [symbol, setSymbol] = useState<string>();
  const open = stocks.data?.items.filter(({ state }) => state === "open") ?? [];
  const stock = open.find((stock) => stock.symbol === symbol) ?? open[0];
  if (stock === undefined) return <p className="quiet">No stock is open for orders.</p>;
  return (
    <>
      <div className="slow-row">
        <Select
          label="Buy one lot of"
          value={stock.symbol}
          options={open.map(({ symbol }) => symbol)}
          onChange={setSymbol}
        />
        <Button
          size="sm"
          loading={place.isPending}
          onClick={() => {
            place.mutate(stock, { onSuccess: onJourney });
          }}
        >
          Place it and follow
        </Button>
      </div>
      {place.error && (
        <Failure error={place.error} unsure="The order may be on its way: your orders show it." />
      )}
    </>
  );
}

function RecentOrder({ onJourney }: Pick<Props, "onJourney">) {
  const { user_id } = useSignedIn();
  const orders = useOrders(user_id).data?.slice(0, RECENT_MAX) ?? [];
  const follow = useFollow();
  const [chosen, setChosen] = useState<string>();
  const order = orders.find(({ order_id }) => order_id === chosen) ?? orders[0];
  if (order === undefined) return null;
  return (
    <>
      <div className="slow-row">
        <Select
          label="Or one of your last orders"
          value={order.order_id}
          options={orders.map(({ order_id }) => order_id)}
          names={Object.fromEntries(orders.map((order) => [order.order_id, summary(order)]))}
          onChange={setChosen}
        />
        <Button
          size="sm"
          variant="default"
          loading={follow.isPending}
          onClick={() => {
            follow.mutate(order.order_id, { onSuccess: onJourney });
          }}
        >
          Follow
        </Button>
      </div>
      {follow.error && <Failure error={follow.error} />}
    </>
  );
}
