//! I1–I5, I13: nothing is made, lost, negative or held for nobody.

use crate::exchange::Exchange;
use crate::twin::{Row, Tables, number, text, uuid};
use contracts::topology;
use std::collections::BTreeMap;
use uuid::Uuid;

const SCALE: i128 = contracts::amount::SCALE as i128;
const CASH: &str = "";

/// Between any two steps.
pub fn check(tables: &Tables, with_postings: bool) -> Result<(), String> {
    world_is_flat(tables)?;
    holds_are_what_is_held(tables)?;
    if with_postings { balances_are_postings(tables) } else { Ok(()) }
}

/// When every fill has arrived.
pub fn check_all(exchange: &mut Exchange) -> Result<(), String> {
    let state = exchange.databases[topology::PORTFOLIO].lock();
    check(&state.tables, true)?;
    fills_are_posted(&state.tables)?;
    movements_are_posted(&state.tables)?;
    let mut clearing = BTreeMap::<&str, i128>::new();
    for row in state.tables.rows("system_accounts").filter(|row| text(row, "account") == Some("clearing")) {
        *clearing.entry(text(row, "symbol").unwrap_or(CASH)).or_default() += balance(row);
    }
    agree("clearing is flat", &clearing, &BTreeMap::new())
}

fn balance(row: &Row) -> i128 {
    text(row, "balance").and_then(|text| text.parse().ok()).expect("a balance is a whole number")
}

fn n(row: &Row, column: &str) -> i128 {
    i128::from(number(row, column))
}

/// Two ledgers of the same things: what is nothing in one may be absent in the other.
fn agree<K: Ord + Clone + std::fmt::Debug>(
    rule: &str,
    one: &BTreeMap<K, i128>,
    other: &BTreeMap<K, i128>,
) -> Result<(), String> {
    for key in one.keys().chain(other.keys()) {
        let (a, b) = (one.get(key).copied().unwrap_or(0), other.get(key).copied().unwrap_or(0));
        if a != b {
            return Err(format!("{rule}: {key:?} is {a}, it should be {b}"));
        }
    }
    Ok(())
}

fn world_is_flat(tables: &Tables) -> Result<(), String> {
    let mut world = BTreeMap::<String, i128>::new();
    let mut add = |symbol: &str, amount| *world.entry(symbol.to_owned()).or_default() += amount;
    tables.rows("accounts").for_each(|row| add(CASH, n(row, "cash")));
    tables.rows("holdings").for_each(|row| add(text(row, "symbol").unwrap_or(CASH), n(row, "quantity")));
    tables.rows("system_accounts").for_each(|row| add(text(row, "symbol").unwrap_or(CASH), balance(row)));
    agree("all balances together are nothing", &world, &BTreeMap::new())
}

fn holds_are_what_is_held(tables: &Tables) -> Result<(), String> {
    let (mut held, mut right) = (BTreeMap::new(), BTreeMap::<(Uuid, String), i128>::new());
    for row in tables.rows("accounts") {
        held.insert((uuid(row, "user_id"), CASH.to_owned()), n(row, "held"));
    }
    for row in tables.rows("holdings") {
        held.insert(
            (uuid(row, "user_id"), text(row, "symbol").unwrap_or_default().to_owned()),
            n(row, "held"),
        );
    }
    for row in tables.rows("holds") {
        let (pending, sells) = (text(row, "state") == Some("pending"), text(row, "side") == Some("sell"));
        let worst = match (pending, sells) {
            (false, _) => 0,
            (true, true) => n(row, "remaining") + added(row),
            (true, false) => {
                let value = worst_value(row) / SCALE;
                value + value * n(row, "fee_basis_points") / 10_000
            }
        };
        if n(row, "held") != worst || !(0..=n(row, "quantity")).contains(&n(row, "remaining")) {
            return Err(format!("a hold is its order's worst cost ({worst}): {row:?}"));
        }
        let asset = if sells { text(row, "symbol").unwrap_or_default() } else { CASH };
        *right.entry((uuid(row, "user_id"), asset.to_owned())).or_default() += worst;
    }
    agree("what is held is what pending orders hold", &held, &right)
}

/// What a change that the book has yet to decide would add.
fn added(row: &Row) -> i128 {
    (n(row, "amended_to") - n(row, "amended_from")).max(0)
}

/// Of what is left as it is, and of what is left as it may be, the dearer.
fn worst_value(row: &Row) -> i128 {
    let (price, amended, remaining) = (n(row, "price"), n(row, "amended_price"), n(row, "remaining"));
    let difference = n(row, "amended_to") - n(row, "amended_from");
    let changed_at_once = amended * (remaining + difference).max(0);
    (price * remaining + amended * added(row)).max(changed_at_once)
}

fn balances_are_postings(tables: &Tables) -> Result<(), String> {
    let (mut balances, mut posted) = (BTreeMap::new(), BTreeMap::<(Uuid, String), i128>::new());
    let mut trades = BTreeMap::<(Uuid, Uuid), u32>::new();
    for row in tables.rows("postings") {
        let user = uuid(row, "user_id");
        *posted.entry((user, CASH.to_owned())).or_default() += n(row, "cash") - n(row, "fee");
        if let Some(symbol) = text(row, "symbol") {
            *posted.entry((user, symbol.to_owned())).or_default() += n(row, "shares");
        }
        if text(row, "kind") == Some("trade") {
            *trades.entry((user, uuid(row, "reference"))).or_default() += 1;
        }
    }
    for row in tables.rows("accounts") {
        balances.insert((uuid(row, "user_id"), CASH.to_owned()), n(row, "cash"));
    }
    for row in tables.rows("holdings") {
        let symbol = text(row, "symbol").unwrap_or_default().to_owned();
        balances.insert((uuid(row, "user_id"), symbol), n(row, "quantity"));
    }
    if let Some(((user, trade), times)) = trades.iter().find(|(_, times)| **times > 1) {
        return Err(format!("a trade is posted once: user {user} has trade {trade} {times} times"));
    }
    agree("balances are the sum of their postings", &balances, &posted)
}

/// What a user's orders were filled is what he traded.
fn fills_are_posted(tables: &Tables) -> Result<(), String> {
    let (mut filled, mut traded) = (BTreeMap::<_, i128>::new(), BTreeMap::<_, i128>::new());
    for row in tables.rows("holds") {
        let key = (
            uuid(row, "user_id"),
            text(row, "symbol").unwrap_or_default().to_owned(),
            text(row, "side") == Some("sell"),
        );
        *filled.entry(key).or_default() += n(row, "quantity") - n(row, "remaining");
    }
    for row in tables.rows("postings").filter(|row| text(row, "kind") == Some("trade")) {
        let key =
            (uuid(row, "user_id"), text(row, "symbol").unwrap_or_default().to_owned(), n(row, "shares") < 0);
        *traded.entry(key).or_default() += n(row, "shares").abs();
    }
    agree("holds were filled by what was traded", &filled, &traded)
}

/// A caller's id moves money once.
fn movements_are_posted(tables: &Tables) -> Result<(), String> {
    let key = |row: &Row, id: &str| (uuid(row, "user_id"), uuid(row, id));
    let asked = tables.rows("movements").map(|row| (key(row, "id"), n(row, "amount"))).collect();
    let mut posted = BTreeMap::<_, i128>::new();
    for row in tables.rows("postings").filter(|row| text(row, "kind") != Some("trade")) {
        let amount = if text(row, "symbol").is_some() { n(row, "shares") } else { n(row, "cash").abs() };
        *posted.entry(key(row, "reference")).or_default() += amount;
    }
    agree("an id moves once what it says", &asked, &posted)
}
