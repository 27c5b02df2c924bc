//! Saves what a step changed: one statement per table, none for a table that it did not touch.

use super::Rows;
use crate::domain::{Amendment, Books, Hold, Holding, MovementKind, Movements, Table};
use chassis::Writes;
use contracts::{OrderId, Price, Symbol, Timestamp, UserId};
use sea_orm::Value;
use uuid::Uuid;

pub fn write(partition: u16, rows: &Rows, writes: &mut Writes) {
    let Rows { books, movements, last_prices, sequences } = rows;
    let partition = i32::from(partition);
    accounts(partition, books, writes);
    holdings(books, writes);
    new_holds(books, writes);
    changed_holds(books, writes);
    postings(books, writes);
    system_accounts(partition, books, writes);
    movements_made(movements, writes);
    book_sequences(partition, sequences, writes);
    prices(partition, last_prices, writes);
}

/// Accounts are made when somebody is first heard of, and then change with every trade.
fn accounts(partition: i32, books: &Books, writes: &mut Writes) {
    let (mut users, mut roles, mut cash, mut held) = (vec![], vec![], vec![], vec![]);
    let mut closed = vec![];
    for (user, account) in books.accounts.added() {
        users.push(user.0);
        roles.push(account.role.to_string());
        cash.push(account.cash.micros());
        held.push(account.held.micros());
        closed.push(account.is_closed);
    }
    if !users.is_empty() {
        let sql = "insert into accounts (user_id, partition, role, cash, held, closed)
                   select user_id, $1, role, cash, held, closed
                   from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::boolean[])
                       as k (user_id, role, cash, held, closed)";
        let values = [partition.into(), users.into(), roles.into(), cash.into(), held.into(), closed.into()];
        writes.add(sql, values);
    }
    let (mut users, mut roles, mut cash, mut held) = (vec![], vec![], vec![], vec![]);
    let mut closed = vec![];
    for (user, account) in books.accounts.updated() {
        users.push(user.0);
        roles.push(account.role.to_string());
        cash.push(account.cash.micros());
        held.push(account.held.micros());
        closed.push(account.is_closed);
    }
    if !users.is_empty() {
        let sql = "update accounts a set role = k.role, cash = k.cash, held = k.held, closed = k.closed
                   from unnest($2::uuid[], $3::text[], $4::bigint[], $5::bigint[], $6::boolean[])
                       as k (user_id, role, cash, held, closed)
                   where a.user_id = k.user_id and a.partition = $1";
        let expected = users.len();
        let values = [partition.into(), users.into(), roles.into(), cash.into(), held.into(), closed.into()];
        writes.exactly(expected, "an account is not this partition's", sql, values);
    }
}

fn holdings(books: &Books, writes: &mut Writes) {
    let insert = "insert into holdings (user_id, symbol, quantity, held, cost, realised)
        select * from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])";
    let update = "update holdings h
        set quantity = k.quantity, held = k.held, cost = k.cost, realised = k.realised
        from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[])
            as k (user_id, symbol, quantity, held, cost, realised)
        where h.user_id = k.user_id and h.symbol = k.symbol";
    let (rows, values) = holding_columns(books.holdings.added());
    if rows > 0 {
        writes.add(insert, values);
    }
    let (rows, values) = holding_columns(books.holdings.updated());
    if rows > 0 {
        writes.exactly(rows, "a holding that is to change is not there", update, values);
    }
}

fn holding_columns(rows: impl Iterator<Item = ((UserId, Symbol), Holding)>) -> (usize, [Value; 6]) {
    let (mut users, mut symbols) = (vec![], vec![]);
    let mut amounts: [Vec<i64>; 4] = Default::default();
    for ((user, symbol), holding) in rows {
        users.push(user.0);
        symbols.push(symbol.to_string());
        let of = [
            holding.quantity.micros(),
            holding.held.micros(),
            holding.cost.micros(),
            holding.realised.micros(),
        ];
        amounts.iter_mut().zip(of).for_each(|(column, amount)| column.push(amount));
    }
    let [quantities, held, costs, realised] = amounts;
    let rows = users.len();
    let values =
        [users.into(), symbols.into(), quantities.into(), held.into(), costs.into(), realised.into()];
    (rows, values)
}

/// What of a hold changes once it is made.
struct Changing {
    orders: Vec<Uuid>,
    states: Vec<String>,
    /// Price, quantity, remaining, awaited, held, and an amendment's price and quantities.
    amounts: [Vec<i64>; 8],
}

impl Changing {
    fn of(holds: impl Iterator<Item = (OrderId, Hold)>) -> Self {
        let mut columns = Changing { orders: vec![], states: vec![], amounts: Default::default() };
        for (order, hold) in holds {
            columns.orders.push(order.0);
            columns.states.push(hold.state.as_str().to_owned());
            // An amendment of nothing is none.
            let Amendment { price, was_quantity, quantity } = hold.amendment.unwrap_or_default();
            let of = [
                hold.price.micros(),
                hold.quantity.micros(),
                hold.remaining.micros(),
                hold.awaited.micros(),
                hold.held_micros(),
                price.micros(),
                was_quantity.micros(),
                quantity.micros(),
            ];
            columns.amounts.iter_mut().zip(of).for_each(|(column, amount)| column.push(amount));
        }
        columns
    }

    fn into_values(self) -> impl Iterator<Item = Value> {
        [self.orders.into(), self.states.into()].into_iter().chain(self.amounts.map(Value::from))
    }
}

fn new_holds(books: &Books, writes: &mut Writes) {
    let changing = Changing::of(books.holds.added());
    if changing.orders.is_empty() {
        return;
    }
    let (mut users, mut symbols, mut sides) = (vec![], vec![], vec![]);
    let (mut fees, mut exits, mut replaced) = (vec![], vec![], vec![]);
    for (_, hold) in books.holds.added() {
        users.push(hold.user_id.0);
        symbols.push(hold.symbol.to_string());
        sides.push(hold.side.to_string());
        fees.push(i32::try_from(hold.fee_basis_points).expect("below 10,000"));
        exits.push(hold.exit.map_or(Uuid::nil(), |exit| exit.0));
        replaced.push(hold.replaces.map_or(Uuid::nil(), |replaced| replaced.0));
    }
    let sql = "insert into holds (order_id, state, price, quantity, remaining, awaited, held, amended_price,
                                  amended_from, amended_to, user_id, symbol, side, fee_basis_points,
                                  exit_order_id, replaces)
               select order_id, state, price, quantity, remaining, awaited, held, amended_price,
                      amended_from, amended_to, user_id, symbol, side, fee_basis_points,
                      nullif(exit_order_id, '00000000-0000-0000-0000-000000000000'),
                      nullif(replaces, '00000000-0000-0000-0000-000000000000')
               from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                           $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[], $11::uuid[], $12::text[],
                           $13::text[], $14::int[], $15::uuid[], $16::uuid[])
                    as k (order_id, state, price, quantity, remaining, awaited, held, amended_price,
                          amended_from, amended_to, user_id, symbol, side, fee_basis_points, exit_order_id,
                          replaces)";
    let fixed = [users.into(), symbols.into(), sides.into(), fees.into(), exits.into(), replaced.into()];
    writes.add(sql, changing.into_values().chain(fixed));
}

fn changed_holds(books: &Books, writes: &mut Writes) {
    let changing = Changing::of(books.holds.updated());
    if changing.orders.is_empty() {
        return;
    }
    let sql = "update holds h
               set state = k.state, price = k.price, quantity = k.quantity, remaining = k.remaining,
                   awaited = k.awaited, held = k.held, amended_price = k.amended_price,
                   amended_from = k.amended_from, amended_to = k.amended_to
               from unnest($1::uuid[], $2::text[], $3::bigint[], $4::bigint[], $5::bigint[], $6::bigint[],
                           $7::bigint[], $8::bigint[], $9::bigint[], $10::bigint[])
                    as k (order_id, state, price, quantity, remaining, awaited, held, amended_price,
                          amended_from, amended_to)
               where h.order_id = k.order_id";
    let expected = changing.orders.len();
    writes.exactly(expected, "a hold that is to change is not there", sql, changing.into_values());
}

fn postings(books: &Books, writes: &mut Writes) {
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
        return;
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
    writes.add(sql, values);
}

fn system_accounts(partition: i32, books: &Books, writes: &mut Writes) {
    let (mut accounts, mut symbols, mut gains) = (vec![], vec![], vec![]);
    for ((account, symbol), gain) in &books.system {
        accounts.push(account.as_str().to_owned());
        symbols.push(text_of(*symbol));
        gains.push(gain.to_string());
    }
    if accounts.is_empty() {
        return;
    }
    let sql = "insert into system_accounts (partition, account, symbol, balance)
               select $1, k.account, k.symbol, k.gain::numeric
               from unnest($2::text[], $3::text[], $4::text[]) as k (account, symbol, gain)
               on conflict (partition, account, symbol) do update
               set balance = system_accounts.balance + excluded.balance";
    let values = [partition.into(), accounts.into(), symbols.into(), gains.into()];
    writes.add(sql, values);
}

fn movements_made(movements: &Movements, writes: &mut Writes) {
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
        return;
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
    writes.add(sql, values);
}

fn book_sequences(partition: i32, sequences: &Table<Symbol, u64>, writes: &mut Writes) {
    let sql = "insert into books (partition, symbol, sequence)
               select $1, k.symbol, k.value from unnest($2::text[], $3::bigint[]) as k (symbol, value)
               on conflict (partition, symbol) do update set sequence = excluded.sequence";
    let changed = sequences.changed().map(|(symbol, sequence)| (symbol, sequence.cast_signed()));
    by_symbol(sql, partition, changed, writes);
}

fn prices(partition: i32, prices: &Table<Symbol, Price>, writes: &mut Writes) {
    let sql = "insert into last_prices (partition, symbol, price)
               select $1, k.symbol, k.value from unnest($2::text[], $3::bigint[]) as k (symbol, value)
               on conflict (partition, symbol) do update set price = excluded.price";
    let changed = prices.changed().map(|(symbol, price)| (symbol, price.micros()));
    by_symbol(sql, partition, changed, writes);
}

fn by_symbol(
    sql: &'static str,
    partition: i32,
    changed: impl Iterator<Item = (Symbol, i64)>,
    writes: &mut Writes,
) {
    let (symbols, values): (Vec<String>, Vec<i64>) =
        changed.map(|(symbol, value)| (symbol.to_string(), value)).unzip();
    if symbols.is_empty() {
        return;
    }
    writes.add(sql, [partition.into(), symbols.into(), values.into()]);
}

/// No symbol is the empty text in arrays, which cannot easily hold a null.
fn text_of(symbol: Option<Symbol>) -> String {
    symbol.map_or_else(String::new, |symbol| symbol.to_string())
}
