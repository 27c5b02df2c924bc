//! Saves what a step changed: one statement per table, none for a table that it did not touch.

use super::Rows;
use crate::domain::{Books, MovementKind, Movements, Table};
use chassis::{Fault, Tx};
use contracts::{Price, Symbol, Timestamp};
use uuid::Uuid;

pub async fn write(tx: &Tx, partition: u16, rows: Rows) -> Result<(), Fault> {
    let Rows { books, movements, last_prices, sequences } = rows;
    let partition = i32::from(partition);
    accounts(tx, partition, &books).await?;
    holdings(tx, &books).await?;
    holds(tx, &books).await?;
    postings(tx, &books).await?;
    system_accounts(tx, partition, &books).await?;
    movements_made(tx, &movements).await?;
    book_sequences(tx, partition, &sequences).await?;
    prices(tx, partition, &last_prices).await
}

async fn accounts(tx: &Tx, partition: i32, books: &Books) -> Result<(), Fault> {
    let (mut users, mut roles, mut cash, mut held) = (vec![], vec![], vec![], vec![]);
    for (user, account) in books.accounts.changed() {
        users.push(user.0);
        roles.push(account.role.to_string());
        cash.push(account.cash.micros());
        held.push(account.held.micros());
    }
    if users.is_empty() {
        return Ok(());
    }
    let sql = "insert into accounts (user_id, partition, role, cash, held)
               select k.user_id, $1, k.role, k.cash, k.held
               from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[]) as k (user_id, role, cash, held)
               on conflict (user_id) do update
               set role = excluded.role, cash = excluded.cash, held = excluded.held
               where accounts.partition = excluded.partition";
    let expected = users.len();
    let values = [partition.into(), users.into(), roles.into(), cash.into(), held.into()];
    all_of(expected, tx.execute(sql, values).await?, "an account of another partition")
}

async fn holdings(tx: &Tx, books: &Books) -> Result<(), Fault> {
    let (mut users, mut symbols, mut quantities) = (vec![], vec![], vec![]);
    let (mut held, mut costs, mut realised) = (vec![], vec![], vec![]);
    for ((user, symbol), holding) in books.holdings.changed() {
        users.push(user.0);
        symbols.push(symbol.to_string());
        quantities.push(holding.quantity.micros());
        held.push(holding.held.micros());
        costs.push(holding.cost.micros());
        realised.push(holding.realised.micros());
    }
    if users.is_empty() {
        return Ok(());
    }
    let sql = "insert into holdings (user_id, symbol, quantity, held, cost, realised)
               select * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
               on conflict (user_id, symbol) do update
               set quantity = excluded.quantity, held = excluded.held, cost = excluded.cost,
                   realised = excluded.realised";
    let values =
        [users.into(), symbols.into(), quantities.into(), held.into(), costs.into(), realised.into()];
    tx.execute(sql, values).await.map(|_| ())
}

async fn holds(tx: &Tx, books: &Books) -> Result<(), Fault> {
    let (mut orders, mut users, mut symbols, mut sides) = (vec![], vec![], vec![], vec![]);
    let (mut states, mut prices, mut quantities) = (vec![], vec![], vec![]);
    let (mut remaining, mut held, mut fees) = (vec![], vec![], vec![]);
    for (order, hold) in books.holds.changed() {
        orders.push(order.0);
        users.push(hold.user_id.0);
        symbols.push(hold.symbol.to_string());
        sides.push(hold.side.to_string());
        states.push(hold.state.as_str().to_owned());
        prices.push(hold.price.micros());
        quantities.push(hold.quantity.micros());
        remaining.push(hold.remaining.micros());
        held.push(hold.held_micros());
        fees.push(i32::try_from(hold.fee_basis_points).expect("below 10,000"));
    }
    if orders.is_empty() {
        return Ok(());
    }
    let sql = "insert into holds (order_id, user_id, symbol, side, state, price, quantity, remaining, held,
                                  fee_basis_points)
               select * from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::bigint[],
                                    $7::bigint[], $8::bigint[], $9::bigint[], $10::int[])
               on conflict (order_id) do update
               set state = excluded.state, remaining = excluded.remaining, held = excluded.held
               where holds.user_id = excluded.user_id";
    let expected = orders.len();
    let values = [
        orders.into(),
        users.into(),
        symbols.into(),
        sides.into(),
        states.into(),
        prices.into(),
        quantities.into(),
        remaining.into(),
        held.into(),
        fees.into(),
    ];
    all_of(expected, tx.execute(sql, values).await?, "a hold of another user")
}

async fn postings(tx: &Tx, books: &Books) -> Result<(), Fault> {
    let (mut users, mut kinds, mut symbols) = (vec![], vec![], vec![]);
    let (mut cash, mut shares, mut fees) = (vec![], vec![], vec![]);
    let (mut references, mut times): (Vec<Uuid>, Vec<Timestamp>) = (vec![], vec![]);
    for posting in &books.postings {
        users.push(posting.user_id.0);
        kinds.push(posting.kind.as_str().to_owned());
        symbols.push(text_of(posting.symbol));
        cash.push(posting.cash.micros());
        shares.push(posting.shares.micros());
        fees.push(posting.fee.micros());
        references.push(posting.reference);
        times.push(posting.at);
    }
    if users.is_empty() {
        return Ok(());
    }
    // In their order: a ledger reads as things happened.
    let sql = "insert into postings (user_id, kind, symbol, cash, shares, fee, reference, at)
               select user_id, kind, nullif(symbol, ''), cash, shares, fee, reference, at
               from unnest($1::uuid[], $2::text[], $3::text[], $4::bigint[], $5::bigint[], $6::bigint[],
                           $7::uuid[], $8::timestamptz[]) with ordinality
                    as k (user_id, kind, symbol, cash, shares, fee, reference, at, place)
               order by place";
    let values = [
        users.into(),
        kinds.into(),
        symbols.into(),
        cash.into(),
        shares.into(),
        fees.into(),
        references.into(),
        times.into(),
    ];
    tx.execute(sql, values).await.map(|_| ())
}

async fn system_accounts(tx: &Tx, partition: i32, books: &Books) -> Result<(), Fault> {
    let (mut accounts, mut symbols, mut gains) = (vec![], vec![], vec![]);
    for ((account, symbol), gain) in &books.system {
        accounts.push(account.as_str().to_owned());
        symbols.push(text_of(*symbol));
        gains.push(gain.to_string());
    }
    if accounts.is_empty() {
        return Ok(());
    }
    let sql = "insert into system_accounts (partition, account, symbol, balance)
               select $1, k.account, k.symbol, k.gain::numeric
               from unnest($2::text[], $3::text[], $4::text[]) as k (account, symbol, gain)
               on conflict (partition, account, symbol) do update
               set balance = system_accounts.balance + excluded.balance";
    let values = [partition.into(), accounts.into(), symbols.into(), gains.into()];
    tx.execute(sql, values).await.map(|_| ())
}

async fn movements_made(tx: &Tx, movements: &Movements) -> Result<(), Fault> {
    let (mut ids, mut users, mut kinds, mut symbols) = (vec![], vec![], vec![], vec![]);
    let (mut amounts, mut costs, mut cash, mut held) = (vec![], vec![], vec![], vec![]);
    for ((user, id), movement) in movements.0.changed() {
        let (kind, symbol, amount, cost) = match movement.kind {
            MovementKind::Deposit { amount } => ("deposit", None, amount.micros(), 0),
            MovementKind::Withdrawal { amount } => ("withdrawal", None, amount.micros(), 0),
            MovementKind::Shares { symbol, quantity, cost } => {
                ("deposit", Some(symbol), quantity.micros(), cost.micros())
            }
        };
        ids.push(id);
        users.push(user.0);
        kinds.push(kind.to_owned());
        symbols.push(text_of(symbol));
        amounts.push(amount);
        costs.push(cost);
        cash.push(movement.cash.total.micros());
        held.push(movement.cash.held.micros());
    }
    if ids.is_empty() {
        return Ok(());
    }
    let sql = "insert into movements (id, user_id, kind, symbol, amount, cost, cash, held)
               select id, user_id, kind, nullif(symbol, ''), amount, cost, cash, held
               from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::bigint[], $6::bigint[],
                           $7::bigint[], $8::bigint[])
                    as k (id, user_id, kind, symbol, amount, cost, cash, held)";
    let values = [
        ids.into(),
        users.into(),
        kinds.into(),
        symbols.into(),
        amounts.into(),
        costs.into(),
        cash.into(),
        held.into(),
    ];
    tx.execute(sql, values).await.map(|_| ())
}

async fn book_sequences(tx: &Tx, partition: i32, sequences: &Table<Symbol, u64>) -> Result<(), Fault> {
    let sql = "insert into books (partition, symbol, sequence)
               select $1, k.symbol, k.value from unnest($2::text[], $3::bigint[]) as k (symbol, value)
               on conflict (partition, symbol) do update set sequence = excluded.sequence";
    let changed = sequences.changed().map(|(symbol, sequence)| (symbol, sequence.cast_signed()));
    by_symbol(tx, sql, partition, changed).await
}

async fn prices(tx: &Tx, partition: i32, prices: &Table<Symbol, Price>) -> Result<(), Fault> {
    let sql = "insert into last_prices (partition, symbol, price)
               select $1, k.symbol, k.value from unnest($2::text[], $3::bigint[]) as k (symbol, value)
               on conflict (partition, symbol) do update set price = excluded.price";
    let changed = prices.changed().map(|(symbol, price)| (symbol, price.micros()));
    by_symbol(tx, sql, partition, changed).await
}

async fn by_symbol(
    tx: &Tx,
    sql: &str,
    partition: i32,
    changed: impl Iterator<Item = (Symbol, i64)>,
) -> Result<(), Fault> {
    let (symbols, values): (Vec<String>, Vec<i64>) =
        changed.map(|(symbol, value)| (symbol.to_string(), value)).unzip();
    if symbols.is_empty() {
        return Ok(());
    }
    tx.execute(sql, [partition.into(), symbols.into(), values.into()]).await.map(|_| ())
}

/// No symbol is the empty text in arrays, which cannot easily hold a null.
fn text_of(symbol: Option<Symbol>) -> String {
    symbol.map_or_else(String::new, |symbol| symbol.to_string())
}

/// A row that was not written belongs to somebody else: then nothing of the step is.
fn all_of(expected: usize, written: u64, whose: &'static str) -> Result<(), Fault> {
    if written == expected as u64 {
        return Ok(());
    }
    Err(Fault::new("save a step", format!("would have changed {whose}")))
}
