//! The people and stocks of a trial, as files for `exchange seed`.

use contracts::UserId;
use std::fmt::Write;
use std::path::Path;
use uuid::Uuid;

/// Traders. All but `nina` own some of every stock.
pub const PEOPLE: [&str; 9] = ["ann", "bob", "cat", "dan", "eve", "nina", "fay", "gus", "hal"];
/// An admin, who owns nothing.
pub const ADMIN: &str = "ada";
/// Programs, for load testers.
pub const BOTS: [&str; 10] = ["b0", "b1", "b2", "b3", "b4", "b5", "b6", "b7", "b8", "b9"];
/// One for each journey, so that they do not meet; the load trades the last four.
pub const STOCKS: [&str; 29] = [
    "ACME", "BOLT", "CORK", "DUNE", "EDEN", "FLUX", "GALE", "HALO", "IRIS", "JADE", "KITE", "LIME", "MOSS",
    "NOVA", "ONYX", "PINE", "QUAY", "RUST", "SAGE", "TIDE", "URSA", "VOLT", "WAVE", "XENO", "YARN", "L0",
    "L1", "L2", "L3",
];

pub const OPENING_CASH: &str = "10000000";
pub const OPENING_SHARES: &str = "100000";
const OPENING_PRICE: &str = "100";

/// The same person in every trial.
pub fn user_id(name: &str) -> UserId {
    let place =
        PEOPLE.iter().chain(&BOTS).chain([&ADMIN]).position(|known| *known == name).expect("a known name")
            as u128;
    UserId(Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0100 + place))
}

fn row_id(kind: u128, row: u128) -> Uuid {
    Uuid::from_u128(0x0189_0000_0000_7000_8000_0000_0000_0000 + (kind << 40) + row)
}

/// Writes the seed's files.
pub fn write(folder: &Path) -> std::io::Result<()> {
    let mut people = "user_id,name,role,demo\n".to_owned();
    let mut cash = "id,user_id,amount\n".to_owned();
    let mut holdings = "id,user_id,symbol,quantity,cost\n".to_owned();
    let everybody = PEOPLE.iter().map(|name| (name, "trader")).chain(BOTS.iter().map(|name| (name, "bot")));
    for (row, (name, role)) in everybody.enumerate() {
        let user = user_id(name);
        writeln!(people, "{user},{name},{role},true").expect("strings grow");
        writeln!(cash, "{},{user},{OPENING_CASH}", row_id(1, row as u128)).expect("strings grow");
        for (n, symbol) in STOCKS.iter().enumerate().filter(|_| *name != "nina") {
            let id = row_id(2, (row * STOCKS.len() + n) as u128);
            writeln!(holdings, "{id},{user},{symbol},{OPENING_SHARES},5000000").expect("strings grow");
        }
    }
    writeln!(people, "{},{ADMIN},admin,true", user_id(ADMIN)).expect("strings grow");
    let mut stocks = "symbol,name,currency,tick_size,lot_size,previous_close,state\n".to_owned();
    for symbol in STOCKS {
        writeln!(stocks, "{symbol},{symbol} Inc,USD,0.01,1,{OPENING_PRICE},open").expect("strings grow");
    }
    std::fs::write(folder.join("people.csv"), people)?;
    std::fs::write(folder.join("stocks.csv"), stocks)?;
    std::fs::write(folder.join("cash.csv"), cash)?;
    std::fs::write(folder.join("holdings.csv"), holdings)?;
    std::fs::write(folder.join("orders.csv"), "order_id,user_id,symbol,side,type,quantity,limit_price\n")
}
