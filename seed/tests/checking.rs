//! What the check says about files, as a reader of its report sees it.

use expect_test::{Expect, expect};
use seed::{Data, Files};

const PEOPLE: &str = "user_id,name,role,demo
01941f29-7c00-7000-8000-000000000001,Ann,trader,true
01941f29-7c00-7000-8000-000000000002,Bot,bot,false
";
const STOCKS: &str = "symbol,name,currency,tick_size,lot_size,previous_close,state
ACME,Acme Inc.,USD,0.01,1,100.00,open
BTC-USD,Bitcoin,USD,0.01,0.0001,50000.00,open
";
const CASH: &str = "id,user_id,amount
01941f29-7c00-7001-8000-000000000001,01941f29-7c00-7000-8000-000000000001,1000.00
";
const HOLDINGS: &str = "id,user_id,symbol,quantity,cost
01941f29-7c00-7002-8000-000000000001,01941f29-7c00-7000-8000-000000000002,ACME,100,9000.00
";
const ORDERS: &str = "order_id,user_id,symbol,side,type,quantity,limit_price
01941f29-7c00-7003-8000-000000000001,01941f29-7c00-7000-8000-000000000001,ACME,buy,limit,10,99.50
01941f29-7c00-7003-8000-000000000002,01941f29-7c00-7000-8000-000000000002,ACME,sell,limit,100,100.50
";

const NAMES: [&str; 5] = ["people.csv", "stocks.csv", "cash.csv", "holdings.csv", "orders.csv"];

/// Checks good files of which some are replaced.
fn report(replaced: &[(&str, &[u8])]) -> String {
    let folder = tempfile::tempdir().unwrap();
    for (name, content) in NAMES.into_iter().zip([PEOPLE, STOCKS, CASH, HOLDINGS, ORDERS]) {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    for (name, content) in replaced {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    match seed::check(&Files::read(&Data::Folder(folder.path().to_owned()))) {
        Ok(plan) => format!(
            "{} people, {} stocks, {} cash, {} holdings, {} orders",
            plan.people.len(),
            plan.stocks.len(),
            plan.cash.len(),
            plan.holdings.len(),
            plan.orders.len()
        ),
        Err(invalid) => invalid.to_string().replace(&folder.path().display().to_string(), "DIR"),
    }
}

fn check(replaced: &[(&str, &str)], expected: Expect) {
    let replaced: Vec<_> = replaced.iter().map(|(name, content)| (*name, content.as_bytes())).collect();
    expected.assert_eq(&report(&replaced));
}

#[test]
fn the_files_that_come_with_the_program_are_good() {
    let plan = seed::check(&Files::read(&Data::Demo)).unwrap();
    assert_eq!((plan.people.len(), plan.stocks.len(), plan.orders.len()), (19, 35, 350));
    assert_eq!(report(&[]), "2 people, 2 stocks, 1 cash, 1 holdings, 2 orders");
}

#[test]
fn every_wrong_cell_is_named_with_its_rule() {
    check(
        &[
            (
                "people.csv",
                "user_id,name,role,demo
01941f29-7c00-7000-8000-000000000001,Ann,trader,true
01941f29-7c00-7000-8000-000000000001,Ann,trader,true
ann, Ann ,boss,yes
00000000-0000-7000-8000-000000000001,,trader,true
01941f29-7c00-7000-8000-000000000002,Bot,bot,
",
            ),
            (
                "stocks.csv",
                "symbol,name,currency,tick_size,lot_size,previous_close,state
ACME,Acme Inc.,USD,0.01,1,100.005,open
ACME,Acme Inc.,US Dollars,0,-1,NaN,closed
acme,Acme Inc.,USD,0.001,0.0001,1e400,open
",
            ),
            (
                "cash.csv",
                "id,user_id,amount
01941f29-7c00-7002-8000-000000000001,01941f29-7c00-7000-8000-000000000001,0
x,01941f29-7c00-7000-8000-000000000009,-5
",
            ),
        ],
        expect![[r#"
            the files have 23 errors; nothing was sent
              people.csv:3: user_id: stands on line 2 already: 01941f29-7c00-7000-8000-000000000001
              people.csv:4: demo: expected true or false, got "yes"
              people.csv:4: name: expected no spaces around it, got " Ann "
              people.csv:4: role: expected one of trader, admin, bot, got "boss"
              people.csv:4: user_id: expected a UUID such as 01941f29-7c00-7000-8000-000000000001, got "ann"
              people.csv:5: name: is empty
              people.csv:5: user_id: expected a person's or a program's id, got 00000000-0000-7000-8000-000000000001, the house's own
              people.csv:6: demo: is empty
              stocks.csv:2: previous_close: expected a multiple of the tick 0.01, got 100.005
              stocks.csv:3: currency: expected three letters as in ISO 4217, got "US Dollars"
              stocks.csv:3: lot_size: expected a decimal such as "12.50", got "-1"
              stocks.csv:3: previous_close: expected a decimal such as "12.50", got "NaN"
              stocks.csv:3: state: expected one of open, halted, got "closed"
              stocks.csv:3: symbol: stands on line 2 already: ACME
              stocks.csv:3: tick_size: expected more than 0, got 0
              stocks.csv:4: lot_size: tick 0.001 × lot 0.0001 is no whole number of millionths
              stocks.csv:4: previous_close: expected a decimal such as "12.50", got "1e400"
              stocks.csv:4: symbol: a symbol is 1 to 12 characters of A-Z, 0-9, '.' and '-', starting with a letter or digit; got "acme"
              cash.csv:2: amount: expected more than 0, got 0
              cash.csv:3: amount: expected more than 0, got -5
              cash.csv:3: id: expected a UUID such as 01941f29-7c00-7000-8000-000000000001, got "x"
              cash.csv:3: user_id: expected somebody of people.csv, got 01941f29-7c00-7000-8000-000000000009
              holdings.csv:2: id: stands in cash.csv on line 2 already: 01941f29-7c00-7002-8000-000000000001"#]],
    );
}

const RULED: &str = "symbol,name,currency,tick_size,lot_size,previous_close,state,hours.days,hours.opens,hours.closes,price_band.basis_points,price_band.limit_state_seconds,price_band.halt_seconds,auction_seconds
";

#[test]
fn trading_rules_are_read_where_there_are_any() {
    let folder = tempfile::tempdir().unwrap();
    let stocks = [
        RULED,
        "ACME,Acme Inc.,USD,0.01,1,100.00,open,monday  tuesday,14:30,21:00,500,15,300,60\n",
        "BTC-USD,Bitcoin,USD,0.01,0.0001,50000.00,open,,,,,,,\n",
        "CALM,Calm,USD,0.01,1,1,open,,,,,,,30\n",
    ]
    .concat();
    for (name, content) in NAMES.into_iter().zip([PEOPLE, &stocks, CASH, HOLDINGS, ORDERS]) {
        std::fs::write(folder.path().join(name), content).unwrap();
    }
    let plan = seed::check(&Files::read(&Data::Folder(folder.path().to_owned()))).unwrap();
    let rules: Vec<_> = plan.stocks.iter().map(|row| format!("{:?}", row.wants.rules)).collect();
    expect![[r#"
        TradingRules { hours: Some(TradingHours { days: [Monday, Tuesday], opens: TimeOfDay(870), closes: TimeOfDay(1260) }), price_band: Some(PriceBand { basis_points: 500, limit_state_seconds: 15, halt_seconds: 300 }), auction_seconds: Some(60) }
        TradingRules { hours: None, price_band: None, auction_seconds: None }
        TradingRules { hours: None, price_band: None, auction_seconds: Some(30) }"#]]
    .assert_eq(&rules.join("\n"));
}

#[test]
fn trading_rules_that_make_no_sense_are_named_by_their_columns() {
    let rows = [
        RULED,
        "ACME,Acme Inc.,USD,0.01,1,100.00,open,monday,21:00,,500,,300,1.5\n",
        "BTC-USD,Bitcoin,USD,0.01,0.0001,50000.00,open,monday mon,9:00,17:00,no,15,300,\n",
        "CALM,Calm,USD,0.01,1,1,open,friday friday,17:00,09:00,0,86401,300,3601\n",
        "DUST,Dust,USD,0.01,1,1,open,friday,17:00,17:01,,,,60\n",
    ]
    .concat();
    check(
        &[("stocks.csv", &rows)],
        expect![[r#"
        the files have 12 errors; nothing was sent
          stocks.csv:2: auction_seconds: expected a whole number, got "1.5"
          stocks.csv:2: hours.closes: is empty
          stocks.csv:2: price_band.limit_state_seconds: is empty
          stocks.csv:3: hours.days: expected one of monday, tuesday, wednesday, thursday, friday, saturday, sunday, got "mon"
          stocks.csv:3: hours.opens: expected a time such as "14:30", got "9:00"
          stocks.csv:3: price_band.basis_points: expected a whole number, got "no"
          stocks.csv:4: auction_seconds: expected 1 to 3600, got 3601
          stocks.csv:4: hours.closes: expected a time after it opens at 17:00, got 09:00
          stocks.csv:4: hours.days: expected each day once, got friday twice
          stocks.csv:4: price_band.basis_points: expected 1 to 10000, got 0
          stocks.csv:4: price_band.limit_state_seconds: expected 1 to 86400, got 86401
          stocks.csv:5: auction_seconds: expected less than the 60 s from opening to closing, got 60"#]],
    );
}

#[test]
fn orders_rest_uncrossed_on_their_steps_and_within_their_users_means() {
    check(
        &[(
            "orders.csv",
            "order_id,user_id,symbol,side,type,quantity,limit_price
01941f29-7c00-7003-8000-000000000001,01941f29-7c00-7000-8000-000000000001,ACME,buy,limit,4,100.00
01941f29-7c00-7003-8000-000000000002,01941f29-7c00-7000-8000-000000000001,ACME,buy,limit,6,101.00
01941f29-7c00-7003-8000-000000000003,01941f29-7c00-7000-8000-000000000002,ACME,sell,limit,60,100.00
01941f29-7c00-7003-8000-000000000004,01941f29-7c00-7000-8000-000000000002,ACME,sell,limit,41,102.00
01941f29-7c00-7003-8000-000000000004,01941f29-7c00-7000-8000-000000000002,ACME,sell,market,1,
01941f29-7c00-7003-8000-000000000006,01941f29-7c00-7000-8000-000000000003,ACMF,sell,limit,1,102.00
01941f29-7c00-7003-8000-000000000007,01941f29-7c00-7000-8000-000000000002,BTC-USD,sell,limit,0.00015,50000.001
01941f29-7c00-7003-8000-000000000008,01941f29-7c00-7000-8000-000000000002,BTC-USD,sell,limit,0.0002,60000.00
01941f29-7c00-7003-8000-000000000009,01941f29-7c00-7000-8000-000000000001,ACME,buy,limit,9000000000000,99.00
",
        )],
        expect![[r#"
            the files have 13 errors; nothing was sent
              orders.csv:2: limit_price: buys ACME at 100, but line 4 sells at 100
              orders.csv:3: limit_price: buys ACME at 101, but line 4 sells at 100
              orders.csv:3: quantity: the buys of 01941f29-7c00-7000-8000-000000000001 cost 1006 in all, cash.csv gives him 1000
              orders.csv:5: quantity: 01941f29-7c00-7000-8000-000000000002 sells 101 ACME in all, holdings.csv gives him 100
              orders.csv:6: limit_price: is empty
              orders.csv:6: order_id: stands on line 5 already: 01941f29-7c00-7003-8000-000000000004
              orders.csv:6: type: expected limit: an opening order rests in the book; got market
              orders.csv:7: symbol: expected a symbol of stocks.csv, got ACMF
              orders.csv:7: user_id: expected somebody of people.csv, got 01941f29-7c00-7000-8000-000000000003
              orders.csv:8: limit_price: expected a multiple of the tick 0.01, got 50000.001
              orders.csv:8: quantity: expected a multiple of the lot 0.0001, got 0.00015
              orders.csv:9: quantity: 01941f29-7c00-7000-8000-000000000002 sells 0.0002 BTC-USD in all, holdings.csv gives him 0
              orders.csv:10: quantity: 9000000000000 × 99: the amount is too large"#]],
    );
}

#[test]
fn what_spreadsheets_write_is_read() {
    let windows = PEOPLE.replace('\n', "\r\n").replace("Ann", "\"Ann, \"\"the\"\" trader\"");
    let marked = [b"\xef\xbb\xbf".as_slice(), windows.as_bytes()].concat();
    let reordered = "amount,id,user_id\n\n1000.00,01941f29-7c00-7001-8000-000000000001,01941f29-7c00-7000-8000-000000000001";
    assert_eq!(
        report(&[("people.csv", &marked), ("cash.csv", reordered.as_bytes())]),
        "2 people, 2 stocks, 1 cash, 1 holdings, 2 orders"
    );
}

#[test]
fn malformed_files_are_named_with_the_right_lines() {
    let rows = "\n\none,two\n01941f29-7c00-7000-8000-000000000003,\"A\nB\",bot,false\nx,C,bot,false\n";
    let people = [PEOPLE, rows].concat().replace('\n', "\r\n");
    let latin = b"id,user_id,amount\n\xe4,01941f29-7c00-7000-8000-000000000001,\xff\xff\n".as_slice();
    let open = format!("{HOLDINGS}\n\"{}", ORDERS.repeat(3));
    expect![[r#"
        the files have 6 errors; nothing was sent
          people.csv:6: expected 4 cells, got 2
          people.csv:7: name: expected one line, got "A\r\nB"; is a quote not closed?
          people.csv:9: user_id: expected a UUID such as 01941f29-7c00-7000-8000-000000000001, got "x"
          cash.csv:2: amount: expected UTF-8, got "��"
          cash.csv:2: id: expected UTF-8, got "�"
          holdings.csv:4: expected 5 cells, got 1; is a quote not closed?"#]]
    .assert_eq(&report(&[
        ("people.csv", people.as_bytes()),
        ("cash.csv", latin),
        ("holdings.csv", open.as_bytes()),
    ]));
}

#[test]
fn a_header_is_complete_and_knows_all_its_columns() {
    check(
        &[
            ("people.csv", ""),
            ("stocks.csv", "symbol,name,symbol,isin\nACME,Acme,ACME,X\n"),
            ("cash.csv", CASH.trim_end().rsplit_once('\n').unwrap().0),
        ],
        expect![[r#"
            the files have 9 errors; nothing was sent
              people.csv: is empty; expected the header user_id,name,role,demo
              stocks.csv:1: unknown column "isin"; expected symbol,name,currency,tick_size,lot_size,previous_close,state, and perhaps hours.days,hours.opens,hours.closes,price_band.basis_points,price_band.limit_state_seconds,price_band.halt_seconds,auction_seconds
              stocks.csv:1: currency: is missing from the header
              stocks.csv:1: lot_size: is missing from the header
              stocks.csv:1: previous_close: is missing from the header
              stocks.csv:1: state: is missing from the header
              stocks.csv:1: symbol: stands in the header twice
              stocks.csv:1: tick_size: is missing from the header
              orders.csv:2: quantity: the buys of 01941f29-7c00-7000-8000-000000000001 cost 995 in all, cash.csv gives him 0"#]],
    );
}

#[test]
fn a_missing_file_and_a_missing_folder_are_named() {
    let invalid = seed::check(&Files::read(&Data::Folder("/nonexistent".into()))).unwrap_err();
    expect![[r#"
        the files have 5 errors; nothing was sent
          people.csv: cannot be read at /nonexistent/people.csv: No such file or directory (os error 2)
          stocks.csv: cannot be read at /nonexistent/stocks.csv: No such file or directory (os error 2)
          cash.csv: cannot be read at /nonexistent/cash.csv: No such file or directory (os error 2)
          holdings.csv: cannot be read at /nonexistent/holdings.csv: No such file or directory (os error 2)
          orders.csv: cannot be read at /nonexistent/orders.csv: No such file or directory (os error 2)"#]]
    .assert_eq(&invalid.to_string());
}

#[test]
fn a_long_cell_is_shortened() {
    let long = ORDERS.replace("limit,10", &format!("limit,{}", "1".repeat(5000)));
    let side = ORDERS.replace(",buy,", &format!(",{},", "buy".repeat(20)));
    check(
        &[("orders.csv", &long)],
        expect![[r#"
        the files have 2 errors; nothing was sent
          orders.csv:2: quantity: expected at most 200 characters, got 5000: "1111111111111111111111111111111111111111…"
          orders.csv:3: quantity: expected at most 200 characters, got 5001: "1111111111111111111111111111111111111111…""#]],
    );
    check(
        &[("orders.csv", &side)],
        expect![[r#"
        the files have 1 error; nothing was sent
          orders.csv:2: side: expected one of buy, sell, got "buybuybuybuybuybuybuybuybuybuybuybuybuyb…""#]],
    );
}
