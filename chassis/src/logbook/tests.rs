//! What is picked out of a partition's memory, by scenarios of what it took and said.

use super::picking::{Needles, Witness, pick};
use super::*;
use crate::incoming::envelope;
use contracts::journey::{Hop, Recall};
use expect_test::{Expect, expect};
use serde_json::{Value, json};

const ORDER: &str = "01890000-0000-7000-8000-00000000000a";
const OTHER: &str = "01890000-0000-7000-8000-00000000000b";
const ANN: &str = "01890000-0000-7000-8000-000000000001";
const BOB: &str = "01890000-0000-7000-8000-000000000002";

fn at(ms: i64) -> Timestamp {
    chrono::DateTime::from_timestamp_millis(ms).expect("a time")
}

fn logbook() -> Logbook {
    Logbook::new(1 << 20, at(0))
}

fn message(exchange: &str, body: Vec<u8>) -> Incoming {
    Incoming {
        exchange: exchange.into(),
        sender: exchange.into(),
        body,
        reply_to: None,
        deadline: None,
        redelivered: false,
    }
}

fn batch(stream: &str, seq: u64, events: &Value) -> Vec<u8> {
    envelope(&StreamName::from(stream), seq, at(0), events.to_string().as_bytes())
}

fn asker(n: u32) -> ReplyTo {
    ReplyTo { exchange: "replies".into(), routing_key: "web.1".into(), correlation_id: Some(n.to_string()) }
}

fn client(n: u32, body: &Value) -> Incoming {
    let reply_to = Some(asker(n));
    Incoming { reply_to, sender: "web".into(), ..message("orders", body.to_string().into_bytes()) }
}

/// The step that ends at `ms` takes these and says those.
fn step(logbook: &Logbook, ms: i64, took: Vec<Incoming>, said: &[(&str, u64, Value)]) {
    let received = Received { first: at(ms - 2), others: at(ms - 1) };
    let none = FxHashMap::default();
    logbook.took(took, received, at(ms), Stood { before: &none, after: &none, gaps: &[] });
    for (stream, seq, events) in said {
        let (stream, body) = (StreamName::from(*stream), batch(stream, *seq, events));
        logbook.said(Outgoing { stream, seq: *seq, body, kept: true }, at(ms), at(ms + 1));
    }
}

fn hops(logbook: &Logbook, service: &str) -> Vec<Hop> {
    let (order_id, user_id) = (ORDER.parse().unwrap(), ANN.parse().unwrap());
    let recall = Recall { order_id, user_id, symbol: "ACME".parse().unwrap(), from: at(0), until: at(99) };
    let witness = Witness { service, partition: "p.0", clock: "p@host:1" };
    pick(&witness, &Needles::of(&recall), &logbook.remembered())
}

fn check(logbook: &Logbook, service: &str, expected: Expect) {
    let ms = |at: Option<Timestamp>| at.map_or("-".to_owned(), |at| at.timestamp_millis().to_string());
    let line = |hop: &Hop| {
        let by = match (&hop.stream, &hop.door) {
            (Some(stream), _) => format!("{stream} {}", hop.seq.unwrap_or(0)),
            (None, door) => format!(
                "{} from {}",
                door.clone().unwrap_or_default(),
                hop.sender.clone().unwrap_or_default()
            ),
        };
        let times = [hop.received_at, hop.committed_at, hop.published_at, hop.confirmed_at].map(ms).join(" ");
        format!("{} {} by {by}: {times}\n", hop.direction, hop.message)
    };
    expected.assert_eq(&hops(logbook, service).iter().map(line).collect::<String>());
}

fn order(id: &str, user: &str) -> Value {
    json!({ "order_id": id, "user_id": user })
}

#[test]
fn of_a_batch_only_the_events_of_the_order_are_told() {
    let logbook = logbook();
    let commands = json!([
        { "place_order": order(OTHER, BOB) }, { "place_order": order(ORDER, ANN) }, { "place_order": order(OTHER, ANN) }
    ]);
    let took = vec![message("ordering", batch("ordering.0>portfolio.0", 7, &commands))];
    step(&logbook, 10, took, &[("portfolio.0>matching.0", 3, commands.clone())]);
    // Another step, about others.
    let others = json!([{ "place_order": order(OTHER, ANN) }]);
    let took = vec![message("ordering", batch("ordering.0>portfolio.0", 8, &others))];
    step(&logbook, 20, took, &[("portfolio.0>matching.0", 4, others)]);
    logbook.confirmed("portfolio.0>matching.0", 3, at(15));
    logbook.confirmed("portfolio.0>ordering.0", 3, at(16));
    check(
        &logbook,
        "portfolio",
        expect![[r#"
            received place_order by ordering.0>portfolio.0 7: 8 10 - -
            sent place_order by portfolio.0>matching.0 3: - 10 11 15
        "#]],
    );
    let shown: Vec<Value> =
        hops(&logbook, "portfolio").iter().map(|hop| serde_json::from_str(hop.body.get()).unwrap()).collect();
    assert_eq!(shown, [order(ORDER, ANN), order(ORDER, ANN)]);
}

#[test]
fn what_the_owner_has_is_told_where_it_was_said_in_the_orders_step() {
    let logbook = logbook();
    let means = |user: &str| json!({ "portfolio_changed": { "user_id": user } });
    let place = |id: &str, user: &str| {
        vec![message(
            "ordering",
            batch("ordering.0>portfolio.0", 1, &json!([{ "place_order": order(id, user) }])),
        )]
    };
    step(&logbook, 10, place(OTHER, BOB), &[("portfolio.0>web", 1, json!([means(ANN), means(BOB)]))]);
    let took = vec![message(
        "ordering",
        batch("ordering.0>portfolio.0", 2, &json!([{ "place_order": order(ORDER, ANN) }])),
    )];
    let refused = json!([{ "order_refused": order(OTHER, ANN) }]);
    step(
        &logbook,
        20,
        took,
        &[("portfolio.0>web", 2, json!([means(BOB), means(ANN)])), ("portfolio.0>ordering.0", 1, refused)],
    );
    check(
        &logbook,
        "portfolio",
        expect![[r#"
            received place_order by ordering.0>portfolio.0 2: 18 20 - -
            sent portfolio_changed by portfolio.0>web 2: - 20 21 -
        "#]],
    );
}

#[test]
fn a_price_is_stock_datas_alone_to_tell_and_of_the_orders_stock() {
    let logbook = logbook();
    let fill = json!([{ "order_filled": { "maker": order(ORDER, ANN), "taker": order(OTHER, BOB) } }]);
    let price = |symbol: &str| json!({ "price_changed": { "symbol": symbol, "last_price": "10" } });
    let took = vec![message("matching", batch("matching.0>*", 1, &fill))];
    step(&logbook, 10, took, &[("stock-data.0>*", 5, json!([price("ACME"), price("BOLT")]))]);
    check(
        &logbook,
        "stock-data",
        expect![[r#"
            received order_filled by matching.0>* 1: 8 10 - -
            sent price_changed by stock-data.0>* 5: - 10 11 -
        "#]],
    );
    check(
        &logbook,
        "portfolio",
        expect![[r#"
            received order_filled by matching.0>* 1: 8 10 - -
        "#]],
    );
}

#[test]
fn a_clients_order_is_found_in_any_spelling_with_its_own_answer() {
    let logbook = logbook();
    let placing = |id: &str, user: &str| json!({ "type": "place_order", "order_id": id, "user_id": user });
    let spelt = ORDER.replace('-', "").to_uppercase();
    let took = vec![
        client(1, &placing(ORDER, BOB)),
        client(2, &placing(&spelt, ANN)),
        client(3, &placing(OTHER, ANN)),
    ];
    step(&logbook, 10, took, &[]);
    let replies = (1..=3).map(|n| (asker(n), format!(r#"{{"n":{n}}}"#).into_bytes())).collect();
    logbook.replied(replies, at(10), at(11));
    // The number of another question of theirs, in another step.
    logbook.replied(vec![(asker(2), b"{}".to_vec())], at(20), at(21));
    check(
        &logbook,
        "ordering",
        expect![[r#"
            received place_order by orders from web: 9 10 - -
            sent order_reply by replies from : - 10 11 -
        "#]],
    );
    assert_eq!(hops(&logbook, "ordering")[1].body.get(), r#"{"n":2}"#);
}

#[test]
fn what_came_twice_or_too_early_or_says_nothing_is_no_hop() {
    let logbook = logbook();
    let commands = json!([{ "place_order": order(ORDER, ANN) }]);
    let delivery = |seq| message("ordering", batch("ordering.0>portfolio.0", seq, &commands));
    let received = Received { first: at(1), others: at(2) };
    let (before, after) =
        (FxHashMap::default(), FxHashMap::from_iter([("ordering.0>portfolio.0".to_owned(), 1)]));
    let gaps = [(StreamName::from("ordering.0>portfolio.0"), 2)];
    let stood = Stood { before: &before, after: &after, gaps: &gaps };
    logbook.took(vec![delivery(1), delivery(3)], received, at(3), stood);
    let stood = Stood { before: &after, after: &after, gaps: &[] };
    logbook.took(vec![delivery(1)], received, at(5), stood);
    let again = Incoming { redelivered: true, ..delivery(1) };
    logbook.took(vec![again.clone()], received, at(6), stood);
    let heartbeat = message("ordering", batch("ordering.0>portfolio.0", 1, &json!([])));
    logbook.took(vec![heartbeat, message("requests", vec![b'x'; 99])], received, at(7), stood);
    check(
        &logbook,
        "portfolio",
        expect![[r#"
            received place_order by ordering.0>portfolio.0 1: 1 3 - -
        "#]],
    );
    assert_eq!(logbook.remembered().taken.len(), 2);
    // What was delivered before and not committed is taken like anything else.
    let fresh = self::logbook();
    fresh.took(vec![again], received, at(3), Stood { before: &before, after: &after, gaps: &[] });
    assert_eq!(fresh.remembered().taken.len(), 1);
}

#[test]
fn a_long_answer_is_not_kept_and_an_empty_logbook_keeps_nothing() {
    let logbook = logbook();
    logbook.replied(vec![(asker(1), vec![b'x'; REPLY_BYTES_MAX + 1])], at(1), at(2));
    assert_eq!(logbook.remembered().replied.len(), 0);
    let off = Logbook::new(0, at(0));
    step(
        &off,
        10,
        vec![client(1, &order(ORDER, ANN))],
        &[("portfolio.0>matching.0", 3, json!([order(ORDER, ANN)]))],
    );
    off.replied(vec![(asker(1), vec![])], at(1), at(2));
    let Remembered { taken, said, replied, .. } = off.remembered();
    assert_eq!((taken.len(), said.len(), replied.len()), (0, 0, 0));
}
