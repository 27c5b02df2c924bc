//! Services that stand still, as people at REST see it: F26.

use crate::{Fault, pause};
use reqwest::{RequestBuilder, Response};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::time::{Duration, Instant};
use trials::{Options, Person};

/// For what must come; on a busy machine not much.
const PATIENCE: Duration = Duration::from_secs(60);
const LOOK_AGAIN: Duration = Duration::from_millis(100);
/// Together, so that they are silent together.
const AT_ONCE: usize = 5;

/// Somebody at REST who looks at headers.
struct Caller {
    url: String,
    person: Person,
    http: reqwest::Client,
}

impl Caller {
    fn get(&self, path: &str) -> RequestBuilder {
        self.http.get(format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.person.token)
    }

    /// What is answered, and how old it says it is.
    async fn reads(&self, path: &str) -> (Value, Option<u64>) {
        let begun = Instant::now();
        let mut response = self.get(path).send().await.unwrap();
        // A busy machine answers late, and perhaps web has nothing older to show.
        while response.status() == 503 && begun.elapsed() < PATIENCE {
            tokio::time::sleep(LOOK_AGAIN).await;
            response = self.get(path).send().await.unwrap();
        }
        assert_eq!(response.status(), 200, "{path}");
        let age = response.headers().get("age").map(|age| age.to_str().unwrap().parse().unwrap());
        (response.json().await.unwrap(), age)
    }

    /// Until what is shown is old, or is not.
    async fn comes_to_read(&self, path: &str, old: bool) -> (Value, Option<u64>) {
        let begun = Instant::now();
        loop {
            let (body, age) = self.reads(path).await;
            if age.is_some() == old {
                return (body, age);
            }
            assert!(begun.elapsed() < PATIENCE, "{path}: old is {}", !old);
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }

    async fn deposits(&self, id: &str) -> Response {
        let request = self.http.post(format!("{}/api/v1/portfolio/deposits", self.url));
        request
            .bearer_auth(&self.person.token)
            .json(&json!({ "id": id, "amount": "1" }))
            .send()
            .await
            .unwrap()
    }

    /// The state that web shows for a service.
    async fn circuit(&self, service: &str) -> String {
        let text = self.http.get(format!("{}/metrics", self.url)).send().await.unwrap().text().await.unwrap();
        let wanted = format!("web_circuit_state{{service=\"{service}\",state=\"");
        let states = text.lines().filter_map(|line| line.strip_prefix(&wanted)?.strip_suffix("\"} 1"));
        states.collect::<Vec<_>>().join(" and ")
    }

    async fn ledger(&self) -> BTreeSet<String> {
        let (ledger, _) = self.comes_to_read("portfolio/ledger?limit=200", false).await;
        let lines = ledger["items"].as_array().unwrap();
        lines.iter().map(|line| line["reference"].as_str().unwrap().to_owned()).collect()
    }
}

fn id() -> String {
    uuid::Uuid::now_v7().to_string()
}

/// Deposits until one is refused without having been sent: the ids of those that are unknown, and of those
/// that were never sent.
async fn until_nothing_is_sent(ann: &Caller) -> (Vec<String>, Vec<String>) {
    let (mut unknown, mut unsent, begun) = (Vec::new(), Vec::new(), Instant::now());
    while unsent.is_empty() {
        assert!(begun.elapsed() < PATIENCE, "everything is still sent");
        let several = (0..AT_ONCE).map(|_| async {
            let id = id();
            let response = ann.deposits(&id).await;
            assert!(response.headers().contains_key("retry-after"), "{}", response.status());
            let problem: Value = response.json().await.unwrap();
            (id, problem["code"].as_str().unwrap().to_owned())
        });
        for (id, code) in futures::future::join_all(several).await {
            match code.as_str() {
                "unavailable" => unknown.push(id),
                "not_sent" => unsent.push(id),
                other => panic!("a deposit was answered {other}"),
            }
        }
    }
    (unknown, unsent)
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f26_who_does_not_answer_is_left_alone_and_what_is_shown_instead_says_its_age() {
    let fault = Fault::prepare("F26", &Options::default()).await;
    let load = fault.load(26).await;
    let exchange = &fault.exchange;
    let person = exchange.enter("ann").await;
    // None is idle: the server might just be closing it.
    let http = reqwest::Client::builder().pool_max_idle_per_host(0).build().unwrap();
    let ann = Caller { url: exchange.url(), person, http };
    ann.comes_to_read("portfolio", false).await;
    assert_eq!(ann.circuit("portfolio").await, "closed");

    let standing_still = exchange.pause("portfolio").unwrap();
    let (mine, age) = ann.comes_to_read("portfolio", true).await;
    assert_eq!(mine["user_id"], json!(ann.person.user_id));
    let (unknown, unsent) = until_nothing_is_sent(&ann).await;
    let state = ann.circuit("portfolio").await;
    assert!(["open", "half_open"].contains(&state.as_str()), "{state}");
    // Ordering answers as ever.
    ann.comes_to_read("orders", false).await;
    drop(standing_still);
    ann.comes_to_read("portfolio", false).await;
    assert_eq!(ann.circuit("portfolio").await, "closed");

    // What is unknown is asked again; what was not sent has not happened, then or later.
    let begun = Instant::now();
    for id in &unknown {
        while ann.deposits(id).await.status() != 200 {
            assert!(begun.elapsed() < PATIENCE, "{id} is not answered");
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
    let ledger = ann.ledger().await;
    assert!(unknown.iter().all(|id| ledger.contains(id)), "{unknown:?}");
    assert!(unsent.iter().all(|id| !ledger.contains(id)), "{unsent:?}");

    // What web has in memory says its age as well.
    let symbol = ann.reads("stocks").await.0["items"][0]["symbol"].as_str().unwrap().to_owned();
    for (service, path) in
        [("stock-data", "stocks".to_owned()), ("matching", format!("stocks/{symbol}/depth"))]
    {
        ann.comes_to_read(&path, false).await;
        let standing_still = exchange.pause(service).unwrap();
        ann.comes_to_read(&path, true).await;
        drop(standing_still);
        ann.comes_to_read(&path, false).await;
    }
    pause(1).await;
    let seen = format!(
        "portfolio, stock-data and matching stood still; what was shown was {} s old at first; {} deposits unknown, \
         {} not sent",
        age.unwrap_or_default(),
        unknown.len(),
        unsent.len()
    );
    fault.settle(load, seen).await;
    fault.end();
}
