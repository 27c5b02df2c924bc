//! Messages twice, in the wrong order, lost, broken, forged, and deadly: F14, F15, F16, F18.

use crate::{Fault, pause, pause_ms};
use lapin::BasicProperties;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use trials::{Exchange, Options, order_id, user_id};

const SERVICES: [&str; 5] = ["accounts", "stock-data", "ordering", "portfolio", "matching"];
/// For what must happen once nothing is in its way.
const SOON: Duration = Duration::from_secs(90);

/// Emptied: what was in them was confirmed, and is gone.
pub async fn purge_queues(fault: &Fault) {
    for queue in ["matching.0", "portfolio.0", "ordering.0", "stock-data.0"] {
        fault.exchange.purge(queue).await.unwrap();
        pause_ms(300).await;
    }
}

pub async fn say_all_again(fault: &Fault) -> usize {
    let mut said = 0;
    for service in SERVICES {
        // One that has said nothing lately has nothing to say again.
        said += fault.exchange.say_again(service).await.unwrap_or(0);
    }
    said
}

/// Everything that has effects, as one number.
async fn digest(exchange: &Exchange) -> String {
    let mut digests = Vec::new();
    for (service, table) in [
        ("portfolio", "postings"),
        ("portfolio", "accounts"),
        ("portfolio", "holdings"),
        ("portfolio", "holds"),
        ("ordering", "orders"),
        ("ordering", "fills"),
        ("matching", "journal_heads"),
        ("stock-data", "trades"),
        ("accounts", "users"),
    ] {
        let sql =
            format!("select md5(coalesce(string_agg(t::text, '|' order by t::text), '')) from {table} t");
        digests.push(exchange.text(service, &sql).await.unwrap());
    }
    digests.join(" ")
}

async fn queues_are_empty(exchange: &Exchange) {
    let begun = Instant::now();
    loop {
        let listed =
            exchange.rabbitmqctl(&["list_queues", "--vhost", "exchange", "--no-table-headers", "messages"]);
        let left: u64 = listed.unwrap().lines().filter_map(|line| line.trim().parse::<u64>().ok()).sum();
        if left == 0 {
            return;
        }
        assert!(begun.elapsed() < SOON, "{left} messages are left");
        pause_ms(500).await;
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f14_the_whole_history_is_said_again() {
    // An hour: nothing of this trial is forgotten by then.
    let settings = vec![("EXCHANGE__LIMITS__OUTBOX_KEPT_S", "3600".to_owned())];
    let fault = Fault::prepare("F14", &Options { settings, ..Options::default() }).await;
    let load = fault.load(14).await;
    pause(6).await;
    let under_load = say_all_again(&fault).await;
    let record = fault.settle(load, format!("{under_load} messages said again, newest first")).await;
    let before = digest(&fault.exchange).await;
    let at_rest = say_all_again(&fault).await;
    queues_are_empty(&fault.exchange).await;
    assert_eq!(digest(&fault.exchange).await, before, "what was said again has changed something");
    trials::invariants::hold(&fault.exchange, &record).await.unwrap();
    println!("F14: {at_rest} messages said again at rest have changed nothing");
    fault.end();
}

/// The consumer stands still so long that much comes in the wrong order.
const BACKLOG_S: u64 = 3;
const PURGES: usize = 3;

#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f15_messages_are_lost_and_come_in_the_wrong_order() {
    let fault = Fault::prepare("F15", &Options::default()).await;
    let load = fault.load(15).await;
    let mut said = 0;
    for _ in 0..PURGES {
        purge_queues(&fault).await;
        for (writer, reader) in
            [("ordering", "portfolio"), ("portfolio", "matching"), ("matching", "ordering")]
        {
            let paused = fault.exchange.pause(reader).unwrap();
            pause(BACKLOG_S).await;
            said += fault.exchange.say_again(writer).await.unwrap();
            drop(paused);
        }
    }
    let seen = format!(
        "4 queues purged {PURGES} times; {said} messages said newest first to readers who stood still"
    );
    fault.settle(load, seen).await;
    fault.end();
}

fn said_by(user: &str) -> BasicProperties {
    BasicProperties::default().with_user_id(user.into()).with_delivery_mode(2)
}

/// In CI too: what outsiders send is the first thing to go wrong.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn f16_malformed_and_forged_messages_are_refused_or_parked_and_the_others_flow() {
    let fault = Fault::prepare("F16", &Options::default()).await;
    let load = fault.load(16).await;
    forged(&fault.exchange).await;
    clients_nonsense(&fault.exchange).await;
    let parked = garbage(&fault.exchange).await;
    broken_event(&fault.exchange, parked).await;
    let seen = format!(
        "8 forged messages refused, 7 clients' refused, {parked} parked, 2 parked and taken up again"
    );
    fault.settle_with(load, seen, parked).await;
    fault.end();
}

/// The broker refuses who says that he is somebody else, or speaks where he may not.
async fn forged(exchange: &Exchange) {
    let event = br#"{"stream":"matching.0>*","seq":1,"at":"2026-01-01T00:00:00Z","events":[]}"#;
    for (user, to, key, name) in [
        ("loadtest", "orders", "x", "web"),
        ("ordering", "ordering", "ordering.0>portfolio.0", "matching"),
        ("loadtest", "matching", "matching.0>*", "loadtest"),
        ("loadtest", "requests", "portfolio.0", "loadtest"),
        ("loadtest", "control", "matching.0", "loadtest"),
        ("portfolio", "matching", "matching.0>*", "portfolio"),
        ("matching", "", "portfolio.0", "matching"),
        ("web", "portfolio", "portfolio.0>matching.0", "web"),
    ] {
        let taken = exchange.publish_as(user, to, key, event, said_by(name)).await;
        assert!(taken.is_err(), "{user} as {name} to {to:?}");
    }
}

/// Answered no, recorded nowhere, parked nowhere.
async fn clients_nonsense(exchange: &Exchange) {
    let (id, bot) = (order_id(), user_id("b0").to_string());
    let count = || exchange.number("ordering", "select count(*) from parked");
    let good = json!({
        "type": "place_order", "order_id": id, "user_id": bot, "symbol": "ACME", "side": "buy",
        "order_type": "limit", "quantity": "1", "limit_price": "90",
    });
    let with = |field: &str, value: Value| {
        let mut bad = good.clone();
        bad[field] = value;
        bad.to_string()
    };
    for body in [
        "no JSON at all".to_owned(),
        json!({ "type": "place_order" }).to_string(),
        with("type", json!("explode")),
        with("quantity", json!("-5")),
        with("limit_price", json!("9223372036854775807")),
        with("version", json!(99)),
        with("user_id", json!(user_id("ann"))),
    ] {
        exchange.publish_as("loadtest", "orders", &bot, body.as_bytes(), said_by("loadtest")).await.unwrap();
    }
    pause(2).await;
    let recorded = format!("select count(*) from orders where order_id = '{id}'");
    assert_eq!(exchange.number("ordering", &recorded).await.unwrap(), 0, "a bad order was recorded");
    assert_eq!(count().await.unwrap(), 0, "a client's nonsense was parked");
}

/// A service that speaks nonsense: set aside by each of its three listeners. Answers how many are.
async fn garbage(exchange: &Exchange) -> usize {
    let envelope = |stream: &str, seq: Value, events: Value| {
        json!({ "stream": stream, "seq": seq, "at": "2026-01-01T00:00:00Z", "events": events }).to_string()
    };
    let unreadable = [
        "\u{0}\u{1} not JSON".to_owned(),
        json!({ "stream": "matching.0>*", "seq": 1 }).to_string(),
        envelope("matching.0>*", json!("one"), json!([])),
        envelope("portfolio.0>*", json!(1), json!([{ "order_filled": {} }])),
    ];
    // What has been heard already is not even looked at.
    let heard_before = envelope("matching.0>*", json!(1), json!([{}]));
    for body in unreadable.iter().chain([&heard_before]) {
        exchange
            .publish_as("matching", "matching", "matching.0>*", body.as_bytes(), said_by("matching"))
            .await
            .unwrap();
    }
    // A number far ahead is a gap, and what it says is not believed.
    let ahead = envelope("portfolio.0>matching.0", json!(1_u64 << 40), json!([{}]));
    exchange
        .publish_as(
            "portfolio",
            "portfolio",
            "portfolio.0>matching.0",
            ahead.as_bytes(),
            said_by("portfolio"),
        )
        .await
        .unwrap();
    let listeners = ["ordering", "portfolio", "stock-data"];
    for service in listeners {
        comes_to_park(exchange, service, unreadable.len() as i64).await;
    }
    unreadable.len() * listeners.len()
}

async fn comes_to_park(exchange: &Exchange, service: &str, expected: i64) {
    let begun = Instant::now();
    loop {
        let parked = exchange.number(service, "select count(*) from parked").await.unwrap();
        if parked == expected {
            return;
        }
        assert!(begun.elapsed() < SOON, "{service} has parked {parked}, not {expected}");
        pause_ms(200).await;
    }
}

/// Odd enough that no other order has it.
const QUANTITY: u32 = 12_345;

/// A writer's own message breaks on its way: nina's orders wait, everybody else's go on; repaired
/// and taken up again, nothing is missing.
async fn broken_event(exchange: &Exchange, parked_before: usize) {
    let parked_before = (parked_before / 3) as i64;
    let nina = exchange.enter("nina").await;
    let pid = exchange.pid("portfolio").unwrap();
    let unsupervised = exchange.unsupervised().unwrap();
    exchange.kill("portfolio").unwrap();
    let first = nina.buys(QUANTITY, "ACME", "90").await;
    let (right, wrong) = (format!("\"{QUANTITY}\""), format!("\"-{QUANTITY}\""));
    // As bytes: what nobody can read lies beside it.
    let hex = |text: &str| text.bytes().map(|byte| format!("{byte:02x}")).collect::<String>();
    let replace = |table: &str, what: &str, with: &str| {
        format!(
            "update {table} set body = decode(replace(encode(body, 'hex'), '{}', '{}'), 'hex') \
             where position(convert_to('{first}', 'UTF8') in body) > 0",
            hex(what),
            hex(with)
        )
    };
    let outbox =
        |what: &str, with: &str| replace("outbox", what, with) + " and stream = 'ordering.0>portfolio.0'";
    assert_eq!(exchange.change("ordering", &outbox(&right, &wrong)).await.unwrap(), 1);
    // What was published before it broke is lost; it is in the queue once a later one, of another
    // stock, is answered.
    let eve = exchange.enter("eve").await;
    eve.buys(1, "BOLT", "88").await;
    pause(1).await;
    exchange.purge("portfolio.0").await.unwrap();
    drop(unsupervised);
    exchange.successor("portfolio", pid).await.unwrap();
    comes_to_park(exchange, "portfolio", parked_before + 1).await;
    let behind = nina.buys(1, "ACME", "90").await;
    comes_to_park(exchange, "portfolio", parked_before + 2).await;
    let others = eve.buys(1, "ACME", "89").await;
    eve.sees(&others, "open").await;
    // Too early it stays where it is; from a shell, as by an admin over REST.
    let broken =
        format!("select parked_id from parked where position(convert_to('{first}', 'UTF8') in body) > 0");
    let broken = exchange.text("portfolio", &broken).await.unwrap();
    let early = exchange.run(&["parked", "redrive", &broken]).unwrap();
    assert!(String::from_utf8_lossy(&early.stdout).contains("1 of them are still parked"), "{early:?}");
    exchange.change("portfolio", &replace("parked", &wrong, &right)).await.unwrap();
    exchange.change("ordering", &outbox(&wrong, &right)).await.unwrap();
    redriven_by_an_admin(exchange, &broken).await;
    for order in [first, behind] {
        nina.sees(&order, "open").await;
    }
}

/// With the one that waits behind it. What nobody can read stays.
async fn redriven_by_an_admin(exchange: &Exchange, broken: &str) {
    let ada = exchange.enter("ada").await;
    let begun = Instant::now();
    let parked = loop {
        let parked = ada.get("admin/parked").await;
        if parked["missing"] == json!([]) {
            break parked;
        }
        assert!(begun.elapsed() < SOON, "{parked}");
        pause_ms(200).await;
    };
    let items = parked["items"].as_array().unwrap();
    let unreadable = items.iter().find(|message| message["source"] == "unreadable").unwrap();
    let named = items.iter().find(|message| message["parked_id"] == broken).unwrap();
    assert_eq!((&named["partition"], &named["sender"]), (&json!("portfolio.0"), &json!("ordering")));
    let ids = json!({ "ids": [broken, unreadable["parked_id"]] });
    let left = json!([unreadable["parked_id"]]);
    let mut is_again = false;
    loop {
        let (status, told) = ada.call("POST", "admin/parked/redrive", Some(ids.clone())).await.unwrap();
        // Under load somebody may be too late to say that it is taken up.
        if is_again && status == 404 {
            break;
        }
        if status != 200 || told["missing"] == json!([]) || begun.elapsed() > SOON {
            assert_eq!((status, &told["still_parked"], &told["missing"]), (200, &left, &json!([])));
            // Prices of that stock may have come to wait as well.
            assert!(is_again || told["taken_up"].as_u64().unwrap() >= 2, "{told}");
            break;
        }
        is_again = true;
    }
    let again = json!({ "ids": [broken] });
    assert_eq!(ada.call("POST", "admin/parked/redrive", Some(again)).await.unwrap().0, 404);
}

/// The oldest with all that wait behind it, until nothing is parked but what nobody can read.
async fn redrive_all(exchange: &Exchange, service: &str) {
    let begun = Instant::now();
    loop {
        let oldest = "select parked_id from parked where source <> 'unreadable' order by parked_id limit 1";
        let oldest = exchange.text(service, oldest).await.unwrap();
        if oldest.is_empty() {
            return;
        }
        assert!(begun.elapsed() < SOON, "{oldest} is still parked");
        let output = exchange.run(&["parked", "redrive", &oldest]).unwrap();
        assert!(output.status.success(), "{output:?}");
    }
}

/// While it is dead: it remembers rows that it has used.
async fn behind_portfolios_back(exchange: &Exchange, sql: &str) {
    let unsupervised = exchange.unsupervised().unwrap();
    // It may be dead already.
    let pid = exchange.pid("portfolio").unwrap_or_default();
    let _ = exchange.kill("portfolio");
    exchange.change("portfolio", sql).await.unwrap();
    drop(unsupervised);
    exchange.successor("portfolio", pid).await.unwrap();
}

/// After five deaths of its process a message is set aside; the supervisor's pauses come on top.
const DEADLY_LIMIT: Duration = Duration::from_secs(180);

/// No build of ours has a message that kills. A row that breaks a promise does the same: whatever
/// touches b9's account ends portfolio, as the assertion there wants it.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
#[ignore = "long"]
async fn f18_a_message_that_ends_its_process_is_set_aside_and_its_neighbours_live() {
    let fault = Fault::prepare("F18", &Options::default()).await;
    let exchange = &fault.exchange;
    let load = fault.load(18).await;
    let b9 = user_id("b9");
    let break_it = format!(
        "alter table accounts drop constraint cash_covers_held; \
         update accounts set held = 2 * cash where user_id = '{b9}'"
    );
    behind_portfolios_back(exchange, &break_it).await;
    let begun = Instant::now();
    let (mut deaths, mut last) = (0, exchange.pid("portfolio").ok());
    while exchange.number("portfolio", "select count(*) from parked").await.unwrap() == 0 {
        let now = exchange.pid("portfolio").ok();
        deaths += usize::from(now.is_some() && now != last);
        last = now.or(last);
        assert!(begun.elapsed() < DEADLY_LIMIT, "nothing is set aside after {deaths} deaths");
        pause_ms(50).await;
    }
    let took = begun.elapsed();
    // The neighbours: somebody else's order goes all the way.
    let eve = exchange.enter("eve").await;
    let order = eve.buys(1, "ACME", "89").await;
    eve.sees(&order, "open").await;
    let waiting = exchange.number("portfolio", "select count(*) from parked").await.unwrap();
    let mend = format!(
        "update accounts a set held = coalesce((select sum(held) from holds h where h.user_id = a.user_id \
             and side = 'buy' and state = 'pending'), 0) where user_id = '{b9}'; \
         alter table accounts add constraint cash_covers_held check (cash >= held)"
    );
    behind_portfolios_back(exchange, &mend).await;
    redrive_all(exchange, "portfolio").await;
    let seen = format!(
        "{deaths} deaths in {:.1} s until it was set aside; {waiting} messages waited, all taken up again",
        took.as_secs_f64()
    );
    fault.settle(load, seen).await;
    fault.end();
}
