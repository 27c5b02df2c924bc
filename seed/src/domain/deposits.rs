//! cash.csv and holdings.csv: what people bring along.

use super::{
    Deposit, Kind, Problem, Row, ShareDeposit,
    cells::Cells,
    stocks::Listed,
    table::{Record, Table},
};
use contracts::{Quantity, Symbol, UserId};
use std::collections::HashMap;
use uuid::Uuid;

pub type KnownPeople<'a> = Option<&'a HashMap<UserId, u64>>;
pub type KnownStocks<'a> = Option<&'a HashMap<Symbol, Listed>>;

/// Cash and shares share one space of ids: the same id moves something once.
#[derive(Default)]
pub struct Ids(HashMap<Uuid, (Kind, u64)>);

pub struct Deposits<T> {
    pub rows: Vec<Row<T>>,
    /// Every row was read, so that sums over them mean something.
    pub whole: bool,
}

impl<T> Deposits<T> {
    fn read(table: &Table, mut row: impl FnMut(&Record) -> Option<T>) -> Self {
        let mut rows = Vec::new();
        for record in &table.records {
            rows.extend(row(record).map(|wants| Row { line: record.line, wants }));
        }
        let whole = table.whole && rows.len() == table.records.len();
        Deposits { rows, whole }
    }
}

pub fn cash(
    table: &Table,
    people: KnownPeople,
    ids: &mut Ids,
    problems: &mut Vec<Problem>,
) -> Deposits<Deposit> {
    Deposits::read(table, |record| {
        let mut cells = Cells::of(table, record, problems);
        let id = id(&mut cells, Kind::Cash, ids);
        let user_id = user(&mut cells, people);
        let amount = cells.positive("amount");
        Some(Deposit { id: id?, user_id: user_id?, amount: amount? })
    })
}

pub fn shares(
    table: &Table,
    (people, stocks): (KnownPeople, KnownStocks),
    ids: &mut Ids,
    problems: &mut Vec<Problem>,
) -> Deposits<ShareDeposit> {
    Deposits::read(table, |record| {
        let mut cells = Cells::of(table, record, problems);
        let id = id(&mut cells, Kind::Holdings, ids);
        let user_id = user(&mut cells, people);
        let symbol = symbol(&mut cells, stocks);
        let quantity = quantity(&mut cells, symbol, stocks);
        let cost = cells.positive("cost");
        Some(ShareDeposit { id: id?, user_id: user_id?, symbol: symbol?, quantity: quantity?, cost: cost? })
    })
}

fn id(cells: &mut Cells, kind: Kind, ids: &mut Ids) -> Option<Uuid> {
    let id = cells.id("id")?;
    if let Some((kind, line)) = ids.0.get(&id) {
        cells.refuse("id", format!("stands in {} on line {line} already: {id}", kind.file()));
        return None;
    }
    ids.0.insert(id, (kind, cells.line()));
    Some(id)
}

pub fn user(cells: &mut Cells, people: KnownPeople) -> Option<UserId> {
    let user_id = cells.id("user_id")?;
    if people.is_some_and(|people| !people.contains_key(&user_id)) {
        cells.refuse("user_id", format!("expected somebody of {}, got {user_id}", Kind::People.file()));
        return None;
    }
    Some(user_id)
}

pub fn symbol(cells: &mut Cells, stocks: KnownStocks) -> Option<Symbol> {
    let symbol = cells.parse("symbol")?;
    if stocks.is_some_and(|stocks| !stocks.contains_key(&symbol)) {
        cells.refuse("symbol", format!("expected a symbol of {}, got {symbol}", Kind::Stocks.file()));
        return None;
    }
    Some(symbol)
}

/// A whole number of the symbol's lots.
pub fn quantity(cells: &mut Cells, symbol: Option<Symbol>, stocks: KnownStocks) -> Option<Quantity> {
    let quantity: Quantity = cells.positive("quantity")?;
    let lot = stocks.zip(symbol).and_then(|(stocks, symbol)| stocks.get(&symbol)?.lot_size);
    if let Some(lot) = lot.filter(|lot| !quantity.is_multiple_of(*lot)) {
        cells.refuse("quantity", format!("expected a multiple of the lot {lot}, got {quantity}"));
        return None;
    }
    Some(quantity)
}
