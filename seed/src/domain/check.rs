//! The whole check: every file, every row, every cell, and what must hold between them.

use super::{
    Kind, Plan, Problem,
    deposits::{self, Ids},
    orders, people, stocks,
    table::{self, Table},
};

/// What all files want together, or all that is wrong, by file and line.
pub fn check<'a>(
    contents: impl Iterator<Item = (Kind, Result<&'a [u8], &'a str>)>,
) -> Result<Plan, Vec<Problem>> {
    let mut problems = Vec::new();
    let mut tables = Vec::new();
    for (kind, content) in contents {
        match content {
            Ok(bytes) => tables.extend(table::read(kind, bytes, &mut problems)),
            Err(reason) => problems.push(Problem::of_file(kind, reason)),
        }
    }
    let table = |kind| tables.iter().find(|table: &&Table| table.kind == kind);

    // Where a file could not be read, nothing is said about the names that others take from it.
    let people = table(Kind::People).map(|table| people::read(table, &mut problems));
    let stocks = table(Kind::Stocks).map(|table| stocks::read(table, &mut problems));
    let known = (people.as_ref().map(|p| &p.known), stocks.as_ref().map(|s| &s.known));
    let mut ids = Ids::default();
    let cash = table(Kind::Cash).map(|table| deposits::cash(table, known.0, &mut ids, &mut problems));
    let holdings = table(Kind::Holdings).map(|table| deposits::shares(table, known, &mut ids, &mut problems));
    let orders = table(Kind::Orders).map(|table| orders::read(table, known, &mut problems));

    if let Some(orders) = &orders {
        orders::check_crossing(orders, &mut problems);
        if let Some(cash) = cash.as_ref().filter(|cash| cash.whole) {
            orders::check_cash(orders, &cash.rows, &mut problems);
        }
        if let Some(holdings) = holdings.as_ref().filter(|holdings| holdings.whole) {
            orders::check_shares(orders, &holdings.rows, &mut problems);
        }
    }
    if !problems.is_empty() {
        problems.sort();
        return Err(problems);
    }
    let read = "a file without problems was read";
    Ok(Plan {
        people: people.expect(read).rows,
        stocks: stocks.expect(read).rows,
        cash: cash.expect(read).rows,
        holdings: holdings.expect(read).rows,
        orders: orders.expect(read),
    })
}
