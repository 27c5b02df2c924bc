//! Processes that are killed, wedged and doubled: F1–F5, F11, F19.

use crate::{Fault, broker, messages, pause, pause_ms, spread};
use rand::{RngExt, SeedableRng, rngs::StdRng};
use trials::{Options, send_signal};

/// The plan says 50; the supervisor's pause before a start grows to five seconds, and a dozen kills
/// are enough to meet it several times.
const KILLS: usize = 12;
/// Between a successor that is ready and its end.
const ALIVE_MS: std::ops::Range<u64> = 100..1_500;

async fn kill_again_and_again(name: &'static str, services: &[&str], kills: usize, seed: u64) {
    let fault = Fault::prepare(name, &Options::default()).await;
    let load = fault.load(seed).await;
    let mut dice = StdRng::seed_from_u64(seed);
    let mut took = Vec::new();
    for n in 0..kills {
        pause_ms(dice.random_range(ALIVE_MS)).await;
        took.push(fault.exchange.kill_and_wait(services[n % services.len()]).await.unwrap());
    }
    let seen = format!("{kills} kills of {}, ready again: {}", services.join(" and "), spread(took));
    fault.settle(load, seen).await;
    fault.end();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f01_accounts_is_killed_again_and_again() {
    kill_again_and_again("F1", &["accounts"], KILLS, 1).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f02_matching_is_killed_again_and_again() {
    kill_again_and_again("F2", &["matching"], KILLS, 2).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f03_ordering_is_killed_again_and_again() {
    kill_again_and_again("F3", &["ordering"], KILLS, 3).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f04_portfolio_and_stock_data_are_killed_again_and_again() {
    kill_again_and_again("F4", &["portfolio", "stock-data"], 2 * KILLS, 4).await;
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f05_the_gateway_is_killed_again_and_again() {
    kill_again_and_again("F5", &["web"], KILLS, 5).await;
}

/// Several times the three seconds after which the broker misses a heartbeat, twice.
const WEDGED_S: u64 = 15;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f11_who_wakes_up_after_he_was_replaced_commits_nothing() {
    let mut fault = Fault::prepare("F11", &Options::default()).await;
    for service in ["matching", "portfolio"] {
        fault.exchange.start_another(service, &[]).unwrap();
    }
    let load = fault.load(11).await;
    let mut seen = Vec::new();
    for service in ["matching", "portfolio"] {
        let steps = || fault.exchange.number(service, "select step from heads");
        let wedged = fault.exchange.pause(service).unwrap();
        // What was under way is committed, or never will be.
        pause(1).await;
        let (stood, begun) = (steps().await.unwrap(), std::time::Instant::now());
        while steps().await.unwrap() == stood {
            pause_ms(200).await;
            assert!(begun.elapsed().as_secs() < 90, "nobody has taken {service}'s partition over");
        }
        seen.push(format!("{service} taken over after {:.1} s", 1.0 + begun.elapsed().as_secs_f64()));
        pause(WEDGED_S.saturating_sub(begun.elapsed().as_secs())).await;
        drop(wedged);
        pause(3).await;
    }
    fault.settle(load, seen.join(", ")).await;
    fault.end();
}

/// Each takes what the one before had in hand, and dies with it.
const SHORT_LIVES: usize = 30;
const LIFE_MS: std::ops::Range<u64> = 300..900;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f19_thirty_consumers_die_with_their_hands_full() {
    let mut fault = Fault::prepare("F19", &Options::default()).await;
    let load = fault.load(19).await;
    let mut dice = StdRng::seed_from_u64(19);
    let unsupervised = fault.exchange.unsupervised().unwrap();
    fault.exchange.kill("ordering").unwrap();
    for _ in 0..SHORT_LIVES {
        let pid = fault.exchange.start_another("ordering", &[]).unwrap();
        pause_ms(dice.random_range(LIFE_MS)).await;
        send_signal(pid, "KILL").unwrap();
    }
    drop(unsupervised);
    fault.settle(load, format!("{SHORT_LIVES} instances of ordering lived for 0.3 to 0.9 s each")).await;
    fault.end();
}

/// The short selection: F1 to F8, F14 and F15 once each, on one exchange.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn every_process_and_both_servers_may_be_killed_under_load() {
    let fault = Fault::prepare("short", &Options::default()).await;
    let load = fault.load(1).await;
    let mut took = Vec::new();
    for name in ["accounts", "portfolio", "stock-data", "ordering", "matching", "web", "rabbitmq", "postgres"]
    {
        took.push(fault.exchange.kill_and_wait(name).await.unwrap());
        pause(1).await;
    }
    fault.settle(load, format!("each killed once, ready again: {}", spread(took))).await;

    let load = fault.load(2).await;
    let seen = broker::lose_the_disk(&fault).await;
    fault.settle(load, seen).await;

    let load = fault.load(3).await;
    messages::purge_queues(&fault).await;
    let said = messages::say_all_again(&fault).await;
    fault.settle(load, format!("queues purged; {said} messages said again")).await;
    fault.end();
}

/// The short selection: F11, and two of everything over several partitions.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn two_instances_share_the_partitions_and_a_stale_one_does_no_harm() {
    let options = Options { partitions: Some((2, 3)), ..Options::default() };
    let mut fault = Fault::prepare("two instances", &options).await;
    let services = ["accounts", "portfolio", "stock-data", "ordering", "matching"];
    for service in services {
        fault.exchange.start_another(service, &[]).unwrap();
    }
    let web_port = servers::ports::free(1).unwrap();
    let port = web_port.ports()[0].to_string();
    fault.exchange.start_another("web", &[("EXCHANGE__WEB__PORT", port)]).unwrap();
    let load = fault.load(4).await;
    for service in services {
        fault.exchange.kill_and_wait(service).await.unwrap();
        pause(1).await;
    }
    for service in ["matching", "portfolio"] {
        let wedged = fault.exchange.pause(service).unwrap();
        pause(12).await;
        drop(wedged);
        pause(2).await;
    }
    fault.settle(load, "one of two of each service killed, two wedged for 12 s").await;
    fault.end();
}

/// Three instances of everything share eight partitions; of each service they go one after
/// another, until the one that its supervisor starts again has all of them.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "two dozen processes: some minutes"]
async fn three_instances_of_eight_partitions_go_one_after_another_and_nothing_is_lost() {
    let options = Options { partitions: Some((8, 8)), ..Options::default() };
    let mut fault = Fault::prepare("three instances", &options).await;
    let services = ["accounts", "portfolio", "stock-data", "ordering", "matching"];
    let mut others = Vec::new();
    for service in services {
        for _ in 0..2 {
            others.push((service, fault.exchange.start_another(service, &[]).unwrap()));
        }
    }
    // Until each has its share of the partitions.
    pause(10).await;
    let load = fault.load(5).await;
    let mut killed = 0;
    for service in services {
        for (_, pid) in others.iter().filter(|(name, _)| *name == service) {
            send_signal(*pid, "KILL").unwrap();
            killed += 1;
            pause(3).await;
        }
        fault.exchange.kill_and_wait(service).await.unwrap();
        killed += 1;
        pause(1).await;
    }
    fault.settle(load, format!("{killed} of three instances each killed, eight partitions")).await;
    fault.end();
}
