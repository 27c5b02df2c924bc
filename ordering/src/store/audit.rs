//! What `exchange audit` asks of ordering's database: whether it keeps its own promises, and what
//! it says of live orders and trades, to be held against what others say.

use super::codes::{Coded, parsed};
use chassis::audit::{Audited, Finding};
use chassis::{Db, Fault};
use contracts::topology::ORDERING;
use contracts::{OrderId, OrderStatus, Price, Quantity, Side, Symbol, TradeId, UserId};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// So many findings of one rule say enough.
const FINDINGS_OF_A_RULE_MAX: u32 = 100;

/// Each rule with the query that finds what breaks it. A statement sees one moment, so they hold
/// on a running exchange too.
const RULES: [(&str, &str); 9] = [
    (
        "an order's fills add up to its filled quantity and its notional",
        "select format('order %s: filled %s for %s, its fills are %s for %s', order_id, filled_quantity,
                notional, coalesce(filled, 0), coalesce(value, 0)) as detail
         from orders left join (
             select order_id, sum(quantity) as filled, sum(price::numeric * quantity / 1000000) as value
             from fills group by order_id) as sums using (order_id)
         where filled_quantity <> coalesce(filled, 0) or notional <> coalesce(value, 0)",
    ),
    (
        "an order is never filled beyond its quantity",
        "select format('order %s: filled %s of %s', order_id, filled_quantity, quantity) as detail
         from orders where filled_quantity < 0 or filled_quantity > quantity",
    ),
    (
        "an order is closed exactly when it is filled",
        "select format('order %s: status %s, filled %s of %s', order_id, status, filled_quantity, quantity)
                as detail
         from orders where (status = 2) <> (filled_quantity = quantity)",
    ),
    (
        "an order has a reason exactly when it was canceled, rejected or expired",
        "select format('order %s: status %s, reason %s', order_id, status, coalesce(reason_code, 'none'))
                as detail
         from orders where (status in (3, 4, 5)) <> (reason_code is not null)",
    ),
    (
        "a fill has its order's user, symbol and side, and a price within the order's",
        "select format('trade %s, side %s: does not fit order %s', trade_id, f.side, f.order_id) as detail
         from fills f left join orders o using (order_id)
         cross join lateral (
             select coalesce(((o.special ->> 'worst_price')::numeric * 1000000)::bigint, o.price) as worst) as w
         where o.order_id is null
            or (f.user_id, f.symbol, f.side) is distinct from (o.user_id, o.symbol, o.side)
            or case o.side when 0 then f.price > worst else f.price < worst end",
    ),
    (
        "an exit leaves its entry's shares on the other side, and no more than the entry got",
        "select format('order %s: filled %s as the exit of %s, which is filled %s', x.order_id,
                x.filled_quantity, x.special ->> 'entry_order_id', coalesce(e.filled_quantity, 0)) as detail
         from orders x left join orders e on e.order_id = (x.special ->> 'entry_order_id')::uuid
         where x.special ? 'entry_order_id'
           and ((e.special #>> '{terms,exit_order_id}')::uuid is distinct from x.order_id
             or (e.user_id, e.symbol, e.partition, 1 - e.side)
                is distinct from (x.user_id, x.symbol, x.partition, x.side)
             or x.filled_quantity > e.filled_quantity)",
    ),
    (
        "an entry has its exit",
        "select format('order %s: its exit %s is not there', e.order_id, e.special #>> '{terms,exit_order_id}')
                as detail
         from orders e left join orders x on x.order_id = (e.special #>> '{terms,exit_order_id}')::uuid
         where e.special #>> '{terms,exit_order_id}' is not null
           and (x.special ->> 'entry_order_id')::uuid is distinct from e.order_id",
    ),
    (
        "only a live order is being changed",
        "select format('order %s: status %s, %s', order_id, status, special ->> 'amendment') as detail
         from orders where special ? 'amendment' and not live",
    ),
    (
        "both sides of a trade tell the same of it",
        "select format('trade %s: its sides differ', trade_id) as detail
         from fills b join fills s using (trade_id)
         where b.side = 0 and s.side = 1
           and (b.price, b.quantity, b.symbol, b.sequence) <> (s.price, s.quantity, s.symbol, s.sequence)",
    ),
];

pub async fn check(db: &Db) -> Result<Vec<Finding>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        detail: String,
    }
    let mut findings = Vec::new();
    for (rule, sql) in RULES {
        let sql = format!("{sql} limit {FINDINGS_OF_A_RULE_MAX}");
        let rows = db.all::<Row>(&sql, []).await?;
        findings.extend(rows.into_iter().map(|row| Finding::new(ORDERING, rule, row.detail)));
    }
    Ok(findings)
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LiveOrder {
    pub order_id: OrderId,
    pub user_id: UserId,
    pub symbol: Symbol,
    pub side: Side,
    pub remaining: Quantity,
    pub status: OrderStatus,
}

#[derive(FromQueryResult)]
pub struct LiveRow {
    order_id: Uuid,
    user_id: Uuid,
    symbol: String,
    side: i16,
    remaining: i64,
    status: i16,
}

impl Audited for LiveOrder {
    type Id = OrderId;
    type Row = LiveRow;
    const NAME: &'static str = "audited_orders";
    const SQL: &'static str = "
        select order_id, user_id, symbol, side, quantity - filled_quantity as remaining, status
        from orders where live order by order_id";

    fn id(&self) -> OrderId {
        self.order_id
    }

    fn read(row: LiveRow) -> Result<Self, Fault> {
        Ok(LiveOrder {
            order_id: OrderId(row.order_id),
            user_id: UserId(row.user_id),
            symbol: parsed(&row.symbol)?,
            side: Side::from_code(row.side)?,
            remaining: Quantity::from_micros(row.remaining),
            status: OrderStatus::from_code(row.status)?,
        })
    }
}

/// A trade as ordering knows it. Both sides, once all that matching said has been heard.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SeenTrade {
    pub trade_id: TradeId,
    pub sides: Vec<Side>,
    pub price: Price,
    pub quantity: Quantity,
    pub symbol: Symbol,
}

#[derive(FromQueryResult)]
pub struct SeenRow {
    trade_id: Uuid,
    sides: Vec<i16>,
    price: i64,
    quantity: i64,
    symbol: String,
}

impl Audited for SeenTrade {
    type Id = TradeId;
    type Row = SeenRow;
    const NAME: &'static str = "audited_fills";
    // Where its sides differ, which `check` names, the buyer's.
    const SQL: &'static str = "
        select trade_id, array_agg(side order by side) as sides, (array_agg(price order by side))[1] as price,
               (array_agg(quantity order by side))[1] as quantity, (array_agg(symbol order by side))[1] as symbol
        from fills group by trade_id order by trade_id";

    fn id(&self) -> TradeId {
        self.trade_id
    }

    fn read(row: SeenRow) -> Result<Self, Fault> {
        Ok(SeenTrade {
            trade_id: TradeId(row.trade_id),
            sides: row.sides.into_iter().map(Side::from_code).collect::<Result<_, _>>()?,
            price: Price::from_micros(row.price),
            quantity: Quantity::from_micros(row.quantity),
            symbol: parsed(&row.symbol)?,
        })
    }
}
