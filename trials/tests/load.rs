//! The load kit against a real exchange: what it reports, and that it fails when it must.

use chassis::{Db, Tx};
use serde_json::Value;
use std::process::Output;
use tokio::sync::Mutex;
use trials::{Exchange, Options};

/// One at a time: each counts on the whole machine.
static ALONE: Mutex<()> = Mutex::const_new(());

/// With six symbols every kind of order has its own.
const RUN: [&str; 13] = [
    "load",
    "--rate",
    "100",
    "--for",
    "3s",
    "--users",
    "60",
    "--symbols",
    "6",
    "--listeners",
    "20",
    "--seed",
    "7",
];

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

fn load(exchange: &Exchange, more: &[&str]) -> Output {
    exchange.run(&[&RUN[..], more].concat()).unwrap()
}

fn report(exchange: &Exchange, name: &str) -> Value {
    serde_json::from_slice(&std::fs::read(exchange.folder().join(name)).unwrap()).unwrap()
}

/// What the report finds wrong. That a busy machine sends late is not the exchange's fault.
fn failures(exchange: &Exchange, name: &str, output: &Output) -> Vec<String> {
    assert!([Some(0), Some(1)].contains(&output.status.code()), "{}\n{}", said(output), exchange.log_tail());
    let failures = report(exchange, name)["failures"].as_array().unwrap().clone();
    assert_eq!(output.status.success(), failures.is_empty(), "{}", said(output));
    let failures = failures.iter().map(|failure| failure.as_str().unwrap().to_owned());
    failures.filter(|failure| !failure.starts_with("the schedule was not kept")).collect()
}

#[tokio::test(flavor = "multi_thread")]
async fn every_message_is_accounted_for_and_a_broken_audit_is_a_failure() {
    let _alone = ALONE.lock().await;
    let mut exchange = Exchange::start(&Options::default()).unwrap();
    let first = load(&exchange, &["--json", "a.json", "--html", "a.html"]);
    assert_eq!(failures(&exchange, "a.json", &first), [""; 0], "{}", exchange.log_tail());
    let seen = report(&exchange, "a.json");
    let counts = &seen["counts"];
    assert_eq!((&counts["sent"], &counts["answered"]), (&300.into(), &300.into()), "{counts}");
    assert_eq!(counts["confirmed"], 300);
    assert_eq!(counts["pushed"], counts["pushes_expected"]);
    assert!(counts["pushed"].as_u64() > Some(50), "{counts}");
    assert!(seen["latency"]["reply"]["p50_ms"].as_f64() > Some(0.0));
    for process in
        ["ordering", "portfolio", "matching", "stock-data", "web", "postgres", "rabbitmq", "generator"]
    {
        assert!(seen["processes"][process]["memory_most_mb"].as_f64() > Some(1.0), "{process}");
    }
    let page = std::fs::read_to_string(exchange.folder().join("a.html")).unwrap();
    assert_eq!(page.matches("<svg").count(), 7, "seven plots");
    assert!(!page.contains("http") && !page.contains("<script"), "nothing from anywhere else");

    let by_rest = load(&exchange, &["--by", "rest", "--json", "b.json"]);
    assert_eq!(failures(&exchange, "b.json", &by_rest), [""; 0], "{}", said(&by_rest));
    assert_eq!(report(&exchange, "b.json")["counts"]["answered"], 300);
    let compared = said(&exchange.run(&["load", "compare", "a.json", "b.json"]).unwrap());
    assert!(compared.contains("not the same: by amqp and rest"), "{compared}");
    assert!(compared.contains("reply p99 ms"), "{compared}");

    // A row that portfolio adds to without remembering it.
    let clearing = "where account = 'clearing' and symbol = ''";
    change(&exchange, format!("update system_accounts set balance = balance + 1 {clearing}")).await;
    let broken = load(&exchange, &["--json", "c.json"]);
    change(&exchange, format!("update system_accounts set balance = balance - 1 {clearing}")).await;
    assert_eq!(broken.status.code(), Some(1), "{}", said(&broken));
    let failures = report(&exchange, "c.json")["failures"].to_string();
    assert!(failures.contains("audit: portfolio: clearing_is_flat"), "{failures}");
    exchange.audit().unwrap();
    exchange.stop().unwrap();
}

/// By both doors; all listen, so that nothing that comes of it is unheard.
#[tokio::test(flavor = "multi_thread")]
async fn every_kind_of_order_ends_as_it_was_planned() {
    let _alone = ALONE.lock().await;
    let mut exchange = Exchange::start(&Options::default()).unwrap();
    for by in ["amqp", "rest"] {
        let arguments =
            ["load", "--mix", "all", "--rate", "100", "--for", "8s", "--by", by, "--json", "all.json"];
        let crowd = ["--users", "60", "--symbols", "6", "--listeners", "60", "--seed", "3"];
        let output = exchange.run(&[&arguments[..], &crowd].concat()).unwrap();
        assert_eq!(failures(&exchange, "all.json", &output), [""; 0], "{by}: {}", exchange.log_tail());
        let counts = &report(&exchange, "all.json")["counts"];
        assert_eq!(counts["answered"], 800, "{by}: {counts}");
        assert_eq!(counts["pushed"], 800, "{by}: {counts}");
    }
    exchange.audit().unwrap();
    exchange.stop().unwrap();
}

async fn change(exchange: &Exchange, sql: String) {
    let db = Db::connect(&exchange.admin_url("portfolio").unwrap()).await.unwrap();
    let work = async move |tx: &Tx| tx.execute(&sql, []).await;
    assert!(db.transaction(work).await.unwrap() > 0);
}
