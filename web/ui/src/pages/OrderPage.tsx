/** One order: what was agreed on, how it stands, and what it was filled with. */

import { Link, useParams } from "@tanstack/react-router";
import { Fragment } from "react";
import type { ReactNode } from "react";
import { useOrder } from "../hooks/orders.ts";
import { useStale } from "../live/live.ts";
import { JourneyPanel } from "../journey/JourneyPanel.tsx";
import { CancelOrder } from "../order-list/CancelOrder.tsx";
import { FillTable } from "../order-list/FillTable.tsx";
import "../order-list/orders.css";
import { OrderState } from "../order-list/OrderRow.tsx";
import { isFinal } from "../orders.ts";
import { keys } from "../queries.ts";
import { Answer } from "../parts/Answer.tsx";
import { Panel } from "../parts/Panel.tsx";
import { Title } from "../parts/Title.tsx";
import { useSignedIn } from "../shell/me.ts";
import { moment, ORDER_TYPE, price, quantity, summary, terms, TIME_IN_FORCE } from "../show.ts";
import type { OrderWithFills } from "../wire.ts";

export function OrderPage() {
  const { user_id } = useSignedIn();
  const { order_id } = useParams({ from: "/orders/$order_id" });
  const order = useOrder(user_id, order_id);
  return (
    <div className="page">
      <Title>{order.data ? summary(order.data) : "Order"}</Title>
      <p>
        <Link to="/orders">All orders</Link>
      </p>
      <Answer what="the order" of={keys.order(user_id, order_id)} query={order} lines={8}>
        {(order) => <Shown order={order} />}
      </Answer>
    </div>
  );
}

function Shown({ order }: { order: OrderWithFills }) {
  const stale = useStale();
  return (
    <>
      <div className="page-head">
        <h1>{summary(order)}</h1>
        <OrderState order={order} />
        {!isFinal(order.status) && <CancelOrder order={order} />}
      </div>
      <Panel title="Terms" stale={stale}>
        <dl className="terms-list">
          {factsOf(order).map(([name, value]) => (
            <Fragment key={name}>
              <dt>{name}</dt>
              <dd className="tabular">{value}</dd>
            </Fragment>
          ))}
        </dl>
      </Panel>
      <Panel title="Fills" stale={stale} flush>
        <FillTable fills={order.fills} />
      </Panel>
      <JourneyPanel order={order} />
    </>
  );
}

function factsOf(order: OrderWithFills): [name: string, value: ReactNode][] {
  const facts: [string, ReactNode][] = [
    ["Stock", <StockLink key="stock" symbol={order.symbol} />],
    ["Type", ORDER_TYPE[order.type]],
    ["Time in force", TIME_IN_FORCE[order.time_in_force]],
    ["Quantity", quantity(order.quantity)],
    ["Filled", quantity(order.filled_quantity)],
    ["Average price", price(order.average_price)],
  ];
  if (order.limit_price != null) facts.push(["Limit price", price(order.limit_price)]);
  if (order.stop_price !== undefined) facts.push(["Stop price", price(order.stop_price)]);
  if (order.trail_amount !== undefined) facts.push(["Trail amount", price(order.trail_amount)]);
  const others = terms(order);
  if (others.length > 0) facts.push(["Also", others.join(" · ")]);
  if (order.placed !== undefined) facts.push(["Placed with", placed(order.placed)]);
  for (const [name, order_id] of related(order)) {
    facts.push([name, <OrderLink key={name} order_id={order_id} />]);
  }
  facts.push(["Placed", moment(order.created_at)], ["Changed", moment(order.updated_at)]);
  facts.push(["Id", order.order_id]);
  return facts;
}

function placed({ quantity: many, limit_price }: NonNullable<OrderWithFills["placed"]>): string {
  const at = limit_price === undefined ? "" : ` at ${price(limit_price)}`;
  return `${quantity(many)}${at}`;
}

function related(order: OrderWithFills): [name: string, order_id: string][] {
  const all: [string, string | undefined][] = [
    ["Its entry", order.entry_order_id],
    ["Its exit", order.exit_order_id],
    ["Replaces", order.replaces],
    ["Replaced by", order.replaced_by],
  ];
  return all.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

function StockLink({ symbol }: { symbol: string }) {
  return (
    <Link to="/trade/$symbol" params={{ symbol }}>
      {symbol}
    </Link>
  );
}

function OrderLink({ order_id }: { order_id: string }) {
  return (
    <Link to="/orders/$order_id" params={{ order_id }}>
      {order_id}
    </Link>
  );
}
