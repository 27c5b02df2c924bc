/** All my orders, whatever became of them. */

import { useNavigate, useSearch } from "@tanstack/react-router";
import { useStocks } from "../hooks/market.ts";
import { useOrderList } from "../hooks/orders.ts";
import { useStale } from "../live/live.ts";
import { CancelOrders } from "../order-list/CancelOrders.tsx";
import { FillsPanel } from "../order-list/FillsPanel.tsx";
import { OrderTable } from "../order-list/OrderTable.tsx";
import { keys } from "../queries.ts";
import { Answer } from "../parts/Answer.tsx";
import { MoreButton } from "../parts/MoreButton.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Select } from "../parts/Select.tsx";
import { Title } from "../parts/Title.tsx";
import { useSignedIn } from "../shell/me.ts";
import { STATUS } from "../show.ts";
import type { OrderStatus } from "../wire.ts";

const STATUSES = ["all", ...(Object.keys(STATUS) as OrderStatus[])] as const;

export function OrdersPage() {
  const { user_id } = useSignedIn();
  const navigate = useNavigate();
  const filter = useSearch({ from: "/orders" });
  const orders = useOrderList(user_id, filter);
  const stocks = useStocks().data?.items.map(({ symbol }) => symbol) ?? [];
  const stale = useStale();
  const narrow = (part: typeof filter) =>
    void navigate({ to: "/orders", search: { ...filter, ...part }, replace: true });
  return (
    <div className="page">
      <Title>Orders</Title>
      <h1>Orders</h1>
      <Panel
        title="My orders"
        stale={stale}
        flush
        actions={<CancelOrders symbol={filter.symbol} />}
      >
        <div className="filters">
          <Select
            label="Status"
            value={filter.status ?? "all"}
            options={STATUSES}
            names={{ ...STATUS, all: "Every status" }}
            onChange={(status) => {
              narrow({ status: status === "all" ? undefined : status });
            }}
          />
          <Select
            label="Stock"
            value={filter.symbol ?? "all"}
            options={["all", ...stocks]}
            names={{ all: "All stocks" }}
            onChange={(symbol) => {
              narrow({ symbol: symbol === "all" ? undefined : symbol });
            }}
          />
        </div>
        <Answer what="your orders" of={keys.orderList(user_id, filter)} query={orders} lines={8}>
          {(items) => (
            <OrderTable caption="My orders" orders={items} none="There are no such orders." />
          )}
        </Answer>
        <MoreButton query={orders}>Show older orders</MoreButton>
      </Panel>
      <Panel title="My fills" stale={stale} flush>
        <FillsPanel user_id={user_id} only={filter.symbol} />
      </Panel>
    </div>
  );
}
