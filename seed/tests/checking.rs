//! What the check says about files, as a reader of its report sees it.

use expect_test::{Expect, expect};
use seed::Files;

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
    match seed::check(&Files::read(Some(folder.path()))) {
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
    let plan = seed::check(&Files::read(None)).unwrap();
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
            the files have 22 errors; nothing was sent
              people.csv:3: user_id: stands on line 2 already: 01941f29-7c00-7000-8000-000000000001
              people.csv:4: name: expected no spaces around it, got " Ann "
              people.csv:4: role: expected one of trader, admin, bot, got "boss"
              people.csv:4: user_id: …
        "#]],
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
        expect![[""]],
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
    let ragged = PEOPLE.replace("Ann", "\"Ann").replace(",trader", "\",trader").replace('\n', "\r\n");
    let ragged = format!("{ragged}\r\n\r\none,two\r\n01941f29-7c00-7000-8000-000000000003,\"A\r\nB\",bot,false\r\nx,C,bot,false\r\n");
    let latin = b"id,user_id,amount\n\xe4,01941f29-7c00-7000-8000-000000000001,\xff\xff\n".as_slice();
    let open = format!("{HOLDINGS}\n\"{}", ORDERS.repeat(3));
    expect![[""]].assert_eq(&report(&[
        ("people.csv", ragged.as_bytes()),
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
        expect![[""]],
    );
}

#[test]
fn a_missing_file_and_a_missing_folder_are_named() {
    let invalid = seed::check(&Files::read(Some(std::path::Path::new("/nonexistent")))).unwrap_err();
    expect![[""]].assert_eq(&invalid.to_string());
}

#[test]
fn a_long_cell_is_shortened() {
    let long = ORDERS.replace("limit,10", &format!("limit,{}", "1".repeat(5000)));
    let side = ORDERS.replace(",buy,", &format!(",{},", "buy".repeat(20)));
    check(&[("orders.csv", &long)], expect![[""]]);
    check(&[("orders.csv", &side)], expect![[""]]);
}
