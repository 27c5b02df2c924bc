//! stocks.csv: what is traded, in which steps, and by which rules.

use super::{Problem, Row, cells::Cells, problem::shown, rules::rules, table::Table};
use contracts::{
    Price, Quantity, Symbol,
    stock_data::{Instrument, InstrumentState, NAME_CHARACTERS_MAX},
};
use std::collections::HashMap;

pub struct Stocks {
    pub rows: Vec<Row<Instrument>>,
    pub known: HashMap<Symbol, Listed>,
}

/// A symbol that was read, with as much of its row as could be.
pub struct Listed {
    line: u64,
    pub tick_size: Option<Price>,
    pub lot_size: Option<Quantity>,
}

pub fn read(table: &Table, problems: &mut Vec<Problem>) -> Stocks {
    let mut stocks = Stocks { rows: vec![], known: HashMap::new() };
    for record in &table.records {
        let mut cells = Cells::of(table, record, problems);
        let tick_size: Option<Price> = cells.positive("tick_size");
        let lot_size: Option<Quantity> = cells.positive("lot_size");
        if let (Some(tick), Some(lot)) = (tick_size, lot_size)
            && tick.times(lot).is_err()
        {
            cells.refuse("lot_size", format!("tick {tick} × lot {lot} is no whole number of millionths"));
        }
        let symbol = cells.parse("symbol").filter(|symbol| {
            let listed = Listed { line: record.line, tick_size, lot_size };
            is_new(*symbol, listed, &mut stocks, &mut cells)
        });
        let name = cells.name(NAME_CHARACTERS_MAX);
        let currency = currency(&mut cells);
        let previous_close: Option<Price> = cells.positive("previous_close");
        if let (Some(tick), Some(price)) = (tick_size, previous_close)
            && !price.is_multiple_of(tick)
        {
            cells.refuse("previous_close", format!("expected a multiple of the tick {tick}, got {price}"));
        }
        let state: Option<InstrumentState> = cells.parse("state");
        let rules = rules(&mut cells);
        let (
            Some(symbol),
            Some(name),
            Some(currency),
            Some(tick_size),
            Some(lot_size),
            Some(previous_close),
            Some(state),
            Some(rules),
        ) = (symbol, name, currency, tick_size, lot_size, previous_close, state, rules)
        else {
            continue;
        };
        let wants = Instrument { symbol, name, currency, tick_size, lot_size, previous_close, state, rules };
        stocks.rows.push(Row { line: record.line, wants });
    }
    stocks
}

fn is_new(symbol: Symbol, listed: Listed, stocks: &mut Stocks, cells: &mut Cells) -> bool {
    if let Some(Listed { line, .. }) = stocks.known.get(&symbol) {
        cells.refuse("symbol", format!("stands on line {line} already: {symbol}"));
        return false;
    }
    stocks.known.insert(symbol, listed);
    true
}

fn currency(cells: &mut Cells) -> Option<String> {
    let currency = cells.text("currency")?;
    if currency.len() == 3 && currency.bytes().all(|b| b.is_ascii_uppercase()) {
        return Some(currency.to_owned());
    }
    cells.refuse("currency", format!("expected three letters as in ISO 4217, got {}", shown(currency)));
    None
}
