//! The broker: killed, robbed of its disk, gone, frozen, out of memory or disk, and changed behind
//! everybody's back: F6, F7, F10, F20 (its half), F21, F25.

use crate::{Fault, pause, pause_ms, spread};
use reqwest::Method;
use serde_json::json;
use std::net::TcpStream;
use std::time::{Duration, Instant};
use trials::{Exchange, Options, send_signal};

/// The plan says 20; each costs the broker's start.
const KILLS: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f06_the_broker_is_killed_also_right_after_its_queues_were_made() {
    let fault = Fault::prepare("F6", &Options::default()).await;
    let load = fault.load(6).await;
    let mut took = Vec::new();
    for _ in 0..KILLS {
        took.push(fault.exchange.kill_and_wait("rabbitmq").await.unwrap());
        pause(1).await;
    }
    let newborn = kill_a_newborn(&fault.exchange).await;
    let back = fault.exchange.successor("rabbitmq", newborn).await.unwrap();
    let seen = format!(
        "{KILLS} kills, ready again: {}; killed right after its topology was imported: {:.1} s",
        spread(took),
        back.as_secs_f64()
    );
    fault.settle(load, seen).await;
    fault.end();
}

/// Quorum queues that are younger than half a second may stay down for ever after this.
async fn kill_a_newborn(exchange: &Exchange) -> u32 {
    let port = exchange.settings().unwrap().broker.port;
    exchange.lose_the_brokers_disk().unwrap();
    let begun = Instant::now();
    // It listens once it has imported its definitions.
    while TcpStream::connect(("127.0.0.1", port)).is_err() {
        pause_ms(20).await;
        assert!(begun.elapsed() < Duration::from_secs(120), "the broker does not start");
    }
    let node = node_of(exchange).expect("the node runs");
    send_signal(node, "KILL").unwrap();
    node
}

/// Found by its command line: it is not noted before its start is complete.
fn node_of(exchange: &Exchange) -> Option<u32> {
    let folder = exchange.own("rabbitmq").display().to_string();
    std::fs::read_dir("/proc").ok()?.filter_map(Result::ok).find_map(|entry| {
        let pid: u32 = entry.file_name().to_str()?.parse().ok()?;
        let line = std::fs::read(entry.path().join("cmdline")).ok()?;
        let line = String::from_utf8_lossy(&line).into_owned();
        (line.contains("beam.smp") && line.contains(&folder)).then_some(pid)
    })
}

pub async fn lose_the_disk(fault: &Fault) -> String {
    let pid = fault.exchange.pid("rabbitmq").unwrap();
    fault.exchange.lose_the_brokers_disk().unwrap();
    let took = fault.exchange.successor("rabbitmq", pid).await.unwrap();
    pause(3).await;
    format!("all its data erased, ready again after {:.1} s", took.as_secs_f64())
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f07_the_broker_loses_its_disk_twice() {
    let fault = Fault::prepare("F7", &Options::default()).await;
    let load = fault.load(7).await;
    let mut seen = Vec::new();
    for _ in 0..2 {
        seen.push(lose_the_disk(&fault).await);
    }
    fault.settle(load, seen.join("; ")).await;
    fault.end();
}

/// The plan says 60; ten times the two seconds in which everybody must be told.
const DOWN_S: u64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f10_the_broker_is_gone_for_a_while_and_then_frozen() {
    let fault = Fault::prepare("F10", &Options::default()).await;
    let load = fault.load(10).await;
    let pid = fault.exchange.pid("rabbitmq").unwrap();
    let unsupervised = fault.exchange.unsupervised().unwrap();
    fault.exchange.kill("rabbitmq").unwrap();
    pause(DOWN_S).await;
    drop(unsupervised);
    fault.exchange.successor("rabbitmq", pid).await.unwrap();
    let record = fault.settle(load, format!("down for {DOWN_S} s")).await;
    assert!(record.unavailable > 0, "somebody at REST was told that it is unavailable");

    let load = fault.load(11).await;
    let frozen = fault.exchange.pause("rabbitmq").unwrap();
    pause(DOWN_S).await;
    drop(frozen);
    pause(5).await;
    let record = fault.settle(load, format!("frozen for {DOWN_S} s")).await;
    assert!(record.unavailable > 0, "somebody at REST was told that it is unavailable");
    fault.end();
}

const ALARM_S: u64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f20_and_f21_the_broker_has_no_memory_and_then_no_disk() {
    let fault = Fault::prepare("F20/F21", &Options::default()).await;
    for (alarm, command, too_little, enough) in [
        ("memory", ["set_vm_memory_high_watermark", "absolute"].as_slice(), "1MB", "1GB"),
        ("disk", ["set_disk_free_limit"].as_slice(), "1000GB", "200MB"),
    ] {
        let load = fault.load(21).await;
        let ctl = |value| fault.exchange.rabbitmqctl(&[command, &[value]].concat());
        ctl(too_little).unwrap();
        let accepted = || fault.exchange.number("ordering", "select count(*) from orders");
        pause(3).await;
        let before = accepted().await.unwrap();
        pause(ALARM_S).await;
        let during = accepted().await.unwrap() - before;
        ctl(enough).unwrap();
        fault
            .settle(load, format!("{alarm} alarm for {ALARM_S} s, {during} orders taken in meanwhile"))
            .await;
        assert!(during < i64::from(crate::RATE), "the {alarm} alarm was none: {during} orders were taken in");
    }
    fault.end();
}

/// Until somebody notices, and provisions the broker anew.
const UNNOTICED_S: u64 = 4;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f25_queues_bindings_and_permissions_vanish_at_run_time() {
    let fault = Fault::prepare("F25", &Options::default()).await;
    for (what, path) in [
        ("a queue deleted", "queues/VHOST/matching.0"),
        ("a binding removed", "bindings/VHOST/e/portfolio/q/matching.0/portfolio.0%3Ematching.0"),
        ("a permission revoked", "permissions/VHOST/ordering"),
    ] {
        let load = fault.load(25).await;
        fault.exchange.administer(Method::DELETE, path, None).await.unwrap();
        pause(UNNOTICED_S).await;
        let output = fault.exchange.run(&["provision"]).unwrap();
        assert!(output.status.success(), "{what}: {output:?}");
        pause(2).await;
        fault.settle(load, format!("{what}, provisioned again after {UNNOTICED_S} s")).await;
    }

    let load = fault.load(26).await;
    let harm = json!({ "pattern": "^matching", "definition": { "delivery-limit": 1 }, "apply-to": "queues" });
    fault.exchange.administer(Method::PUT, "policies/VHOST/harm", Some(harm)).await.unwrap();
    for _ in 0..3 {
        pause(1).await;
        fault.exchange.kill_and_wait("matching").await.unwrap();
    }
    fault.exchange.administer(Method::DELETE, "policies/VHOST/harm", None).await.unwrap();
    pause(2).await;
    let dead =
        fault.exchange.rabbitmqctl(&["list_queues", "--vhost", "exchange", "name", "messages"]).unwrap();
    let dead = dead.lines().find_map(|line| line.strip_prefix("dead\t")).unwrap_or("?").trim().to_owned();
    // Whoever has looked at them knows that their writers have said them again.
    fault.exchange.administer(Method::DELETE, "queues/VHOST/dead/contents", None).await.unwrap();
    fault.settle(load, format!("delivery limit 1 and three kills: {dead} messages dead-lettered")).await;
    fault.end();
}
