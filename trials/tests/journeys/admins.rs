//! What an admin does for people, from the request to the ledger; and what is parked, which is nothing.

use crate::exchange;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use trials::{Exchange, Person, order_id};

const PATIENCE: Duration = Duration::from_secs(120);

async fn done(person: &Person, method: &str, path: &str, body: Option<Value>) -> (u16, Value) {
    person.does(method, &format!("admin/{path}"), body).await.expect("an answer")
}

async fn comes_to_be_logged(exchange: &Exchange, wanted: &[&str]) {
    let begun = Instant::now();
    let is_there = |log: String| {
        log.lines().any(|line| line.contains("audit") && wanted.iter().all(|word| line.contains(word)))
    };
    while !is_there(std::fs::read_to_string(exchange.own("logs/web.log")).expect("a log")) {
        assert!(begun.elapsed() < PATIENCE, "web does not log {wanted:?}");
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// web hears of the end of a session a moment later.
async fn comes_to_be_nobody(person: &Person) {
    let begun = Instant::now();
    while person.call("GET", "portfolio", None).await.unwrap().0 != 401 {
        assert!(begun.elapsed() < PATIENCE, "{} is still in", person.name);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_lets_somebody_in_pays_him_and_closes_his_account_again() {
    let exchange = exchange().await;
    let (ada, fay) = (exchange.enter("ada").await, exchange.enter("fay").await);
    let new = json!({ "login": "wilma", "password": "three green bottles", "name": "Wilma" });
    assert_eq!(done(&fay, "POST", "users", Some(new.clone())).await.0, 403);
    let (status, added) = done(&ada, "POST", "users", Some(new)).await;
    assert_eq!(status, 201, "{added}");
    let found = done(&ada, "GET", "users?search=ILM", None).await.1;
    assert_eq!(found["items"].as_array().unwrap().len(), 1, "{found}");
    let wilma = &found["items"][0];
    let path = format!("users/{}", wilma["user_id"].as_str().unwrap());
    let begun = Instant::now();
    // portfolio hears of her a moment later.
    let deposit = json!({ "id": order_id(), "amount": "250.50" });
    let paid = async || done(&ada, "POST", &format!("{path}/deposits"), Some(deposit.clone())).await;
    while paid().await.0 != 200 {
        assert!(begun.elapsed() < PATIENCE);
    }
    assert_eq!(paid().await.1["cash"]["total"], "250.5", "twice is once");
    let herself = Person::log_in(&exchange.url(), "wilma", "three green bottles").await.unwrap();
    let line = &herself.call("GET", "portfolio/ledger", None).await.unwrap().1["items"][0];
    assert_eq!((&line["kind"], &line["reference"]), (&json!("deposit"), &deposit["id"]));
    let seen = done(&ada, "GET", &path, None).await.1;
    assert_eq!((&seen["login"], &seen["portfolio"]["total_value"]), (&json!("wilma"), &json!("250.5")));

    let another = json!({ "password": "ten green bottles" });
    assert_eq!(done(&ada, "POST", &format!("{path}/password"), Some(another)).await.0, 204);
    comes_to_be_nobody(&herself).await;
    let herself = Person::log_in(&exchange.url(), "wilma", "ten green bottles").await.unwrap();

    let (status, problem) = done(&ada, "DELETE", &path, None).await;
    assert_eq!((status, &problem["code"]), (409, &json!("still_owned")));
    let withdrawal = json!({ "id": order_id(), "amount": "250.5" });
    assert_eq!(done(&ada, "POST", &format!("{path}/withdrawals"), Some(withdrawal)).await.0, 200);
    for _ in 0..2 {
        assert_eq!(done(&ada, "DELETE", &path, None).await.0, 204);
    }
    comes_to_be_nobody(&herself).await;
    let seen = done(&ada, "GET", &path, None).await.1;
    assert_eq!((&seen["name"], &seen["login"]), (&json!("Former user"), &Value::Null));
    assert!(seen["closed_at"].is_string(), "{seen}");

    let own = format!("users/{}", ada.user_id);
    assert_eq!(done(&ada, "DELETE", &own, None).await.0, 403, "nobody closes an own account there");
    let by = ada.user_id.to_string();
    for event in ["add_person", "set_password", "close_account", "deposit", "withdraw"] {
        comes_to_be_logged(&exchange, &[event, &by, wilma["user_id"].as_str().unwrap()]).await;
    }
    exchange.audit().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn every_service_says_that_nothing_is_parked() {
    let exchange = exchange().await;
    let ada = exchange.enter("ada").await;
    let (begun, nothing) = (Instant::now(), json!({ "total": 0, "items": [], "missing": [] }));
    let mut told = done(&ada, "GET", "parked", None).await;
    // Each has half a second to answer.
    while told.1["missing"] != json!([]) && begun.elapsed() < PATIENCE {
        tokio::time::sleep(Duration::from_millis(200)).await;
        told = done(&ada, "GET", "parked", None).await;
    }
    assert_eq!(told, (200, nothing));
    let unknown = order_id();
    let (status, problem) = done(&ada, "POST", "parked/redrive", Some(json!({ "ids": [unknown] }))).await;
    assert_eq!((status, &problem["field"]), (404, &json!("ids")));
    assert!(problem["detail"].as_str().unwrap().contains(&unknown));
}
