//! Clients that send too much and clients that never read: F17, F24.

use crate::{Fault, pause};
use flate2::{Compression, write::GzEncoder};
use lapin::BasicProperties;
use std::io::Write;
use std::time::Duration;
use trials::{Options, STOCKS, Socket, user_id};

const BODY_BYTES: usize = 10 << 20;
const AMQP_BYTES: usize = 200 << 10;
const FRAME_BYTES: usize = 1 << 20;
/// Each, so that what is kept would show.
const TIMES: usize = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f17_what_is_too_large_is_refused_and_costs_nothing() {
    let fault = Fault::prepare("F17", &Options::default()).await;
    let load = fault.load(17).await;
    let exchange = &fault.exchange;
    let ann = exchange.enter("ann").await;
    let spaces = vec![b' '; BODY_BYTES];
    let mut bomb = GzEncoder::new(Vec::new(), Compression::best());
    bomb.write_all(&spaces).unwrap();
    let bomb = bomb.finish().unwrap();
    let http = reqwest::Client::new();
    let post = |body: Vec<u8>| {
        http.post(format!("{}/api/v1/orders", exchange.url()))
            .bearer_auth(&ann.token)
            .header("content-type", "application/json")
            .body(body)
    };
    let (mut statuses, mut closed) = (std::collections::BTreeSet::new(), 0);
    for _ in 0..TIMES {
        for request in [post(spaces.clone()), post(bomb.clone()).header("content-encoding", "gzip")] {
            // A server may also close the connection before everything is sent.
            match request.send().await {
                Ok(answer) => {
                    statuses.insert(answer.status().as_u16());
                }
                Err(_) => closed += 1,
            }
        }
        let order = vec![b'7'; AMQP_BYTES];
        let (bot, properties) = (user_id("b0").to_string(), BasicProperties::default());
        exchange.publish_as("loadtest", "orders", &bot, &order, properties).await.unwrap();
        let mut socket = Socket::open(&exchange.url(), Some(&ann.token), None).await.unwrap();
        // It may be closed while we still send.
        let _ = socket.send(format!("42{}", "x".repeat(FRAME_BYTES))).await;
        let ended = async { while socket.next().await.is_ok() {} };
        tokio::time::timeout(Duration::from_secs(10), ended).await.expect("the connection is closed");
    }
    assert!(statuses.iter().all(|status| (400..500).contains(status)), "{statuses:?}");
    let seen = format!(
        "{TIMES} each: bodies of 10 MB and gzip bombs answered {statuses:?} or closed ({closed}), AMQP bodies of \
         200 KB, frames of 1 MB"
    );
    fault.settle(load, seen).await;
    fault.end();
}

const SLOW_CLIENTS: usize = 200;
/// Longer than a connection may take not a byte.
const UNREAD_S: u64 = 60;
/// Of each second stock-data works so long.
const WORKS_MS: u64 = 100;
/// The kernel's own buffer of each, as small as it lets us.
const RECEIVE_BYTES: u32 = 4096;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f24_clients_that_never_read_and_a_service_that_hardly_works() {
    let fault = Fault::prepare("F24", &Options::default()).await;
    let exchange = &fault.exchange;
    let load = fault.load(24).await;
    let descriptors =
        || std::fs::read_dir(format!("/proc/{}/fd", exchange.pid("web").unwrap())).unwrap().count();
    let before = descriptors();
    let mut sleepers = Vec::new();
    for _ in 0..SLOW_CLIENTS {
        let mut socket = Socket::open(&exchange.url(), None, Some(RECEIVE_BYTES)).await.unwrap();
        socket.subscribe("prices", None).await.unwrap();
        for symbol in &STOCKS[STOCKS.len() - 4..] {
            socket.subscribe("depth", Some(symbol)).await.unwrap();
            socket.subscribe("trades", Some(symbol)).await.unwrap();
        }
        sleepers.push(socket);
    }
    let connected = descriptors();
    assert!(connected >= before + SLOW_CLIENTS, "{before} descriptors, {connected} with the slow clients");
    for _ in 0..UNREAD_S {
        let throttled = exchange.pause("stock-data").unwrap();
        tokio::time::sleep(Duration::from_millis(1_000 - WORKS_MS)).await;
        drop(throttled);
        tokio::time::sleep(Duration::from_millis(WORKS_MS)).await;
    }
    let left = descriptors().saturating_sub(before);
    let seen = format!(
        "{SLOW_CLIENTS} clients that never read: {left} descriptors more after {UNREAD_S} s; stock-data worked a tenth of the time"
    );
    pause(3).await;
    // They hold their ends open; that those are gone is the exchange's doing.
    fault.settle(load, seen).await;
    assert!(left < SLOW_CLIENTS / 10, "{left} of {SLOW_CLIENTS} who never read are still connected");
    drop(sleepers);
    fault.end();
}
