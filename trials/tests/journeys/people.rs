//! People with passwords: in, out, and what becomes of their sessions, keys and accounts.

use crate::exchange;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use trials::{Exchange, Person, Socket, order_id};

/// What is ended is closed by then: at once, but the machine may be busy.
const CLOSED_WITHIN: Duration = Duration::from_secs(25);
const PATIENCE: Duration = Duration::from_secs(120);
/// Stocks that only a load trades, which there is none of here.
const SYMBOL: &str = "L3";
const PASSWORD: &str = "three green bottles";

async fn code(person: &Person, method: &str, path: &str, body: Option<Value>) -> (u16, String) {
    let (status, answer) = person.does(method, path, body).await.expect("an answer");
    (status, answer["code"].as_str().unwrap_or_default().to_owned())
}

/// A newcomer's account reaches portfolio a moment after him.
async fn pays_in(person: &Person, amount: &str) {
    let (begun, id) = (Instant::now(), order_id());
    loop {
        let deposit = json!({ "id": id, "amount": amount });
        match code(person, "POST", "portfolio/deposits", Some(deposit)).await {
            (200, _) => return,
            refused => assert!(begun.elapsed() < PATIENCE, "{refused:?}"),
        }
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Somebody whose money no other journey counts.
pub async fn newcomer(exchange: &Exchange, login: &str, cash: &str) -> Person {
    let person = Person::sign_up(&exchange.url(), login, PASSWORD).await.unwrap();
    pays_in(&person, cash).await;
    person
}

/// Hears until the connection ends; says how long that took.
async fn until_closed(mut socket: Socket) -> Duration {
    let begun = Instant::now();
    let end = async { while socket.next().await.is_ok() {} };
    tokio::time::timeout(PATIENCE, end).await.expect("the connection ends");
    begun.elapsed()
}

/// Does something beside a connection that must stay. Who does not answer pings is dropped.
async fn beside<T>(socket: &mut Socket, doing: impl Future<Output = T>) -> T {
    let ends = async { while socket.next().await.is_ok() {} };
    tokio::select! {
        done = doing => done,
        () = ends => panic!("the connection has ended"),
    }
}

/// So many lines of a kind in the audit log.
fn logged(exchange: &Exchange, service: &str, wanted: &[&str]) -> usize {
    let log = std::fs::read_to_string(exchange.own(&format!("logs/{service}.log"))).expect("a log");
    log.lines().filter(|line| line.contains("audit") && wanted.iter().all(|w| line.contains(w))).count()
}

/// A line takes its way from the process into the file.
async fn comes_to_be_logged(exchange: &Exchange, service: &str, wanted: &[&str]) {
    let begun = Instant::now();
    while logged(exchange, service, wanted) == 0 {
        assert!(begun.elapsed() < PATIENCE, "{service} does not log {wanted:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn a_newcomer_trades_and_another_password_ends_his_sessions() {
    let exchange = exchange().await;
    let fay = exchange.enter("fay").await;
    let url = exchange.url();
    let vera = newcomer(&exchange, "vera@example.org", "2000").await;
    let sale = fay.sells(10, SYMBOL, "100").await;
    fay.sees(&sale, "open").await;
    let purchase = vera.buys(10, SYMBOL, "100").await;
    vera.sees(&purchase, "closed").await;
    vera.comes_to_own(SYMBOL, "cash 1000/0, L3 10/0").await;

    let elsewhere = Person::log_in(&url, "Vera@Example.org", PASSWORD).await.unwrap();
    let socket = Socket::open(&url, Some(&elsewhere.token), None).await.unwrap();
    let mut nobodys = Socket::open(&url, None, None).await.unwrap();
    let others_end = async {
        let wrong = json!({ "old": "four green bottles", "new": "ten green bottles" });
        assert_eq!(code(&vera, "POST", "auth/password", Some(wrong)).await, (403, "not_allowed".into()));
        let right = json!({ "old": PASSWORD, "new": "ten green bottles" });
        assert_eq!(code(&vera, "POST", "auth/password", Some(right)).await.0, 200);
        let closed_after = until_closed(socket).await;
        assert!(closed_after < CLOSED_WITHIN, "{closed_after:?}");
        for old in [&vera, &elsewhere] {
            assert_eq!(code(old, "GET", "portfolio", None).await, (401, "not_signed_in".into()));
            assert!(Socket::open(&url, Some(&old.token), None).await.is_err());
        }
    };
    // Whoever is nobody stays.
    beside(&mut nobodys, others_end).await;
    nobodys.subscribe("prices", None).await.unwrap();
    assert_eq!(nobodys.next().await.unwrap().0, "prices");
    assert!(Person::log_in(&url, "vera@example.org", PASSWORD).await.is_err());
    let vera = Person::log_in(&url, "vera@example.org", "ten green bottles").await.unwrap();
    vera.comes_to_own(SYMBOL, "cash 1000/0, L3 10/0").await;

    let id = vera.user_id.to_string();
    comes_to_be_logged(&exchange, "accounts", &["change_password", "refused", &id]).await;
    comes_to_be_logged(&exchange, "accounts", &["log_in", "refused", &id]).await;
    comes_to_be_logged(&exchange, "web", &["refused", "status=401", "/api/v1/portfolio"]).await;
    let everything = ["accounts", "web"].map(|service| logged(&exchange, service, &["bottles"]));
    assert_eq!(everything, [0, 0], "a password is in a log");
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_leaves_cancels_his_orders_takes_his_money_and_is_gone() {
    let exchange = exchange().await;
    let url = exchange.url();
    let will = newcomer(&exchange, "will", "500").await;
    let order = will.buys(1, SYMBOL, "50").await;
    will.sees(&order, "open").await;
    let wanted = json!({ "name": "bot", "scopes": ["read"] });
    let (_, key) = will.call("POST", "auth/keys", Some(wanted)).await.unwrap();
    let mut program = will.clone();
    program.token = key["text"].as_str().unwrap().to_owned();
    program.sees(&order, "open").await;
    assert_eq!(code(&program, "DELETE", &format!("orders/{order}"), None).await, (403, "not_allowed".into()));
    let socket = Socket::open(&url, Some(&program.token), None).await.unwrap();

    let (status, problem) = will.call("DELETE", "auth/me", None).await.unwrap();
    assert_eq!((status, problem["code"].as_str()), (409, Some("still_owned")), "{problem}");
    assert!(problem["detail"].as_str().unwrap().contains("500 in cash"), "{problem}");
    will.sees(&order, "canceled").await;
    let withdrawal = json!({ "id": order_id(), "amount": "500" });
    assert_eq!(code(&will, "POST", "portfolio/withdrawals", Some(withdrawal)).await.0, 200);
    assert_eq!(code(&will, "DELETE", "auth/me", None).await.0, 204);
    let closed_after = until_closed(socket).await;
    assert!(closed_after < CLOSED_WITHIN, "{closed_after:?}");
    for gone in [&will, &program] {
        assert_eq!(code(gone, "GET", "orders", None).await, (401, "not_signed_in".into()));
    }
    assert!(Person::log_in(&url, "will", PASSWORD).await.is_err());
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn the_first_admin_comes_from_the_command_line() {
    let exchange = exchange().await;
    let add = ["user", "add", "--login", "root", "--name", "Root", "--role", "admin"];
    let output = exchange.run_with(&add, PASSWORD).unwrap();
    assert!(output.status.success(), "{output:?}");
    let twice = exchange.run_with(&add, PASSWORD).unwrap();
    assert!(String::from_utf8_lossy(&twice.stderr).contains("login_taken"), "{twice:?}");
    let weak = ["user", "add", "--login", "other", "--role", "admin"];
    assert!(!exchange.run_with(&weak, "password1").unwrap().status.success());
    let root = Person::log_in(&exchange.url(), "root", PASSWORD).await.unwrap();
    assert_eq!(root.get("auth/me").await["role"], "admin");
}
