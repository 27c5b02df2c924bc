//! Bad lines between the services and their servers: F12, F13.

use crate::{Fault, pause};
use std::time::Duration;
use trials::{Line, Options, Proxy};

const CUTS: u64 = 6;
const SLOW_MS: u64 = 30;
const SLOW_S: u64 = 6;
/// In the middle of confirmations and of messages.
const CUT_AFTER_BYTES: u64 = 96 * 1024;
const CUT_AFTER_S: u64 = 8;
/// Heartbeats are missed after six seconds.
const SILENT_S: u64 = 10;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f12_lines_to_the_broker_are_cut_slow_silent_and_deaf() {
    let fault = Fault::prepare("F12", &Options::default()).await;
    let proxy = Proxy::start(fault.exchange.settings().unwrap().broker.port, 12).await.unwrap();
    fault.exchange.reroute("broker", proxy.port).await.unwrap();

    let load = fault.load(12).await;
    for _ in 0..CUTS {
        proxy.cut();
        pause(1).await;
    }
    fault.settle(load, format!("all connections cut {CUTS} times")).await;

    let load = fault.load(13).await;
    proxy.cut_after(Some(CUT_AFTER_BYTES));
    pause(CUT_AFTER_S).await;
    proxy.cut_after(None);
    fault.settle(load, format!("each cut after {CUT_AFTER_BYTES} bytes, for {CUT_AFTER_S} s")).await;

    for (what, line, seconds) in [
        ("slow", Line::Slow(Duration::from_millis(SLOW_MS)), SLOW_S),
        ("a black hole", Line::BlackHole, SILENT_S),
        ("half open", Line::HalfOpen, SILENT_S),
    ] {
        let load = fault.load(14).await;
        proxy.set(line);
        pause(seconds).await;
        proxy.set(Line::Clear);
        pause(2).await;
        fault.settle(load, format!("{what} for {seconds} s")).await;
    }
    fault.end();
}

/// One commit in so many goes wrong.
const SPOILED_EVERY: u64 = 15;
const SPOILED_S: u64 = 12;

/// In CI too: it is the one fault that a database can have and its client cannot see.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f13_the_answer_to_a_commit_is_lost_or_the_commit_itself() {
    let fault = Fault::prepare("F13", &Options::default()).await;
    let proxy = Proxy::start(fault.exchange.settings().unwrap().database.port, 13).await.unwrap();
    fault.exchange.reroute("database", proxy.port).await.unwrap();
    let load = fault.load(13).await;
    proxy.spoil_commits(Some(SPOILED_EVERY));
    pause(SPOILED_S).await;
    proxy.spoil_commits(None);
    let (unanswered, undone) = proxy.spoiled();
    fault
        .settle(load, format!("{unanswered} commits without their answer, {undone} that never arrived"))
        .await;
    assert!(unanswered > 0 && undone > 0, "both must happen: {unanswered}, {undone}");
    fault.end();
}
