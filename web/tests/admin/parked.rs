//! Parked messages: gathered from the services, and taken up again by their partitions.

use super::support::{Stage, market, token_of};
use contracts::accounts::Role;
use contracts::{Code, Refusal, topology};
use serde_json::{Value, json};
use std::collections::BTreeMap;
use std::sync::{Arc, Mutex};
use uuid::Uuid;

fn id(n: u128) -> String {
    Uuid::from_u128(n).to_string()
}

/// What is parked, by service; a service that is not in it is silent.
type Parked = Arc<Mutex<BTreeMap<&'static str, Vec<u128>>>>;

async fn stage(parked: &Parked) -> Stage {
    let parked = parked.clone();
    let script = move |to: &str, message: &Value| {
        let mut parked = parked.lock().unwrap();
        let (kind, said) = message.as_object()?.iter().next()?;
        let named = |n: &u128| said["ids"].as_array().unwrap().contains(&json!(id(*n)));
        match kind.as_str() {
            "parked" => {
                let all = parked.get(to)?;
                let asked_for = |n: &&u128| said["ids"] == json!([]) || named(n);
                let items: Vec<Value> = all.iter().filter(asked_for).map(|n| shown(to, *n)).collect();
                Some(Ok(json!({ "total": all.len(), "items": items })))
            }
            "redrive" => {
                let all = parked.get_mut(topology::service_of(to))?;
                let before = all.len();
                // 13 still breaks its promise.
                all.retain(|n| *n == 13 || !named(n));
                Some(Ok(json!(before - all.len())))
            }
            _ => market(to, message),
        }
    };
    Stage::open(script).await.ready().await
}

fn shown(service: &str, n: u128) -> Value {
    json!({ "parked_id": id(n), "partition": format!("{service}.0"), "key": "ACME", "source": "stream",
            "sender": "matching", "stream": "matching.0>*", "seq": 7, "parked_at": "2026-11-28T10:00:00Z",
            "reason": "is negative", "body": "{}", "body_bytes": 2 })
}

fn everybody(parked: [(&'static str, Vec<u128>); 2]) -> Parked {
    let mut all: BTreeMap<_, _> = topology::SERVICES.map(|service| (service, vec![])).into();
    all.extend(parked);
    Arc::new(Mutex::new(all))
}

async fn list(stage: &Stage) -> Value {
    let request = stage.get("/api/v1/admin/parked").bearer_auth(token_of(7, Role::Admin, 600));
    request.send().await.unwrap().json().await.unwrap()
}

async fn redrive(stage: &Stage, ids: Value) -> (u16, Value) {
    let request = stage.post("/api/v1/admin/parked/redrive", &json!({ "ids": ids }));
    let response = request.bearer_auth(token_of(7, Role::Admin, 600)).send().await.unwrap();
    (response.status().as_u16(), response.json().await.unwrap())
}

#[tokio::test(flavor = "multi_thread")]
async fn all_services_messages_are_shown_oldest_first_and_who_is_silent_is_named() {
    let parked = everybody([("ordering", vec![2, 4]), ("portfolio", (5..200).chain([1, 3]).collect())]);
    let stage = stage(&parked).await;
    let all = list(&stage).await;
    assert_eq!((&all["total"], &all["missing"]), (&json!(199), &json!([])));
    let ids: Vec<&str> =
        all["items"].as_array().unwrap().iter().map(|m| m["parked_id"].as_str().unwrap()).collect();
    assert_eq!(ids, (1..=100).map(id).collect::<Vec<_>>());
    assert_eq!(all["items"][0], shown("portfolio", 1));
    parked.lock().unwrap().remove("portfolio");
    let others = list(&stage).await;
    assert_eq!(
        (&others["total"], &others["missing"]),
        (&json!(2), &json!(["portfolio: gave no answer in time"]))
    );
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn messages_are_taken_up_by_their_partitions_and_a_second_time_there_is_nothing_to_do() {
    let parked = everybody([("ordering", vec![1, 2]), ("matching", vec![3, 13])]);
    let stage = stage(&parked).await;
    let (status, told) = redrive(&stage, json!([id(1), id(3), id(13), id(3)])).await;
    assert_eq!((status, told), (200, json!({ "taken_up": 2, "still_parked": [id(13)], "missing": [] })));
    let asked = stage.actors.asked.lock().unwrap().clone();
    let commands: Vec<_> =
        asked.into_iter().filter(|(_, message)| message.get("redrive").is_some()).collect();
    let command = |to: &str, ids: &[u128]| {
        let ids: Vec<String> = ids.iter().map(|n| id(*n)).collect();
        (to.to_owned(), json!({ "redrive": { "ids": ids } }))
    };
    assert_eq!(commands, [command("matching.0", &[3, 13]), command("ordering.0", &[1])]);
    let (status, problem) = redrive(&stage, json!([id(1), id(2)])).await;
    assert_eq!((status, &problem["code"], &problem["field"]), (404, &json!("not_found"), &json!("ids")));
    let detail = problem["detail"].as_str().unwrap();
    assert!(detail.contains(&id(1)) && !detail.contains(&id(2)), "{detail}");
    assert_eq!(parked.lock().unwrap()["ordering"], [2], "nothing is done where something is not known");
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_silent_service_may_have_is_unknown_and_what_it_does_not_answer_is_missing() {
    let parked = everybody([("ordering", vec![1]), ("matching", vec![])]);
    let stage = stage(&parked).await;
    parked.lock().unwrap().remove("accounts");
    let (status, problem) = redrive(&stage, json!([id(1), id(9)])).await;
    assert_eq!((status, &problem["code"]), (503, &json!("unavailable")));
    let (status, told) = redrive(&stage, json!([id(1)])).await;
    let missing = json!(["accounts: gave no answer in time"]);
    assert_eq!((status, told), (200, json!({ "taken_up": 1, "still_parked": [], "missing": missing })));
    for ids in [json!([]), json!(["x"]), json!("x"), json!(vec![id(1); 101])] {
        assert_eq!(redrive(&stage, ids).await.0, 400);
    }
    stage.web.stop().await.unwrap();
}

/// As accounts' and all others' chassis refuses whom it does not know.
#[tokio::test(flavor = "multi_thread")]
async fn a_refusal_is_told_as_it_is() {
    let script = |to: &str, message: &Value| match message.get("parked") {
        Some(_) => Some(Err(Refusal::new(Code::NotAllowed, "not you"))),
        None => market(to, message),
    };
    let stage = Stage::open(script).await.ready().await;
    assert_eq!(list(&stage).await["missing"][0], "accounts: not you");
    stage.web.stop().await.unwrap();
}
