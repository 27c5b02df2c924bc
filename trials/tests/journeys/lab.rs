//! The failure lab: a look inside the exchange, and faults that heal while one looks.

use crate::exchange;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use trials::Person;

const PATIENCE: Duration = Duration::from_secs(120);

async fn breaks(person: &Person, fault: Value) -> Value {
    let (status, answer) = person.call("POST", "system/faults", Some(fault)).await.unwrap();
    assert_eq!(status, 202, "{answer}");
    answer["outcome"].clone()
}

/// The system once it shows this.
async fn until(person: &Person, what: &str, shows: impl Fn(&Value) -> bool) -> Value {
    let begun = Instant::now();
    loop {
        let system = match person.call_once("GET", "system", None).await {
            Ok((200, system)) => system,
            Ok(_) | Err(_) => Value::Null,
        };
        if shows(&system) {
            return system;
        }
        assert!(begun.elapsed() < PATIENCE, "not {what}: {system:#}");
        tokio::time::sleep(Duration::from_millis(300)).await;
    }
}

fn process<'a>(system: &'a Value, name: &str) -> Option<&'a Value> {
    system["processes"].as_array()?.iter().find(|process| process["name"] == name)
}

#[tokio::test(flavor = "multi_thread")]
async fn what_a_teacher_breaks_heals_and_the_audit_says_so() {
    let exchange = exchange().await;
    let fay = exchange.enter("fay").await;
    let lists = ["queues", "streams", "databases"];
    let told = |system: &Value, list: &str| system[list].as_array().is_some_and(|all| !all.is_empty());
    let system = until(&fay, "whole", |system| lists.iter().all(|list| told(system, list))).await;
    // Other journeys have their own reasons to kill one.
    let restarts = |system: &Value, name: &str| process(system, name).unwrap()["restarts"].as_u64().unwrap();
    let before = ["matching", "ordering"].map(|name| restarts(&system, name));

    let malformed = breaks(&fay, json!({ "fault": "malformed" })).await;
    assert_eq!(malformed["answer"]["code"], "malformed", "{malformed}");

    let sale = fay.sells(1, "L3", "100").await;
    fay.sees(&sale, "open").await;
    let again = breaks(&fay, json!({ "fault": "duplicate" })).await;
    assert!(again["stream"].as_str().is_some_and(|stream| stream.starts_with("ordering.")), "{again}");

    let killed = breaks(&fay, json!({ "fault": "kill", "process": "matching" })).await;
    until(&fay, "another matching", |system| {
        process(system, "matching").is_some_and(|now| {
            now["pid"] != killed["pid"]
                && now["state"] == "running"
                && now["restarts"].as_u64() > Some(before[0])
        })
    })
    .await;
    breaks(&fay, json!({ "fault": "pause", "process": "ordering", "seconds": 20 })).await;
    until(&fay, "ordering paused, and all else told", |system| {
        process(system, "ordering").is_some_and(|now| now["state"] == "paused") && told(system, "streams")
    })
    .await;
    until(&fay, "ordering running", |system| {
        process(system, "ordering")
            .is_some_and(|now| now["state"] == "running" && now["restarts"] == before[1])
    })
    .await;
    breaks(&fay, json!({ "fault": "pause", "process": "rabbitmq", "seconds": 8 })).await;
    until(&fay, "unknown queues, and all else told", |system| {
        system["queues"].is_null()
            && !system["unknown"].as_array().unwrap().is_empty()
            && told(system, "streams")
    })
    .await;
    until(&fay, "whole again", |system| lists.iter().all(|list| told(system, list))).await;
    fay.cancels(&sale).await;
    fay.sees(&sale, "canceled").await;

    let (status, endless) = fay
        .call("POST", "system/faults", Some(json!({ "fault": "pause", "process": "web", "seconds": 31 })))
        .await
        .unwrap();
    assert_eq!((status, endless["field"].as_str()), (400, Some("seconds")), "{endless}");

    let asking = Instant::now();
    let system = loop {
        let (status, begun) = fay.call("POST", "system/audit", None).await.unwrap();
        assert_eq!((status, begun["state"].as_str()), (202, Some("running")), "{begun}");
        let system = until(&fay, "a verdict", |system| system["audit"]["state"] == "done").await;
        // So much may still be on its way on a busy machine.
        let is_restless = system["audit"]["findings"].to_string().contains("did not come to rest");
        if !is_restless || asking.elapsed() > PATIENCE {
            break system;
        }
    };
    assert_eq!(system["audit"]["findings"], json!([]));
    let mut faults: Vec<&Value> =
        system["faults"].as_array().unwrap().iter().map(|done| &done["fault"]).collect();
    // What was not answered in time was asked for again.
    faults.dedup();
    let faults: Vec<&str> = faults.iter().map(|fault| fault["fault"].as_str().unwrap()).collect();
    assert_eq!(faults, ["pause", "pause", "kill", "duplicate", "malformed"]);
    exchange.audit().unwrap();
}
