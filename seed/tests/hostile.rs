//! Files that spreadsheets, editors and enemies write: checked to the end, never a panic; each error
//! is one short line that names its file; what is good stays the same when it is written again.

use contracts::hostile;
use contracts::stock_data::{TradingRules, Weekday};
use proptest::prelude::*;
use proptest::sample::select;
use seed::{Data, Files, Kind, Plan, Row};

const GOOD: [&str; 5] = [
    "user_id,name,role,demo
01941f29-7c00-7000-8000-000000000001,Ann,trader,true
01941f29-7c00-7000-8000-000000000002,Bot,bot,false
",
    "symbol,name,currency,tick_size,lot_size,previous_close,state,hours.days,hours.opens,hours.closes,price_band.basis_points,price_band.limit_state_seconds,price_band.halt_seconds,auction_seconds
ACME,Acme Inc.,USD,0.01,1,100.00,open,monday friday,14:30,21:00,500,15,300,60
BTC-USD,Bitcoin,USD,0.01,0.0001,50000.00,open,,,,,,,
",
    "id,user_id,amount
01941f29-7c00-7001-8000-000000000001,01941f29-7c00-7000-8000-000000000001,1000.00
",
    "id,user_id,symbol,quantity,cost
01941f29-7c00-7002-8000-000000000001,01941f29-7c00-7000-8000-000000000002,ACME,100,9000.00
",
    "order_id,user_id,symbol,side,type,quantity,limit_price
01941f29-7c00-7003-8000-000000000001,01941f29-7c00-7000-8000-000000000001,ACME,buy,limit,10,99.50
01941f29-7c00-7003-8000-000000000002,01941f29-7c00-7000-8000-000000000002,ACME,sell,limit,100,100.50
",
];

/// A file with some of its cells replaced, as a spreadsheet would write it.
fn with_cells(good: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let rows: Vec<Vec<String>> =
        good.lines().map(|line| line.split(',').map(str::to_owned).collect()).collect();
    let change = (any::<prop::sample::Index>(), any::<prop::sample::Index>(), hostile::text());
    let changes = proptest::collection::vec(change, 0..3);
    (changes, any::<bool>()).prop_map(move |(changes, crlf)| {
        let mut rows = rows.clone();
        for (row, cell, text) in changes {
            // The header mostly stays, else no row is ever read.
            let at = 1 + row.index(rows.len() - 1);
            *cell.get_mut(&mut rows[at]) = text;
        }
        let terminator = if crlf { csv::Terminator::CRLF } else { csv::Terminator::Any(b'\n') };
        let mut writer = csv::WriterBuilder::new().terminator(terminator).from_writer(Vec::new());
        rows.iter().for_each(|row| writer.write_record(row).unwrap());
        writer.into_inner().unwrap()
    })
}

fn file(good: &'static str) -> impl Strategy<Value = Vec<u8>> {
    let csv_like = select(&b",\"\r\n;\t\x00\xff\xef\xbb\xbfa1.-"[..]);
    prop_oneof![
        4 => with_cells(good),
        2 => hostile::mutated(vec![good.as_bytes().to_vec()]),
        1 => hostile::bytes(),
        1 => proptest::collection::vec(csv_like, 0..200),
    ]
}

fn check(files: &[Vec<u8>; 5]) -> Result<Plan, seed::Invalid> {
    let folder = tempfile::tempdir().unwrap();
    for (kind, content) in Kind::ALL.into_iter().zip(files) {
        std::fs::write(folder.path().join(kind.file()), content).unwrap();
    }
    seed::check(&Files::read(&Data::Folder(folder.path().to_owned())))
}

fn table<T>(kind: Kind, rows: &[Row<T>], cells: impl Fn(&T) -> Vec<String>) -> Vec<u8> {
    let mut writer = csv::Writer::from_writer(Vec::new());
    writer.write_record(kind.columns().iter().chain(kind.further_columns())).unwrap();
    rows.iter().for_each(|row| writer.write_record(cells(&row.wants)).unwrap());
    writer.into_inner().unwrap()
}

fn written(plan: &Plan) -> [Vec<u8>; 5] {
    let text = |cells: &[&dyn ToString]| cells.iter().map(|cell| cell.to_string()).collect();
    [
        table(Kind::People, &plan.people, |u| text(&[&u.user_id, &u.name, &u.role, &u.demo])),
        table(Kind::Stocks, &plan.stocks, |i| {
            let cells: Vec<_> = text(&[
                &i.symbol,
                &i.name,
                &i.currency,
                &i.tick_size,
                &i.lot_size,
                &i.previous_close,
                &i.state,
            ]);
            [cells, rules(&i.rules)].concat()
        }),
        table(Kind::Cash, &plan.cash, |d| text(&[&d.id, &d.user_id, &d.amount])),
        table(Kind::Holdings, &plan.holdings, |d| {
            text(&[&d.id, &d.user_id, &d.symbol, &d.quantity, &d.cost])
        }),
        table(Kind::Orders, &plan.orders, |o| {
            let price = o.limit_price.expect("an opening order has a limit");
            text(&[&o.order_id, &o.user_id, &o.symbol, &o.side, &o.order_type, &o.quantity, &price])
        }),
    ]
}

fn rules(TradingRules { hours, price_band, auction_seconds }: &TradingRules) -> Vec<String> {
    let days = |days: &[Weekday]| days.iter().map(|day| day.as_str()).collect::<Vec<_>>().join(" ");
    let hours = hours.as_ref().map_or_else(Default::default, |hours| {
        [days(&hours.days), hours.opens.to_string(), hours.closes.to_string()]
    });
    let band = price_band.map_or_else(Default::default, |band| {
        [band.basis_points, band.limit_state_seconds, band.halt_seconds].map(|number| number.to_string())
    });
    let auction = auction_seconds.map_or_else(String::new, |seconds| seconds.to_string());
    [&hours[..], &band, &[auction]].concat()
}

/// What the plan wants, wherever it was written.
fn wants(mut plan: Plan) -> Plan {
    plan.people.iter_mut().for_each(|row| row.line = 0);
    plan.stocks.iter_mut().for_each(|row| row.line = 0);
    plan.cash.iter_mut().for_each(|row| row.line = 0);
    plan.holdings.iter_mut().for_each(|row| row.line = 0);
    plan.orders.iter_mut().for_each(|row| row.line = 0);
    plan
}

proptest! {
    #[test]
    fn hostile_files_are_good_or_refused_line_by_line(
        which in 0..5_usize,
        files in (file(GOOD[0]), file(GOOD[1]), file(GOOD[2]), file(GOOD[3]), file(GOOD[4])),
        all in prop::bool::weighted(0.2),
    ) {
        let hostile = [files.0, files.1, files.2, files.3, files.4];
        let mut files = GOOD.map(|good| good.as_bytes().to_vec());
        for (at, content) in hostile.into_iter().enumerate() {
            if all || at == which {
                files[at] = content;
            }
        }
        match check(&files) {
            Ok(plan) => {
                for name in plan.people.iter().map(|row| &row.wants.name).chain(plan.stocks.iter().map(|row| &row.wants.name)) {
                    prop_assert!(!name.contains(char::is_control), "{name:?}");
                }
                prop_assert_eq!(wants(check(&written(&plan)).unwrap()), wants(plan));
            }
            Err(invalid) => {
                prop_assert!(!invalid.0.is_empty());
                for problem in &invalid.0 {
                    let shown = problem.to_string();
                    prop_assert!(shown.starts_with(problem.kind.file()), "{shown}");
                    prop_assert!(shown.chars().count() < 500 && !shown.contains(char::is_control), "{shown:?}");
                }
            }
        }
    }
}

#[test]
fn a_file_that_is_one_cell_of_megabytes_is_refused_in_a_line() {
    let mut files = GOOD.map(|good| good.as_bytes().to_vec());
    files[0]
        .extend(format!("01941f29-7c00-7000-8000-000000000003,\"{}", "x,\n".repeat(3 << 20)).into_bytes());
    let problems = check(&files).unwrap_err().0;
    assert!(problems.iter().all(|problem| problem.to_string().len() < 500), "{problems:?}");
}
