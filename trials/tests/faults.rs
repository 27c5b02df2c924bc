//! What happens to real systems, under load. After each: everything acknowledged is there, and the
//! audit finds nothing.

use std::time::Duration;
use trials::{Exchange, Load, Options, Outcome, Tally};

/// Messages a second: enough that every fault hits work in flight.
const RATE: u32 = 150;

async fn pause(seconds: u64) {
    tokio::time::sleep(Duration::from_secs(seconds)).await;
}

/// Ends the load, and checks what every fault must leave behind.
async fn settle(exchange: &Exchange, load: Load) -> Tally {
    exchange.heal().unwrap();
    let tally = load.finish().await;
    assert_eq!(tally.count(Outcome::Unknown), 0, "every order is answered once it is asked again");
    assert!(tally.count(Outcome::Ok) > 100, "the load was no load: {} orders", tally.count(Outcome::Ok));
    exchange.audit().unwrap();
    for (order, bot) in tally.acknowledged(25) {
        let bot = exchange.enter(trials::BOTS[bot]).await;
        let order = bot.get(&format!("orders/{order}")).await;
        assert_ne!(order["status"], "pending", "{order}");
    }
    tally
}

async fn kill_and_wait(exchange: &Exchange, name: &str) {
    let pid = exchange.signal(name, "KILL").unwrap();
    let begun = std::time::Instant::now();
    while exchange.pid(name).map_or(true, |now| now == pid) {
        assert!(
            begun.elapsed() < Duration::from_secs(60),
            "{name} does not come back\n{}",
            exchange.log_tail()
        );
        pause(1).await;
    }
}

#[tokio::test(flavor = "multi_thread")]
async fn every_process_and_both_servers_may_be_killed_under_load() {
    let mut exchange = Exchange::start(&Options::default()).unwrap();
    let load = Load::start(&exchange, RATE, 1).unwrap();
    pause(2).await;
    for name in ["accounts", "portfolio", "stock-data", "ordering", "matching", "web", "rabbitmq", "postgres"]
    {
        kill_and_wait(&exchange, name).await;
        pause(2).await;
    }
    settle(&exchange, load).await;

    // The broker's disk, too.
    let load = Load::start(&exchange, RATE, 2).unwrap();
    pause(3).await;
    exchange.lose_the_brokers_disk().unwrap();
    pause(5).await;
    settle(&exchange, load).await;

    // Queues emptied behind everybody's back, and everything said once more.
    let load = Load::start(&exchange, RATE, 3).unwrap();
    pause(2).await;
    exchange.purge("matching.0").await.unwrap();
    exchange.purge("portfolio.0").await.unwrap();
    exchange.say_again("ordering").await.unwrap();
    exchange.say_again("matching").await.unwrap();
    pause(3).await;
    settle(&exchange, load).await;

    exchange.stop().unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn two_instances_share_the_partitions_and_a_stale_one_does_no_harm() {
    let options = Options { partitions: Some((2, 3)), ..Options::default() };
    let mut exchange = Exchange::start(&options).unwrap();
    let services = ["accounts", "portfolio", "stock-data", "ordering", "matching"];
    for service in services {
        exchange.start_another(service, &[]).unwrap();
    }
    let web_port = servers::ports::free(1).unwrap();
    exchange.start_another("web", &[("EXCHANGE__WEB__PORT", web_port.ports()[0].to_string())]).unwrap();
    let load = Load::start(&exchange, RATE, 4).unwrap();
    pause(3).await;
    for service in services {
        kill_and_wait(&exchange, service).await;
        pause(1).await;
    }
    // Wedged, replaced, and woken again: what it still has in hand must come to nothing.
    for service in ["matching", "portfolio"] {
        let wedged = exchange.signal(service, "STOP").unwrap();
        pause(12).await;
        trials::send_signal(wedged, "CONT").unwrap();
        pause(2).await;
    }
    settle(&exchange, load).await;
    exchange.stop().unwrap();
}
