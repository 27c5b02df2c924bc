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
    for statement in sql.split(';').filter(|statement| !statement.trim().is_empty()) {
        let statement = statement.to_owned();
        let changed = db.transaction(async move |tx: &Tx| tx.execute(&statement, []).await).await.unwrap();
        assert!(changed > 0, "{service}: nothing changed by {sql}");
    }
}

fn breaks() -> Vec<(&'static str, &'static str, &'static str, &'static str)> {
    vec![]
}
