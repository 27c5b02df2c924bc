//! PostgreSQL: killed, gone for a while, out of disk; and rows that a bad disk has changed: F8, F9,
//! F20 (its half), F22.

use crate::{Fault, pause, pause_ms, spread};
use std::io::Write;
use std::time::{Duration, Instant};
use trials::Options;

/// The plan says once for each service; a private PostgreSQL has all five databases.
const KILLS: usize = 5;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f08_postgres_is_killed_with_all_its_processes() {
    let fault = Fault::prepare("F8", &Options::default()).await;
    let load = fault.load(8).await;
    let mut took = Vec::new();
    for _ in 0..KILLS {
        took.push(fault.exchange.kill_and_wait("postgres").await.unwrap());
        pause(2).await;
    }
    fault.settle(load, format!("{KILLS} kills, ready again: {}", spread(took))).await;
    fault.end();
}

/// The plan says 60; ten times the two seconds in which everybody must be told.
const DOWN_S: u64 = 20;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f09_postgres_is_gone_for_a_while() {
    let fault = Fault::prepare("F9", &Options::default()).await;
    let load = fault.load(9).await;
    let unsupervised = fault.exchange.unsupervised().unwrap();
    // Its immediate shutdown.
    let pid = fault.exchange.signal("postgres", "QUIT").unwrap();
    pause(DOWN_S).await;
    drop(unsupervised);
    fault.exchange.successor("postgres", pid).await.unwrap();
    pause(3).await;
    let record = fault.settle(load, format!("down for {DOWN_S} s")).await;
    assert!(record.unavailable > 0, "somebody at REST was told that it is unavailable");
    fault.end();
}

/// Room for five databases and a while of write-ahead log.
const DISK_MIB: u32 = 600;
const FULL_S: u64 = 15;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long; takes root"]
async fn f20_the_disk_of_postgres_is_full_for_a_while() {
    let who = std::process::Command::new("id").arg("-u").output().unwrap();
    if who.stdout.trim_ascii() != b"0" {
        println!("F20: skipped: only root can mount a small disk");
        return;
    }
    let options = Options { small_disk_mib: Some(DISK_MIB), ..Options::default() };
    let fault = Fault::prepare("F20", &options).await;
    let load = fault.load(20).await;
    let filler = fault.exchange.small_disk().unwrap().join("filler");
    let begun = Instant::now();
    while begun.elapsed() < Duration::from_secs(FULL_S) {
        fill(&filler);
        // PostgreSQL frees some when it starts again.
        pause_ms(200).await;
    }
    std::fs::remove_file(&filler).unwrap();
    let freed = Instant::now();
    fault.exchange.heal().unwrap();
    let seen = format!("full for {FULL_S} s, all ready {:.1} s after", freed.elapsed().as_secs_f64());
    fault.settle(load, seen).await;
    fault.end();
}

/// To the last byte.
fn fill(path: &std::path::Path) {
    let mut file = std::fs::OpenOptions::new().create(true).append(true).open(path).unwrap();
    let mut piece = vec![0; 1 << 20];
    while !piece.is_empty() {
        if file.write_all(&piece).is_err() {
            piece.truncate(piece.len() / 2);
        }
    }
}

/// So that there are several snapshots after a few seconds.
const SNAPSHOT_EVERY: &str = "400";
/// As long as it refuses, it refuses.
const REFUSES_S: u64 = 5;

/// A change to the newest snapshot or to the journal's last row, how it is undone, and what
/// matching says to it.
struct Damage {
    what: &'static str,
    wrong: &'static str,
    right: &'static str,
    says: &'static str,
    /// Whether it works all the same.
    works: bool,
}

/// The rows are kept as they were in tables of the same name with `kept_` before it.
const DAMAGES: [Damage; 4] = [
    Damage {
        what: "a bit of the newest snapshot flipped",
        wrong: "update snapshots set body = set_byte(body, 60, get_byte(body, 60) # 16) where step_no = (select max(step_no) from snapshots)",
        right: "update snapshots s set body = k.body from kept_snapshots k where k.step_no = s.step_no",
        says: "a snapshot cannot be used; an older one is",
        works: true,
    },
    Damage {
        what: "the newest snapshot truncated",
        wrong: "update snapshots set body = substring(body for length(body) / 2) where step_no = (select max(step_no) from snapshots)",
        right: "update snapshots s set body = k.body from kept_snapshots k where k.step_no = s.step_no",
        says: "a snapshot cannot be used; an older one is",
        works: true,
    },
    Damage {
        what: "a bit of the journal flipped",
        wrong: "update journal set commands = set_byte(commands, 12, get_byte(commands, 12) # 1) where step_no = (select max(step_no) from journal)",
        right: "update journal j set commands = k.commands from kept_journal k where k.step_no = j.step_no",
        says: "cannot open the partition",
        works: false,
    },
    Damage {
        what: "a row of the journal lost",
        wrong: "delete from journal where step_no = (select max(step_no) from journal)",
        right: "insert into journal select * from kept_journal on conflict do nothing",
        says: "cannot open the partition",
        works: false,
    },
];

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f22_a_damaged_snapshot_is_passed_over_and_a_damaged_journal_opens_nothing() {
    let settings = vec![("EXCHANGE__LIMITS__SNAPSHOT_EVERY", SNAPSHOT_EVERY.to_owned())];
    let fault = Fault::prepare("F22", &Options { settings, ..Options::default() }).await;
    for damage in DAMAGES {
        let load = fault.load(22).await;
        pause(8).await;
        suffer(&fault, &damage).await;
        fault.settle(load, damage.what).await;
    }
    fault.end();
}

async fn suffer(fault: &Fault, damage: &Damage) {
    let exchange = &fault.exchange;
    let log = || std::fs::read_to_string(exchange.own("logs/matching.log")).unwrap_or_default();
    let unsupervised = exchange.unsupervised().unwrap();
    let pid = exchange.pid("matching").unwrap();
    exchange.kill("matching").unwrap();
    assert!(exchange.number("matching", "select count(*) from snapshots").await.unwrap() >= 2);
    let keep = "create table kept_snapshots as select * from snapshots; create table kept_journal as select * from journal";
    exchange.change("matching", keep).await.unwrap();
    assert_eq!(exchange.change("matching", damage.wrong).await.unwrap(), 1, "{}", damage.what);
    let said = log().matches(damage.says).count();
    drop(unsupervised);
    if damage.works {
        exchange.successor("matching", pid).await.unwrap();
    } else {
        pause(REFUSES_S).await;
        assert!(!exchange.is_ready("matching"), "{}: it has opened a guessed book", damage.what);
    }
    assert!(log().matches(damage.says).count() > said, "{}: nobody was told", damage.what);
    exchange.change("matching", damage.right).await.unwrap();
    exchange.successor("matching", pid).await.unwrap();
    exchange.change("matching", "drop table kept_snapshots; drop table kept_journal").await.unwrap();
}
