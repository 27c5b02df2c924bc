import { Tabs } from "@mantine/core";
import { memo, useState } from "react";
import { useOpenOrders } from "../hooks/orders.ts";
import { useStale } from "../live/live.ts";
import { FillsPanel } from "../order-list/FillsPanel.tsx";
import { OpenOrders } from "../order-list/OpenOrders.tsx";
import { OrdersPanel } from "../order-list/OrdersPanel.tsx";
import { Check } from "../parts/Check.tsx";

interface Props {
  user_id: string;
  symbol: string;
}

/** What I have going, below the chart. */
export const MyPanel = memo(function MyPanel({ user_id, symbol }: Props) {
  const [onlyThis, setOnlyThis] = useState(false);
  const open = useOpenOrders(user_id).data;
  const stale = useStale();
  const only = onlyThis ? symbol : undefined;
  return (
    <section className="panel mine" aria-label="My orders and fills">
      <Tabs defaultValue="open" keepMounted={false}>
        <div className="mine-head">
          <Tabs.List>
            <Tabs.Tab value="open">Open orders{open && ` (${open.length})`}</Tabs.Tab>
            <Tabs.Tab value="history">All orders</Tabs.Tab>
            <Tabs.Tab value="fills">Fills</Tabs.Tab>
          </Tabs.List>
          {stale && <span className="tag connection-reconnecting">Stale</span>}
          <Check label={`Only ${symbol}`} checked={onlyThis} onChange={setOnlyThis} />
        </div>
        <Tabs.Panel value="open">
          <OpenOrders user_id={user_id} symbol={symbol} only={only} />
        </Tabs.Panel>
        <Tabs.Panel value="history">
          <OrdersPanel user_id={user_id} only={only} />
        </Tabs.Panel>
        <Tabs.Panel value="fills">
          <FillsPanel user_id={user_id} only={only} />
        </Tabs.Panel>
      </Tabs>
    </section>
  );
});
