//! Reads the rows that a batch touches and that are not known: one query per table, none for a
//! table that it does not touch; a second one for the exits of brackets.

use super::{Keys, Known, Rows};
use crate::{
    domain::{Account, Amendment, Books, Hold, HoldState, Holding, Movement, MovementKind, Movements, Table},
    rules::Input,
};
use chassis::{Db, Fault};
use contracts::{Money, OrderId, Price, Quantity, Symbol, UserId, portfolio::Cash};
use rustc_hash::FxHashSet;
use sea_orm::FromQueryResult;
use std::str::FromStr;
use uuid::Uuid;

pub async fn prefetch(
    db: &Db,
    partition: u16,
    known: &mut Known,
    inputs: &[Input],
    is_ours: impl Fn(UserId) -> bool,
) -> Result<Rows, Fault> {
    let mut keys = Keys::of(inputs, &is_ours);
    keys.holdings.extend(owned_by(db, &keys.leaving).await?);
    let books = Books {
        accounts: accounts(db, known, keys.users).await?,
        holdings: holdings(db, known, keys.holdings).await?,
        holds: holds_and_exits(db, known, keys.orders, is_ours).await?,
        ..Books::default()
    };
    Ok(Rows {
        books,
        movements: movements(db, &keys.movements).await?,
        sequences: sequences(db, known, partition, keys.books).await?,
        last_prices: last_prices(db, partition, &keys.prices).await?,
    })
}

/// The rows that are known, and the keys of the others.
fn split<K: Copy, V>(
    keys: impl IntoIterator<Item = K>,
    mut known: impl FnMut(&K) -> Option<V>,
) -> (Vec<(K, V)>, Vec<K>) {
    let (mut rows, mut unknown) = (Vec::new(), Vec::new());
    for key in keys {
        match known(&key) {
            Some(row) => rows.push((key, row)),
            None => unknown.push(key),
        }
    }
    (rows, unknown)
}

#[derive(FromQueryResult)]
struct AccountRow {
    user_id: Uuid,
    role: String,
    cash: i64,
    held: i64,
    closed: bool,
}

async fn accounts(
    db: &Db,
    known: &mut Known,
    users: FxHashSet<UserId>,
) -> Result<Table<UserId, Account>, Fault> {
    let (mut table, users) = split(users, |user| known.accounts.get(user));
    if users.is_empty() {
        return Ok(Table::of(table));
    }
    let ids: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    let sql = "select a.user_id, a.role, a.cash, a.held, a.closed
               from unnest($1::uuid[]) as k (user_id) join accounts a using (user_id)";
    let rows: Vec<AccountRow> = db.all(sql, [ids.into()]).await?;
    let account = |row: AccountRow| {
        let role = parse(&row.role)?;
        let (cash, held) = (Money::from_micros(row.cash), Money::from_micros(row.held));
        Ok((UserId(row.user_id), Account { role, cash, held, is_closed: row.closed }))
    };
    for row in rows {
        let (user, account) = account(row)?;
        known.accounts.put(user, account);
        table.push((user, account));
    }
    Ok(Table::of(table))
}

#[derive(FromQueryResult)]
struct OwnedRow {
    user_id: Uuid,
    symbol: String,
}

/// Which holdings of theirs are not empty: at most one for each stock.
async fn owned_by(db: &Db, users: &FxHashSet<UserId>) -> Result<Vec<(UserId, Symbol)>, Fault> {
    if users.is_empty() {
        return Ok(Vec::new());
    }
    let users: Vec<Uuid> = users.iter().map(|user| user.0).collect();
    let sql = "select user_id, symbol from holdings where user_id = any($1::uuid[]) and quantity > 0";
    let rows: Vec<OwnedRow> = db.all(sql, [users.into()]).await?;
    rows.into_iter().map(|row| Ok((UserId(row.user_id), parse(&row.symbol)?))).collect()
}

#[derive(FromQueryResult)]
struct HoldingRow {
    user_id: Uuid,
    symbol: String,
    quantity: i64,
    held: i64,
    cost: i64,
    realised: i64,
}

async fn holdings(
    db: &Db,
    known: &mut Known,
    keys: FxHashSet<(UserId, Symbol)>,
) -> Result<Table<(UserId, Symbol), Holding>, Fault> {
    let (found, keys) = split(keys, |key| known.holdings.get(key));
    let mut table: Vec<_> = found.into_iter().filter_map(|(key, row)| Some((key, row?))).collect();
    if keys.is_empty() {
        return Ok(Table::of(table));
    }
    for key in &keys {
        known.holdings.put(*key, None);
    }
    let (users, symbols): (Vec<Uuid>, Vec<String>) =
        keys.iter().map(|(user, symbol)| (user.0, symbol.to_string())).unzip();
    let sql = "select h.user_id, h.symbol, h.quantity, h.held, h.cost, h.realised
               from unnest($1::uuid[], $2::text[]) as k (user_id, symbol) join holdings h using (user_id, symbol)";
    let rows: Vec<HoldingRow> = db.all(sql, [users.into(), symbols.into()]).await?;
    let holding = |row: HoldingRow| {
        let holding = Holding {
            quantity: Quantity::from_micros(row.quantity),
            held: Quantity::from_micros(row.held),
            cost: Money::from_micros(row.cost),
            realised: Money::from_micros(row.realised),
        };
        Ok(((UserId(row.user_id), parse(&row.symbol)?), holding))
    };
    for row in rows {
        let (key, holding) = holding(row)?;
        known.holdings.put(key, Some(holding));
        table.push((key, holding));
    }
    Ok(Table::of(table))
}

#[derive(FromQueryResult)]
struct HoldRow {
    order_id: Uuid,
    user_id: Uuid,
    symbol: String,
    side: String,
    state: String,
    price: i64,
    quantity: i64,
    remaining: i64,
    fee_basis_points: i32,
    awaited: i64,
    exit_order_id: Option<Uuid>,
    replaces: Option<Uuid>,
    amended_price: i64,
    amended_from: i64,
    amended_to: i64,
}

/// Of a bracket's entry, its exit's hold too: that gets what the entry buys.
async fn holds_and_exits(
    db: &Db,
    known: &mut Known,
    orders: FxHashSet<OrderId>,
    is_ours: impl Fn(UserId) -> bool,
) -> Result<Table<OrderId, Hold>, Fault> {
    let mut table = holds(db, known, orders.iter().copied(), &is_ours).await?;
    let exits = table.iter().filter(|(_, hold)| hold.is_pending()).filter_map(|(_, hold)| hold.exit);
    let exits: FxHashSet<OrderId> = exits.filter(|exit| !orders.contains(exit)).collect();
    if !exits.is_empty() {
        table.extend(holds(db, known, exits, is_ours).await?);
    }
    Ok(Table::of(table))
}

/// An id that somebody else has used is found wherever his hold is.
async fn holds(
    db: &Db,
    known: &mut Known,
    orders: impl IntoIterator<Item = OrderId>,
    is_ours: impl Fn(UserId) -> bool,
) -> Result<Vec<(OrderId, Hold)>, Fault> {
    let (mut table, orders) = split(orders, |order| known.holds.get(order));
    if orders.is_empty() {
        return Ok(table);
    }
    let ids: Vec<Uuid> = orders.iter().map(|order| order.0).collect();
    let sql = "select h.order_id, h.user_id, h.symbol, h.side, h.state, h.price, h.quantity, h.remaining,
                      h.fee_basis_points, h.awaited, h.exit_order_id, h.replaces, h.amended_price, h.amended_from,
                      h.amended_to
               from unnest($1::uuid[]) as k (order_id) join holds h using (order_id)";
    let rows: Vec<HoldRow> = db.all(sql, [ids.into()]).await?;
    for row in rows {
        let (order, hold) = hold(row)?;
        if hold.is_pending() && is_ours(hold.user_id) {
            known.holds.put(order, hold);
        }
        table.push((order, hold));
    }
    Ok(table)
}

fn hold(row: HoldRow) -> Result<(OrderId, Hold), Fault> {
    let hold = Hold {
        user_id: UserId(row.user_id),
        symbol: parse(&row.symbol)?,
        side: parse(&row.side)?,
        state: HoldState::of(&row.state).ok_or_else(|| unreadable(&row.state, "no state of a hold"))?,
        price: Price::from_micros(row.price),
        quantity: Quantity::from_micros(row.quantity),
        remaining: Quantity::from_micros(row.remaining),
        awaited: Quantity::from_micros(row.awaited),
        fee_basis_points: u32::try_from(row.fee_basis_points).map_err(|e| unreadable("a fee", e))?,
        exit: row.exit_order_id.map(OrderId),
        replaces: row.replaces.map(OrderId),
        amendment: (row.amended_price > 0).then_some(Amendment {
            price: Price::from_micros(row.amended_price),
            was_quantity: Quantity::from_micros(row.amended_from),
            quantity: Quantity::from_micros(row.amended_to),
        }),
    };
    Ok((OrderId(row.order_id), hold))
}

#[derive(FromQueryResult)]
struct MovementRow {
    id: Uuid,
    user_id: Uuid,
    kind: String,
    symbol: Option<String>,
    amount: i64,
    cost: i64,
    cash: i64,
    held: i64,
}

async fn movements(db: &Db, keys: &FxHashSet<(Uuid, UserId)>) -> Result<Movements, Fault> {
    if keys.is_empty() {
        return Ok(Movements::default());
    }
    let (ids, users): (Vec<Uuid>, Vec<Uuid>) = keys.iter().map(|(id, user)| (*id, user.0)).unzip();
    let sql = "select m.id, m.user_id, m.kind, m.symbol, m.amount, m.cost, m.cash, m.held
               from unnest($1::uuid[], $2::uuid[]) as k (id, user_id) join movements m using (id, user_id)";
    let rows: Vec<MovementRow> = db.all(sql, [ids.into(), users.into()]).await?;
    rows.into_iter().map(movement).collect::<Result<Vec<_>, Fault>>().map(|rows| Movements(Table::of(rows)))
}

fn movement(row: MovementRow) -> Result<((UserId, Uuid), Movement), Fault> {
    let amount = Money::from_micros(row.amount);
    let kind = match (row.kind.as_str(), &row.symbol) {
        ("deposit", None) => MovementKind::Deposit { amount },
        ("withdrawal", None) => MovementKind::Withdrawal { amount },
        ("deposit", Some(symbol)) => MovementKind::Shares {
            symbol: parse(symbol)?,
            quantity: Quantity::from_micros(row.amount),
            cost: Money::from_micros(row.cost),
        },
        (other, _) => return Err(unreadable(other, "no kind of movement")),
    };
    let (total, held) = (Money::from_micros(row.cash), Money::from_micros(row.held));
    let available = total.minus(held).map_err(|e| unreadable("a balance", e))?;
    Ok(((UserId(row.user_id), row.id), Movement { kind, cash: Cash { total, held, available } }))
}

#[derive(FromQueryResult)]
struct BySymbol {
    symbol: String,
    value: i64,
}

async fn sequences(
    db: &Db,
    known: &mut Known,
    partition: u16,
    books: FxHashSet<Symbol>,
) -> Result<Table<Symbol, u64>, Fault> {
    let (mut table, books) = split(books, |symbol| known.sequences.get(symbol).copied());
    let sql = "select symbol, sequence as value from books where partition = $1 and symbol = any($2)";
    for (symbol, sequence) in by_symbol(db, sql, partition, &books.into_iter().collect()).await? {
        known.sequences.insert(symbol, sequence.cast_unsigned());
        table.push((symbol, sequence.cast_unsigned()));
    }
    Ok(Table::of(table))
}

async fn last_prices(
    db: &Db,
    partition: u16,
    symbols: &FxHashSet<Symbol>,
) -> Result<Table<Symbol, Price>, Fault> {
    let sql = "select symbol, price as value from last_prices where partition = $1 and symbol = any($2)";
    let rows = by_symbol(db, sql, partition, symbols).await?;
    Ok(Table::of(rows.into_iter().map(|(symbol, price)| (symbol, Price::from_micros(price)))))
}

async fn by_symbol(
    db: &Db,
    sql: &str,
    partition: u16,
    symbols: &FxHashSet<Symbol>,
) -> Result<Vec<(Symbol, i64)>, Fault> {
    if symbols.is_empty() {
        return Ok(Vec::new());
    }
    let symbols: Vec<String> = symbols.iter().map(Symbol::to_string).collect();
    let rows: Vec<BySymbol> = db.all(sql, [i32::from(partition).into(), symbols.into()]).await?;
    rows.into_iter().map(|row| Ok((parse(&row.symbol)?, row.value))).collect()
}

/// A text of ours that the database gives back changed is no row of ours.
pub fn parse<T: FromStr<Err: std::fmt::Display>>(text: &str) -> Result<T, Fault> {
    text.parse().map_err(|e: T::Err| unreadable(text, e.to_string()))
}

fn unreadable(what: &str, why: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Fault {
    Fault::new(format!("read {what:?} from the database"), why)
}
