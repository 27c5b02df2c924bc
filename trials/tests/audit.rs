//! The audit itself: each invariant is broken by hand, and must be named.

use chassis::{Db, Tx};
use trials::{Exchange, Options};

#[tokio::test(flavor = "multi_thread")]
async fn every_broken_invariant_is_named() {
    let mut exchange = Exchange::start(&Options::default()).unwrap();
    let (ann, bob) = (exchange.enter("ann").await, exchange.enter("bob").await);
    let sale = ann.sells(10, "ACME", "100").await;
    let purchase = bob.buys(4, "ACME", "100").await;
    bob.sees(&purchase, "closed").await;
    ann.sees(&sale, "open 4").await;
    exchange.audit().unwrap();
    // What is done, how it is undone, and what the audit must say.
    for (service, wrong, right, named) in breaks() {
        change(&exchange, service, wrong).await;
        let output = exchange.run(&["audit", "--wait", "2"]).unwrap();
        let said =
            String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
        assert_eq!(output.status.code(), Some(1), "{service}: {wrong}: {said}");
        assert!(said.contains(named), "{service}: {wrong}: the audit says {said}");
        change(&exchange, service, right).await;
    }
    exchange.audit().unwrap();
    exchange.stop().unwrap();
}

async fn change(exchange: &Exchange, service: &str, sql: &str) {
    let db = Db::connect(&exchange.admin_url(service).unwrap()).await.unwrap();
    let sql = sql.to_owned();
    let work = async move |tx: &Tx| {
        for statement in sql.split(';').map(str::trim) {
            let changed = tx.execute(statement, []).await?;
            assert!(changed > 0 || statement.starts_with("alter"), "nothing is changed by {statement}");
        }
        Ok(())
    };
    db.transaction(work).await.unwrap_or_else(|fault| panic!("{service}: {:#}", anyhow::Error::from(fault)));
}

/// The service; what is done to its database, how it is undone, and the rule that must be named.
/// Ann sells 10 ACME at 100, of which bob has bought 4.
fn breaks() -> [(&'static str, &'static str, &'static str, &'static str); 12] {
    [
        (
            "portfolio",
            "update accounts set cash = cash + 1 where user_id = '01890000-0000-7000-8000-000000000100'",
            "update accounts set cash = cash - 1 where user_id = '01890000-0000-7000-8000-000000000100'",
            "cash_is_its_postings",
        ),
        (
            "portfolio",
            "update holdings set quantity = quantity + 1 where symbol = 'ACME'",
            "update holdings set quantity = quantity - 1 where symbol = 'ACME'",
            "holding_is_its_postings",
        ),
        (
            "portfolio",
            "update accounts set held = held + 1 where cash > 0",
            "update accounts set held = held - 1 where cash > 0",
            "held_is_its_holds",
        ),
        (
            "portfolio",
            "alter table accounts drop constraint cash_covers_held; update accounts set held = cash + 1",
            "update accounts set held = 0; alter table accounts add constraint cash_covers_held check (cash >= held)",
            "held_is_covered",
        ),
        (
            "portfolio",
            "update system_accounts set balance = balance + 1 where account = 'clearing' and symbol = ''",
            "update system_accounts set balance = balance - 1 where account = 'clearing' and symbol = ''",
            "clearing_is_flat",
        ),
        (
            "portfolio",
            "update holds set remaining = remaining - 1000000 where state = 'pending'",
            "update holds set remaining = remaining + 1000000 where state = 'pending'",
            "a hold has a live order, and a live order its hold",
        ),
        (
            "ordering",
            "update orders set filled_quantity = filled_quantity + 1000000 where status = 1",
            "update orders set filled_quantity = filled_quantity - 1000000 where status = 1",
            "an order's fills add up to its filled quantity and its notional",
        ),
        (
            "ordering",
            "update orders set status = 2 where status = 1",
            "update orders set status = 1 where filled_quantity < quantity",
            "an order is closed exactly when it is filled",
        ),
        (
            "ordering",
            "update fills set price = price + 10000 where side = 0",
            "update fills set price = price - 10000 where side = 0",
            "both sides of a trade tell the same of it",
        ),
        (
            "stock-data",
            "update trades set quantity = quantity + 1000000",
            "update trades set quantity = quantity - 1000000",
            "ordering, portfolio and stock-data know the same trades",
        ),
        (
            "matching",
            "update journal set commands = set_byte(commands, 1, get_byte(commands, 1) # 1)",
            "update journal set commands = set_byte(commands, 1, get_byte(commands, 1) # 1)",
            "the journal gives the books, and no book is crossed",
        ),
        (
            "matching",
            "update positions set seq = seq - 1",
            "update positions set seq = seq + 1",
            "what was said is heard",
        ),
    ]
}
