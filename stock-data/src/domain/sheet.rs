//! A sheet of instruments: CSV with a header, the columns of `stocks.csv` in any order. What is wrong is
//! refused with its line, its column and the rule.

use contracts::{Code, Refusal, json, refusal::quoted, stock_data::Instrument};
use csv::{ReaderBuilder, StringRecord};
use serde_json::{Map, Value};

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    pub line: usize,
    pub instrument: Instrument,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Cell {
    /// Every row says something here.
    Required,
    Text,
    Number,
    /// Several, with spaces between them.
    Words,
}

/// Named as in `Instrument`.
const COLUMNS: [(&str, Cell); 14] = [
    ("symbol", Cell::Required),
    ("name", Cell::Required),
    ("currency", Cell::Required),
    ("tick_size", Cell::Required),
    ("lot_size", Cell::Required),
    ("previous_close", Cell::Required),
    ("state", Cell::Required),
    ("hours.days", Cell::Words),
    ("hours.opens", Cell::Text),
    ("hours.closes", Cell::Text),
    ("price_band.basis_points", Cell::Number),
    ("price_band.limit_state_seconds", Cell::Number),
    ("price_band.halt_seconds", Cell::Number),
    ("auction_seconds", Cell::Number),
];

/// Every row, or the first thing that is wrong.
pub fn read(sheet: &str) -> Result<Vec<Row>, Refusal> {
    let sheet = sheet.strip_prefix('\u{feff}').unwrap_or(sheet);
    // Line by line: no cell of ours has a line's end in it, and so every line keeps its number.
    let mut lines = (1..).zip(sheet.lines()).filter(|(_, line)| !line.trim().is_empty());
    let Some((line, header)) = lines.next() else {
        return Err(Refusal::new(Code::Malformed, "expected a header and rows, got an empty sheet"));
    };
    let columns = columns(line, &cells(line, header)?)?;
    let mut rows: Vec<Row> = Vec::new();
    for (line, text) in lines {
        let cells = cells(line, text)?;
        if cells.len() != columns.len() {
            let rule = format!("expected {} cells, got {}", columns.len(), cells.len());
            return Err(at(line, Refusal::new(Code::Malformed, rule)));
        }
        let instrument = instrument(&columns, &cells).map_err(|refusal| at(line, refusal))?;
        if let Some(earlier) = rows.iter().find(|row| row.instrument.symbol == instrument.symbol) {
            let rule = format!("{} stands on line {} already", instrument.symbol, earlier.line);
            return Err(at(line, Refusal::of_field(Code::InvalidValue, "symbol", rule)));
        }
        rows.push(Row { line, instrument });
    }
    Ok(rows)
}

/// With the line in its words.
pub fn at(line: usize, refusal: Refusal) -> Refusal {
    Refusal { message: format!("line {line}: {}", refusal.message), ..refusal }
}

fn cells(line: usize, text: &str) -> Result<StringRecord, Refusal> {
    let mut reader = ReaderBuilder::new().has_headers(false).flexible(true).from_reader(text.as_bytes());
    let mut record = StringRecord::new();
    reader
        .read_record(&mut record)
        .map_err(|error| at(line, Refusal::new(Code::Malformed, format!("no line of CSV: {error}"))))?;
    Ok(record)
}

fn columns(line: usize, header: &StringRecord) -> Result<Vec<(&'static str, Cell)>, Refusal> {
    let mut columns: Vec<(&str, Cell)> = Vec::new();
    for name in header {
        let Some(column) = COLUMNS.into_iter().find(|(known, _)| *known == name) else {
            let known = COLUMNS.map(|(name, _)| name).join(", ");
            let rule = format!("expected columns out of {known}, got {}", quoted(name));
            return Err(at(line, Refusal::new(Code::UnknownField, rule)));
        };
        if columns.contains(&column) {
            let twice = Refusal::of_field(Code::UnexpectedField, column.0, "stands in the header twice");
            return Err(at(line, twice));
        }
        columns.push(column);
    }
    let missing = COLUMNS.into_iter().find(|column| column.1 == Cell::Required && !columns.contains(column));
    match missing {
        Some((name, _)) => {
            Err(at(line, Refusal::of_field(Code::MissingField, name, "is missing from the header")))
        }
        None => Ok(columns),
    }
}

/// As JSON first: so the columns are read by the same rules as everywhere else.
fn instrument(columns: &[(&'static str, Cell)], cells: &StringRecord) -> Result<Instrument, Refusal> {
    let (mut fields, mut rules) = (Map::new(), Map::new());
    for ((name, kind), text) in columns.iter().zip(cells) {
        if text.is_empty() {
            if *kind == Cell::Required {
                return Err(Refusal::of_field(Code::MissingField, name, "is empty"));
            }
            continue;
        }
        let value = match kind {
            Cell::Required | Cell::Text => Value::from(text),
            Cell::Words => text.split_whitespace().collect(),
            Cell::Number => text.parse::<u32>().map(Value::from).map_err(|_| {
                let rule = format!("expected a whole number, got {}", quoted(text));
                Refusal::of_field(Code::InvalidValue, name, rule)
            })?,
        };
        let (of, field) = match (kind, name.split_once('.')) {
            (Cell::Required, _) => (&mut fields, *name),
            (_, None) => (&mut rules, *name),
            (_, Some((group, field))) => {
                let group = rules.entry(group).or_insert_with(|| Value::Object(Map::new()));
                (group.as_object_mut().expect("a group of fields"), field)
            }
        };
        of.insert(field.to_owned(), value);
    }
    if !rules.is_empty() {
        fields.insert("rules".to_owned(), Value::Object(rules));
    }
    json::read_value(&Value::Object(fields)).map_err(|refusal: Refusal| {
        let field = refusal.field.map(|field| field.strip_prefix("rules.").unwrap_or(&field).to_owned());
        Refusal { field, ..refusal }
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    const HEADER: &str = "symbol,name,currency,tick_size,lot_size,previous_close,state";

    fn check(sheet: &str, expected: Expect) {
        let shown = match read(sheet) {
            Ok(rows) => {
                let row =
                    |row: &Row| format!("{} {}", row.line, serde_json::to_string(&row.instrument).unwrap());
                rows.iter().map(row).collect::<Vec<_>>().join("\n")
            }
            Err(refusal) => refusal.to_string(),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn a_row_is_an_instrument() {
        check(
            "\u{feff}state,symbol,name,currency,tick_size,lot_size,previous_close,auction_seconds,hours.days,hours.opens,hours.closes\r\n\r\n\
             open,ACME,\"Acme, Inc.\",USD,0.01,1,100,,,,\r\n\
             halted,BOLT,Bolt,USD,0.01,1,5,60,monday friday,14:30,21:00\r\n",
            expect![[r#"
                3 {"symbol":"ACME","name":"Acme, Inc.","currency":"USD","tick_size":"0.01","lot_size":"1","previous_close":"100","state":"open"}
                4 {"symbol":"BOLT","name":"Bolt","currency":"USD","tick_size":"0.01","lot_size":"1","previous_close":"5","state":"halted","rules":{"hours":{"days":["monday","friday"],"opens":"14:30","closes":"21:00"},"auction_seconds":60}}"#]],
        );
    }

    #[test]
    fn what_is_wrong_is_told_with_its_line_and_column() {
        let row = "ACME,Acme,USD,0.01,1,100,open";
        check("", expect!["expected a header and rows, got an empty sheet (malformed)"]);
        check(
            "symbol,colour",
            expect![[
                r#"line 1: expected columns out of symbol, name, currency, tick_size, lot_size, previous_close, state, hours.days, hours.opens, hours.closes, price_band.basis_points, price_band.limit_state_seconds, price_band.halt_seconds, auction_seconds, got "colour" (unknown_field)"#
            ]],
        );
        check("symbol,symbol", expect!["symbol: line 1: stands in the header twice (unexpected_field)"]);
        check("symbol,name", expect!["currency: line 1: is missing from the header (missing_field)"]);
        check(&format!("{HEADER}\n\n{row},1"), expect!["line 3: expected 7 cells, got 8 (malformed)"]);
        check(
            &format!("{HEADER}\n{row}\n{row}"),
            expect!["symbol: line 3: ACME stands on line 2 already (invalid_value)"],
        );
        check(
            &format!("{HEADER}\nACME,Acme,USD,0.01,,100,open"),
            expect!["lot_size: line 2: is empty (missing_field)"],
        );
        check(
            &format!("{HEADER}\nACME,Acme,USD,1e3,1,100,open"),
            expect![[r#"tick_size: line 2: expected a decimal such as "12.50", got "1e3" (malformed)"#]],
        );
        check(
            &format!("{HEADER}\nACME,Acme,USD,0.01,1,100,shut"),
            expect!["state: line 2: unknown variant `shut`, expected `open` or `halted` (malformed)"],
        );
        check(
            &format!("{HEADER},auction_seconds\n{row},soon"),
            expect![[r#"auction_seconds: line 2: expected a whole number, got "soon" (invalid_value)"#]],
        );
        check(
            &format!("{HEADER},hours.days\n{row},monday caturday"),
            expect![
                "hours.days[1]: line 2: unknown variant `caturday`, expected one of `monday`, `tuesday`, `wednesday`, `thursday`, `friday`, `saturday`, `sunday` (malformed)"
            ],
        );
        check(
            &format!("{HEADER},hours.days\n{row},monday"),
            expect!["hours.opens: line 2: missing field `opens` (missing_field)"],
        );
    }
}
