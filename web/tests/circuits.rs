//! What web answers while a service does not: at once, from what it holds, marked as old, and to nobody else.

mod support;

use contracts::{Code, Refusal};
use serde_json::{Value, json};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicU32, Ordering};
use std::time::Duration;
use support::{Stage, market, token};

/// Which services are away, by name; `orders` are ordering's.
#[derive(Clone, Default)]
struct Away {
    portfolio: Arc<AtomicBool>,
    ordering: Arc<AtomicBool>,
    stock_data: Arc<AtomicBool>,
    /// Counts what portfolio was asked.
    asked: Arc<AtomicU32>,
}

impl Away {
    fn play(&self, to: &str, message: &Value) -> Option<Result<Value, Refusal>> {
        let is = |away: &AtomicBool| away.load(Ordering::SeqCst);
        let name = message.as_object()?.keys().next()?.as_str();
        match (to, name) {
            ("portfolio" | "portfolio.0", _) => {
                let nth = self.asked.fetch_add(1, Ordering::SeqCst);
                match name {
                    _ if is(&self.portfolio) => None,
                    "portfolio" => Some(Ok(json!({ "of": message["portfolio"]["user_id"], "nth": nth }))),
                    "ledger" => Some(Err(Refusal::of_field(Code::InvalidValue, "cursor", "no such page"))),
                    _ => Some(Ok(json!({ "id": message[name]["id"], "cash": {} }))),
                }
            }
            ("ordering" | "orders", _) if is(&self.ordering) => None,
            ("ordering", _) => Some(Ok(json!({ "items": [] }))),
            ("orders", _) => Some(Err(Refusal::new(Code::UnknownSymbol, "no such instrument is listed"))),
            ("stock-data", "statistics") if is(&self.stock_data) => None,
            ("stock-data", "statistics") => Some(Ok(json!({ "days": [] }))),
            _ => market(to, message),
        }
    }
}

async fn open() -> (Stage, Away) {
    let away = Away::default();
    let script = away.clone();
    (Stage::open(move |to, message| script.play(to, message)).await, away)
}

/// Status, body, and how old it says it is.
async fn get(stage: &Stage, path: &str, user: u128) -> (u16, Value, Option<u64>) {
    let response = stage.get(&format!("/api/v1/{path}")).bearer_auth(token(user, 600)).send().await.unwrap();
    let status = response.status().as_u16();
    let header = |name| response.headers().get(name).map(|value| value.to_str().unwrap().to_owned());
    let (age, cache) = (header("age"), header("cache-status"));
    assert_eq!(age.is_some(), cache.is_some(), "{path}");
    if let (Some(age), Some(cache)) = (&age, &cache) {
        assert!(cache.starts_with(&format!("exchange; hit; ttl=-{age}; detail=")), "{cache}");
    }
    (status, response.json().await.unwrap(), age.map(|age| age.parse().unwrap()))
}

fn deposit() -> Value {
    json!({ "id": uuid::Uuid::now_v7(), "amount": "5" })
}

async fn deposits(stage: &Stage, user: u128) -> (u16, Value) {
    let request = stage.post("/api/v1/portfolio/deposits", &deposit()).bearer_auth(token(user, 600));
    let response = request.send().await.unwrap();
    let (status, after) = (response.status().as_u16(), response.headers().get("retry-after").cloned());
    assert_eq!(after.map(|after| after.to_str().unwrap().to_owned()), (status == 503).then(|| "1".into()));
    (status, response.json().await.unwrap())
}

/// Five who hear nothing.
async fn five_wait_in_vain(stage: &Stage) {
    let waiting: Vec<_> = (0..5).map(|_| deposits(stage, 9)).collect();
    for (status, problem) in futures::future::join_all(waiting).await {
        assert_eq!((status, &problem["code"]), (503, &json!("unavailable")), "{problem}");
    }
}

/// What was not sent may be tried in a second.
const PAUSE: Duration = Duration::from_millis(1_050);

#[tokio::test(flavor = "multi_thread")]
async fn a_command_to_who_does_not_answer_is_refused_at_once_and_not_sent() {
    let (stage, away) = open().await;
    away.portfolio.store(true, Ordering::SeqCst);
    five_wait_in_vain(&stage).await;

    let asked = away.asked.load(Ordering::SeqCst);
    let mut tries = 0;
    for _ in 0..20 {
        let (status, problem) = deposits(&stage, 1).await;
        if problem["code"] == "unavailable" {
            // On a slow machine the pause is over.
            tries += 1;
            continue;
        }
        assert_eq!((status, &problem["code"]), (503, &json!("not_sent")), "{problem}");
        assert_eq!(problem["detail"], "portfolio does not answer; nothing was sent: try again in 1 s");
    }
    assert!(tries < 20);
    assert_eq!(away.asked.load(Ordering::SeqCst), asked + tries, "portfolio was asked");

    // Others are asked as ever.
    let order =
        json!({ "symbol": "NONE", "side": "buy", "type": "limit", "quantity": "1", "limit_price": "1" });
    let order = stage.post("/api/v1/orders", &order).bearer_auth(token(1, 600)).send().await.unwrap();
    assert_eq!(order.status(), 422);

    // One tries, in vain, and nobody else meanwhile.
    tokio::time::sleep(PAUSE).await;
    let asked = away.asked.load(Ordering::SeqCst);
    let (one, other) = tokio::join!(deposits(&stage, 1), deposits(&stage, 2));
    let mut codes = [one, other].map(|(_, problem)| problem["code"].clone());
    codes.sort_by_key(|code| code.to_string());
    assert_eq!(codes, ["not_sent", "unavailable"]);
    assert_eq!(away.asked.load(Ordering::SeqCst), asked + 1);

    away.portfolio.store(false, Ordering::SeqCst);
    tokio::time::sleep(PAUSE).await;
    assert_eq!(deposits(&stage, 1).await.0, 200);
    assert_eq!(deposits(&stage, 2).await.0, 200);
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_an_answer() {
    let (stage, away) = open().await;
    for _ in 0..12 {
        assert_eq!(get(&stage, "portfolio/ledger?cursor=7", 1).await.0, 400);
    }
    let (status, fresh, age) = get(&stage, "portfolio", 1).await;
    assert_eq!((status, age), (200, None));
    assert_eq!(fresh["nth"], away.asked.load(Ordering::SeqCst) - 1);
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn who_was_answered_before_is_shown_that_again_and_told_its_age() {
    let (stage, away) = open().await;
    let (_, mine, _) = get(&stage, "portfolio", 1).await;
    assert_eq!(get(&stage, "orders?status=open", 1).await.2, None);
    assert_eq!(get(&stage, "portfolio/ledger?cursor=7", 1).await.0, 400);
    away.portfolio.store(true, Ordering::SeqCst);
    away.ordering.store(true, Ordering::SeqCst);
    tokio::time::sleep(PAUSE).await;

    let (status, shown, age) = get(&stage, "portfolio", 1).await;
    assert_eq!((status, &shown), (200, &mine));
    // A second before, and the deadline.
    assert!((2..60).contains(&age.unwrap()), "{age:?}");
    assert!(get(&stage, "orders?status=open", 1).await.2.is_some());
    // Nobody else is shown it, another question is another answer, and a refusal is not kept.
    assert_eq!(get(&stage, "portfolio", 2).await.0, 503);
    assert_eq!(get(&stage, "orders?status=closed", 1).await.0, 503);
    assert_eq!(get(&stage, "portfolio/ledger?cursor=7", 1).await.0, 503);
    assert_eq!(get(&stage, "portfolio/ledger.csv", 1).await.0, 503);

    five_wait_in_vain(&stage).await;
    let (status, shown, age) = get(&stage, "portfolio", 1).await;
    assert_eq!((status, &shown), (200, &mine));
    assert!(age.is_some());
    // If the pause is over, one tries first.
    let codes = [get(&stage, "portfolio", 2).await, get(&stage, "portfolio", 2).await];
    assert!(
        codes.iter().any(|(status, problem, _)| *status == 503 && problem["code"] == "not_sent"),
        "{codes:?}"
    );

    // A session that has ended is shown nothing, however old.
    let ended = json!([{ "session_ended": { "session_id": uuid::Uuid::from_u128(8) } }]);
    stage.hear("accounts.0>web", 1, ended).await;
    stage.until_as(&token(1, 600), "/api/v1/auth/me", 401).await;
    assert_eq!(get(&stage, "portfolio", 1).await.0, 401);
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_everybody_may_read_is_everybodys_also_when_it_is_old() {
    let (stage, away) = open().await;
    let (_, fresh, _) = get(&stage, "market/statistics", 1).await;
    away.stock_data.store(true, Ordering::SeqCst);
    let (status, shown, age) = get(&stage, "market/statistics", 2).await;
    assert_eq!((status, shown, age.is_some()), (200, fresh, true));
    assert_eq!(get(&stage, "market/statistics?days=3", 2).await.0, 503);
    stage.web.stop().await.unwrap();
}
