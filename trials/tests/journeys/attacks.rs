//! The attacks that take a whole exchange (docs/security.md has all 25).

use crate::exchange;
use crate::people::newcomer;
use chassis::{Db, Tx};
use contracts::topology::SERVICES;
use serde_json::json;
use std::os::unix::fs::PermissionsExt;
use std::time::{Duration, Instant};
use trials::{Exchange, Person, order_id};

const SYMBOL: &str = "L2";

/// A line takes its way from web into the file.
const LOGGED_WITHIN: Duration = Duration::from_secs(60);

/// The audit log comes to have a line of web's with all of these.
async fn is_logged(exchange: &Exchange, wanted: &[&str]) -> bool {
    let begun = Instant::now();
    while begun.elapsed() < LOGGED_WITHIN {
        let log = std::fs::read_to_string(exchange.own("logs/web.log")).expect("a log");
        if log.lines().any(|line| line.contains("audit") && wanted.iter().all(|w| line.contains(w))) {
            return true;
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
    false
}

/// An order as ordering's database has it.
async fn row(exchange: &Exchange, order_id: &str) -> String {
    exchange.text("ordering", &format!("select o from orders o where order_id = '{order_id}'")).await.unwrap()
}

#[tokio::test(flavor = "multi_thread")]
async fn s01_somebody_elses_order_is_neither_seen_nor_changed() {
    let exchange = exchange().await;
    let (ann, bob) = (newcomer(&exchange, "s01", "100").await, exchange.enter("bob").await);
    let order = ann.buys(1, SYMBOL, "80").await;
    ann.sees(&order, "open").await;
    let before = row(&exchange, &order).await;
    for (method, body) in [("GET", None), ("DELETE", None), ("PATCH", Some(json!({ "quantity": "2" })))] {
        let (status, problem) = bob.call(method, &format!("orders/{order}"), body).await.unwrap();
        assert_eq!((status, problem["code"].as_str()), (404, Some("not_found")), "{method}");
        let (method, path) = (format!("method=\"{method}\""), format!("orders/{order}"));
        let wanted = ["status=404", &method, &path, &bob.user_id.to_string()];
        assert!(is_logged(&exchange, &wanted).await, "{method}");
    }
    assert_eq!(row(&exchange, &order).await, before);
    ann.cancels(&order).await;
    ann.sees(&order, "canceled").await;
}

#[tokio::test(flavor = "multi_thread")]
async fn s10_the_same_money_is_spent_once_however_many_try() {
    let exchange = exchange().await;
    let nina = newcomer(&exchange, "s10", "10000").await;
    let cash = nina.get("portfolio").await["cash"]["available"].as_str().unwrap().to_owned();
    let whole: u64 = cash.split('.').next().unwrap().parse().unwrap();
    // Each takes more than half of what there is.
    let quantity = u32::try_from(whole / 2 / 80 + 1).unwrap();
    let orders = futures::future::join_all((0..100).map(|_| nina.buys(quantity, SYMBOL, "80"))).await;
    let (mut open, mut rejected) = (0, 0);
    for order in &orders {
        loop {
            let seen = nina.get(&format!("orders/{order}")).await;
            match seen["status"].as_str().unwrap() {
                "pending" => tokio::time::sleep(Duration::from_millis(50)).await,
                "open" => break open += 1,
                _ => {
                    assert_eq!(seen["reason"]["code"], "insufficient_cash");
                    break rejected += 1;
                }
            }
        }
    }
    assert_eq!((open, rejected), (1, 99));
    nina.cancels_all(&format!("?symbol={SYMBOL}"), 1).await;
    nina.comes_to_hold_nothing().await;
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s11_an_order_that_is_sent_fifty_times_is_one_and_its_id_is_nobody_elses() {
    let exchange = exchange().await;
    let (ann, bob) = (newcomer(&exchange, "s11", "100").await, exchange.enter("bob").await);
    let id = order_id();
    let order = |quantity: &str| {
        json!({
            "order_id": id, "symbol": SYMBOL, "side": "buy", "type": "limit", "quantity": quantity, "limit_price": "70",
        })
    };
    let place = |person: &Person, quantity: &str| {
        let (person, order) = (person.clone(), order(quantity));
        async move { person.call("POST", "orders", Some(order)).await.unwrap() }
    };
    let answers = futures::future::join_all((0..50).map(|_| place(&ann, "1"))).await;
    assert!(answers.iter().all(|(status, order)| (*status, order["order_id"].as_str()) == (201, Some(&id))));
    ann.sees(&id, "open").await;
    let before = row(&exchange, &id).await;
    for (person, quantity) in [(&ann, "2"), (&bob, "1")] {
        let (status, problem) = place(person, quantity).await;
        assert_eq!((status, problem["code"].as_str()), (409, Some("id_reused")), "{}", person.name);
        let wanted = ["status=409", "id_reused", &person.user_id.to_string()];
        assert!(is_logged(&exchange, &wanted).await);
    }
    assert_eq!(row(&exchange, &id).await, before);
    ann.cancels(&id).await;
    ann.sees(&id, "canceled").await;
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s22_a_services_database_role_opens_one_database_and_rewrites_no_record() {
    let exchange = exchange().await;
    let settings = exchange.settings().unwrap();
    for thief in SERVICES {
        let own = settings.database_url(thief).unwrap();
        for other in SERVICES.into_iter().filter(|other| *other != thief) {
            let theirs = settings.database_url(other).unwrap();
            let (server, database) = (own.rsplit_once('/').unwrap().0, theirs.rsplit_once('/').unwrap().1);
            let opened = Db::connect(&format!("{server}/{database}")).await;
            assert!(opened.is_err(), "{thief} opens {other}'s database");
        }
    }
    for (thief, sql) in [
        ("portfolio", "update postings set cash = cash * 2"),
        ("portfolio", "delete from movements"),
        ("portfolio", "truncate postings"),
        ("ordering", "delete from fills"),
        ("stock-data", "update trades set price = price * 2"),
        ("matching", "drop table journal"),
        ("accounts", "create table mine (n int)"),
        ("accounts", "copy users to program 'cat'"),
        ("accounts", "alter role current_user superuser"),
    ] {
        let db = Db::connect(&settings.database_url(thief).unwrap()).await.unwrap();
        let done = db.transaction(async |tx: &Tx| tx.execute(sql, []).await).await;
        let error = format!("{:#}", anyhow::Error::from(done.expect_err(sql)));
        assert!(
            ["permission denied", "must be owner", "must be superuser"].iter().any(|why| error.contains(why)),
            "{sql}: {error}"
        );
    }
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s23_no_secret_is_in_a_log_a_command_line_or_a_readable_file() {
    let exchange = exchange().await;
    let settings = exchange.settings().unwrap();
    let ann = exchange.enter("ann").await;
    let passwords = settings.secrets.broker.values().chain(settings.secrets.database.values());
    let mut secrets: Vec<String> = passwords.map(|secret| secret.reveal().to_owned()).collect();
    secrets.push(settings.secrets.jwt_key.reveal().to_owned());
    secrets.push(ann.token.clone());
    let logs = std::fs::read_dir(exchange.own("logs")).unwrap().map(|file| file.unwrap().path());
    let lines = std::fs::read_dir("/proc").unwrap().map(|process| process.unwrap().path().join("cmdline"));
    for file in logs.chain(lines).chain([exchange.folder().join("up.log")]) {
        // Processes come and go.
        let text = std::fs::read(&file).map(|bytes| String::from_utf8_lossy(&bytes).into_owned());
        let text = text.unwrap_or_default();
        assert!(!secrets.iter().any(|secret| text.contains(secret)), "{} has a secret", file.display());
    }
    let mode = std::fs::metadata(exchange.own("secrets.toml")).unwrap().permissions().mode();
    assert_eq!(mode & 0o777, 0o600);
}

#[tokio::test(flavor = "multi_thread")]
async fn s24_servers_and_services_listen_to_this_machine_alone() {
    let exchange = exchange().await;
    let settings = exchange.settings().unwrap();
    let mut ports = vec![settings.broker.port, settings.broker.management_port, settings.database.port];
    ports.extend(SERVICES.map(|service| settings.health_port(service)).into_iter().filter(|port| *port > 0));
    ports.push(exchange.url().rsplit_once(':').unwrap().1.parse().unwrap());
    assert!(ports.len() >= 4, "{ports:?}");
    for port in ports {
        assert!(std::net::TcpStream::connect(("127.0.0.1", port)).is_ok(), "{port} is where we think");
        // Also this machine's, but not the address that was bound: open to it would be open to all.
        assert!(std::net::TcpStream::connect(("127.0.0.2", port)).is_err(), "{port} is open to others");
    }
}
