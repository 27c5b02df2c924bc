//! Whether portfolio's database keeps its promises, on a running or a stopped exchange.
//!
//! Each function is one statement, so it sees one moment, between two steps and never within one.

use super::prefetch::parse;
use chassis::audit::{Audited, Finding};
use chassis::{Db, Fault};
use contracts::topology::PORTFOLIO;
use contracts::{Money, OrderId, Price, Quantity, Side, Symbol, TradeId, UserId};
use sea_orm::FromQueryResult;
use uuid::Uuid;

/// Every balance of cash is the sum of its postings.
pub const CASH_IS_ITS_POSTINGS: &str = "cash_is_its_postings";
/// Every holding is the sum of its postings.
pub const HOLDING_IS_ITS_POSTINGS: &str = "holding_is_its_postings";
/// The partitions' own accounts are the other side of all postings.
pub const SYSTEM_IS_ITS_POSTINGS: &str = "system_is_its_postings";
/// All balances of cash and of each stock together are nothing: none was made or lost.
pub const WORLD_IS_FLAT: &str = "world_is_flat";
/// Nothing that is available is below zero.
pub const HELD_IS_COVERED: &str = "held_is_covered";
/// What is held is the sum of the pending holds.
pub const HELD_IS_ITS_HOLDS: &str = "held_is_its_holds";
/// A pending hold is the worst that the rest of its order may cost, as it is or as it is asked to
/// be; an ended one is nothing.
pub const HOLD_IS_ITS_WORST_COST: &str = "hold_is_its_worst_cost";
/// An exit waits for shares as long as its entry may buy some, and is given no more than it awaits.
pub const EXIT_AWAITS_ITS_ENTRY: &str = "exit_awaits_its_entry";
/// What the orders of a user were filled is what he traded.
pub const FILLS_ARE_POSTED: &str = "fills_are_posted";
/// Nobody is on the same trade twice.
pub const TRADE_IS_POSTED_ONCE: &str = "trade_is_posted_once";
/// A caller's id has moved what it says, once.
pub const MOVEMENT_IS_POSTED: &str = "movement_is_posted";
/// Cash and what holdings cost are what came in and what was earned.
pub const PROFIT_EXPLAINS_CASH: &str = "profit_explains_cash";
/// Who has left owns nothing.
pub const CLOSED_IS_EMPTY: &str = "closed_is_empty";
/// Buyers and sellers have posted the same. While fills are on their way to another partition,
/// the amounts differ by theirs: compare them with trades that have one side only.
pub const CLEARING_IS_FLAT: &str = "clearing_is_flat";

pub const RULES: [&str; 14] = [
    CASH_IS_ITS_POSTINGS,
    HOLDING_IS_ITS_POSTINGS,
    SYSTEM_IS_ITS_POSTINGS,
    WORLD_IS_FLAT,
    HELD_IS_COVERED,
    HELD_IS_ITS_HOLDS,
    HOLD_IS_ITS_WORST_COST,
    EXIT_AWAITS_ITS_ENTRY,
    FILLS_ARE_POSTED,
    TRADE_IS_POSTED_ONCE,
    MOVEMENT_IS_POSTED,
    PROFIT_EXPLAINS_CASH,
    CLOSED_IS_EMPTY,
    CLEARING_IS_FLAT,
];

const CHECK: &str = include_str!("audit.sql");
/// So many say enough, and no broken table can fill a memory with more.
const FINDINGS_MAX: u32 = 1_000;

#[derive(FromQueryResult)]
struct FindingRow {
    rule: String,
    detail: String,
}

/// Everything that is wrong. Amounts in the details are in millionths.
pub async fn check(db: &Db) -> Result<Vec<Finding>, Fault> {
    let sql = format!("select * from ({CHECK}) as findings limit {FINDINGS_MAX}");
    let rows: Vec<FindingRow> = db.all(&sql, []).await?;
    let finding = |row: FindingRow| {
        let rule = RULES.into_iter().find(|rule| *rule == row.rule);
        let rule = rule.ok_or_else(|| Fault::new("audit", format!("no rule is called {}", row.rule)))?;
        Ok(Finding::new(PORTFOLIO, rule, row.detail))
    };
    rows.into_iter().map(finding).collect()
}

/// An order that has something set aside: it must be live in ordering, and be or come in a book.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct PendingHold {
    pub order_id: OrderId,
    pub user_id: UserId,
    pub symbol: Symbol,
    pub side: Side,
    pub price: Price,
    pub quantity: Quantity,
    /// Not filled yet, whether its shares are there or its entry is to buy them first.
    pub remaining: Quantity,
    /// What was asked for and the book has yet to decide.
    pub change: Option<Change>,
}

/// Another quantity for a whole order, and a price.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Change {
    pub from: Quantity,
    pub to: Quantity,
    pub price: Price,
}

#[derive(FromQueryResult)]
pub struct PendingRow {
    order_id: Uuid,
    user_id: Uuid,
    symbol: String,
    side: String,
    price: i64,
    quantity: i64,
    remaining: i64,
    amended_price: i64,
    amended_from: i64,
    amended_to: i64,
}

impl Audited for PendingHold {
    type Id = OrderId;
    type Row = PendingRow;
    const NAME: &'static str = "audited_holds";
    const SQL: &'static str = "
        select order_id, user_id, symbol, side, price, quantity + awaited as quantity,
               remaining + awaited as remaining, amended_price, amended_from, amended_to
        from holds where state = 'pending' order by order_id";

    fn id(&self) -> OrderId {
        self.order_id
    }

    fn read(row: PendingRow) -> Result<Self, Fault> {
        Ok(PendingHold {
            order_id: OrderId(row.order_id),
            user_id: UserId(row.user_id),
            symbol: parse(&row.symbol)?,
            side: parse(&row.side)?,
            price: Price::from_micros(row.price),
            quantity: Quantity::from_micros(row.quantity),
            remaining: Quantity::from_micros(row.remaining),
            change: (row.amended_price > 0).then_some(Change {
                from: Quantity::from_micros(row.amended_from),
                to: Quantity::from_micros(row.amended_to),
                price: Price::from_micros(row.amended_price),
            }),
        })
    }
}

/// What was posted of a trade. Once every fill has arrived, as much was bought as sold.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Posted {
    pub trade_id: TradeId,
    pub symbol: Symbol,
    pub bought: Quantity,
    pub sold: Quantity,
    /// `None` when the two sides were not posted at one and the same price.
    pub price: Option<Price>,
    pub buyer: Option<UserId>,
    pub seller: Option<UserId>,
    /// Of both sides together.
    pub fees: Money,
}

#[derive(FromQueryResult)]
pub struct TradeRow {
    trade_id: Uuid,
    symbol: String,
    bought: i64,
    sold: i64,
    price: Option<i64>,
    buyer: Option<Uuid>,
    seller: Option<Uuid>,
    fees: i64,
}

impl Audited for Posted {
    type Id = TradeId;
    type Row = TradeRow;
    const NAME: &'static str = "audited_postings";
    const SQL: &'static str = "
        select reference as trade_id, min(symbol) as symbol,
               coalesce(sum(shares) filter (where shares > 0), 0)::bigint as bought,
               coalesce(-sum(shares) filter (where shares < 0), 0)::bigint as sold,
               case when bool_and(abs(cash::numeric) * 1000000 = abs(shares::numeric) * price)
                    then min(price)::bigint end as price,
               (array_agg(user_id) filter (where shares > 0))[1] as buyer,
               (array_agg(user_id) filter (where shares < 0))[1] as seller,
               sum(fee)::bigint as fees
        from (
            select *, min(div(abs(cash::numeric) * 1000000, nullif(abs(shares), 0)))
                          over (partition by reference) as price
            from postings where kind = 'trade'
        ) as side
        group by reference order by reference";

    fn id(&self) -> TradeId {
        self.trade_id
    }

    fn read(row: TradeRow) -> Result<Self, Fault> {
        Ok(Posted {
            trade_id: TradeId(row.trade_id),
            symbol: parse(&row.symbol)?,
            bought: Quantity::from_micros(row.bought),
            sold: Quantity::from_micros(row.sold),
            price: row.price.map(Price::from_micros),
            buyer: row.buyer.map(UserId),
            seller: row.seller.map(UserId),
            fees: Money::from_micros(row.fees),
        })
    }
}
