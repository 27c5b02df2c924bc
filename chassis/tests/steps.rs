//! Steps of the smallest service there is, on a real database: what every service relies on.

use async_trait::async_trait;
use chassis::testing::{Bench, fresh_database, place};
use chassis::{Db, Fault, Place, Poison, Rules, Source, Step, Writes};
use contracts::control::{self, Inspection};
use contracts::{Code, Refusal, StreamName};
use sea_orm::FromQueryResult;
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// Adds up numbers by key, and says each new total.
struct Sums {
    out: StreamName,
}

struct Add {
    key: String,
    number: i64,
}

#[derive(FromQueryResult)]
struct Total {
    key: String,
    total: i64,
}

#[async_trait]
impl Rules for Sums {
    type Shared = ();
    type Input = Add;
    type Rows = BTreeMap<String, i64>;

    async fn open(_: &(), place: Place, _: &Db) -> Result<Self, Fault> {
        Ok(Sums { out: place.stream_to_all() })
    }

    fn decode_events(&self, _: Source<'_>, events: &[u8]) -> Result<Vec<Add>, String> {
        let events: Vec<(String, i64)> = serde_json::from_slice(events).map_err(|e| e.to_string())?;
        Ok(events.into_iter().map(|(key, number)| Add { key, number }).collect())
    }

    fn decode_request(&self, _: Source<'_>, body: &[u8]) -> Result<Add, Refusal> {
        let (key, number) =
            serde_json::from_slice(body).map_err(|e| Refusal::new(Code::Malformed, e.to_string()))?;
        Ok(Add { key, number })
    }

    fn key(&self, input: &Add) -> String {
        input.key.clone()
    }

    async fn prefetch(&mut self, db: &Db, inputs: &[Add]) -> Result<Self::Rows, Fault> {
        let keys: Vec<String> = inputs.iter().map(|add| add.key.clone()).collect();
        let rows =
            db.all::<Total>("select key, total from totals where key = any($1)", [keys.into()]).await?;
        Ok(rows.into_iter().map(|row| (row.key, row.total)).collect())
    }

    fn apply(&mut self, rows: &mut Self::Rows, input: Add, step: &mut Step) -> Result<(), Poison> {
        if input.number < 0 {
            return Err(Poison(format!("{} is negative", input.number)));
        }
        let total = rows.entry(input.key.clone()).or_default();
        *total += input.number;
        step.say(&self.out, &(&input.key, *total));
        step.reply(total);
        Ok(())
    }

    fn write(&mut self, rows: Self::Rows, writes: &mut Writes) {
        if rows.is_empty() {
            return;
        }
        let (keys, totals): (Vec<String>, Vec<i64>) = rows.into_iter().unzip();
        let sql = "
            insert into totals (key, total) select * from unnest($1::text[], $2::bigint[])
            on conflict (key) do update set total = excluded.total";
        writes.add(sql, [keys.into(), totals.into()]);
    }
}

const IN: &str = "ordering.0>portfolio.0";

async fn database() -> String {
    let url = fresh_database().await;
    migrations::migrate("accounts", &url).await.unwrap();
    let db = Db::connect(&url).await.unwrap();
    db.execute_alone("create table totals (key text primary key, total bigint not null)").await.unwrap();
    url
}

async fn bench() -> Bench<Sums> {
    Bench::open(&database().await, place("portfolio"), ()).await
}

async fn totals(bench: &Bench<Sums>) -> String {
    let rows = bench.db().all::<Total>("select key, total from totals order by key", []).await.unwrap();
    rows.iter().map(|row| format!("{}={}", row.key, row.total)).collect::<Vec<_>>().join(" ")
}

async fn parked(bench: &Bench<Sums>) -> Vec<String> {
    #[derive(FromQueryResult)]
    struct Row {
        key: Option<String>,
        reason: String,
    }
    let sql = "select key, reason from parked order by parked_id";
    let rows = bench.db().all::<Row>(sql, []).await.unwrap();
    rows.into_iter().map(|row| format!("{}: {}", row.key.unwrap_or_default(), row.reason)).collect()
}

#[tokio::test]
async fn a_batch_delivered_twice_changes_nothing_the_second_time() {
    let mut bench = bench().await;
    let first = bench.stream(IN, 1, &[("a", 1), ("b", 2)]).await;
    assert_eq!(first.on("portfolio.0>*"), [json!(["a", 1]), json!(["b", 2])]);
    let again = bench.stream(IN, 1, &[("a", 1), ("b", 2)]).await;
    assert!(again.events.is_empty(), "{again:?}");
    bench.reopen().await;
    bench.stream(IN, 1, &[("a", 1), ("b", 2)]).await;
    assert_eq!(totals(&bench).await, "a=1 b=2");
}

#[tokio::test]
async fn what_comes_too_early_waits_for_what_is_missing() {
    let mut bench = bench().await;
    bench.stream(IN, 1, &[("a", 1)]).await;
    let early = bench.stream(IN, 3, &[("a", 100)]).await;
    assert_eq!(early.committed.gaps, [(StreamName::from(IN), 2)]);
    assert_eq!(totals(&bench).await, "a=1");
    bench.stream(IN, 2, &[("a", 10)]).await;
    bench.stream(IN, 3, &[("a", 100)]).await;
    assert_eq!(totals(&bench).await, "a=111");
}

#[tokio::test]
async fn a_heartbeat_shows_that_the_end_is_missing_and_else_does_nothing() {
    let mut bench = bench().await;
    bench.stream(IN, 1, &[("a", 1)]).await;
    let none: [(&str, i64); 0] = [];
    assert!(bench.stream(IN, 1, &none).await.committed.gaps.is_empty());
    assert_eq!(bench.stream(IN, 2, &none).await.committed.gaps, [(StreamName::from(IN), 2)]);
}

#[tokio::test]
async fn outgoing_messages_are_numbered_without_gaps_across_restarts_and_kept() {
    let mut bench = bench().await;
    for seq in 1..=3 {
        let said = bench.stream(IN, seq, &[("a", 1)]).await;
        assert_eq!(said.committed.messages[0].seq, seq);
        bench.reopen().await;
    }
    // Nobody must hear `portfolio.0>*`, which this toy made up; so it is not in the outbox.
    assert!(!bench.stream(IN, 4, &[("a", 1)]).await.committed.messages[0].kept);
}

#[tokio::test]
async fn a_broken_promise_is_parked_and_only_its_own_key_waits() {
    let mut bench = bench().await;
    bench.stream(IN, 1, &[("a", 1), ("b", -5), ("b", 2), ("c", 3)]).await;
    bench.stream(IN, 2, &[("b", 4), ("a", 1)]).await;
    assert_eq!(totals(&bench).await, "a=2 c=3");
    let waits = "b: waits behind a parked message";
    assert_eq!(parked(&bench).await, ["b: -5 is negative", waits, waits]);
    bench.reopen().await;
    bench.stream(IN, 3, &[("b", 8)]).await;
    assert_eq!(parked(&bench).await.len(), 4);
}

#[tokio::test]
async fn what_cannot_be_read_is_parked_and_its_neighbours_are_not() {
    let mut bench = bench().await;
    bench.stream(IN, 1, &[json!(["a", 1]), json!({"symbol": "b", "number": "none"}), json!(["a", 2])]).await;
    assert_eq!(totals(&bench).await, "a=3");
    assert!(parked(&bench).await[0].starts_with("b: "), "{:?}", parked(&bench).await);
}

#[tokio::test]
async fn a_message_under_a_false_name_moves_nothing() {
    let mut bench = bench().await;
    let mut forged = bench.batch(IN, 1, &[("a", 1)]);
    forged.sender = "loadtest".into();
    let mut garbage = bench.batch(IN, 1, &[("a", 1)]);
    garbage.body = b"\x00\xff not json".to_vec();
    bench.deliver(vec![forged, garbage]).await;
    assert_eq!(totals(&bench).await, "");
    assert_eq!(parked(&bench).await.len(), 2);
    bench.stream(IN, 1, &[("a", 1)]).await;
    assert_eq!(totals(&bench).await, "a=1");
}

#[tokio::test]
async fn parked_messages_are_taken_up_again_in_their_order() {
    let mut bench = bench().await;
    bench.stream(IN, 1, &[("b", -5), ("b", 2), ("b", 3)]).await;
    bench.sql(r#"update parked set body = '["b", 5]' where reason like '%negative'"#).await;
    #[derive(FromQueryResult)]
    struct Id {
        parked_id: uuid::Uuid,
    }
    let sql = "select parked_id from parked order by parked_id limit 1";
    let first = bench.db().one::<Id>(sql, []).await.unwrap().unwrap().parked_id;
    let wish = contracts::control::Operate::Redrive { ids: vec![first] };
    let refused = bench.request("ordering", &wish).await;
    assert_eq!(refused.replies[0]["refused"]["code"], "not_allowed");
    let said = bench.request("web", &wish).await;
    assert_eq!(said.replies, [json!({"ok": 3})]);
    assert_eq!(said.on("portfolio.0>*"), [json!(["b", 5]), json!(["b", 7]), json!(["b", 10])]);
    assert!(parked(&bench).await.is_empty());
    // Taken up twice it is applied once.
    assert_eq!(bench.request("admin", &wish).await.replies, [json!({"ok": 0})]);
    bench.stream(IN, 2, &[("b", 1)]).await;
    assert_eq!(totals(&bench).await, "b=11");
}

#[tokio::test]
async fn a_step_that_is_tried_again_counts_what_it_parks_once() {
    let recorder = metrics_exporter_prometheus::PrometheusBuilder::new().build_recorder();
    let _guard = metrics::set_default_local_recorder(&recorder);
    let mut bench = bench().await;
    bench.sql("alter table parked add constraint full_up check (false)").await;
    let batch = vec![bench.batch(IN, 1, &[("b", -5), ("b", 2)])];
    for _ in 0..3 {
        assert!(bench.try_deliver(&batch).await.is_err());
    }
    bench.sql("alter table parked drop constraint full_up").await;
    bench.try_deliver(&batch).await.unwrap();
    let told = recorder.handle().render();
    assert!(told.contains("exchange_parked_total 2\n"), "{told}");
}

#[tokio::test]
async fn what_is_parked_is_told_to_web_and_operators_and_within_bounds() {
    let mut bench = bench().await;
    let long = "x".repeat(control::PARKED_BODY_BYTES_MAX);
    bench.stream(IN, 1, &[json!(["b", -5]), json!({ "symbol": "c", "number": long })]).await;
    let mut forged = bench.batch(IN, 2, &[("a", 1)]);
    forged.sender = "loadtest".into();
    bench.deliver(vec![forged]).await;
    let all = Inspection::Parked { ids: vec![] };
    assert_eq!(bench.inspect("ordering", &all).await["refused"]["code"], "not_allowed");
    let told = bench.inspect("web", &all).await;
    assert_eq!(told, bench.inspect("admin", &all).await);
    assert_eq!(told["ok"]["total"], 3);
    let [broken, unreadable, forged] = &told["ok"]["items"].as_array().unwrap()[..] else { panic!("{told}") };
    let mut shown = broken.clone();
    let id = shown["parked_id"].take();
    shown["parked_at"].take();
    expect_test::expect![[r#"
        {"body":"[\"b\",-5]","body_bytes":8,"key":"b","parked_at":null,"parked_id":null,"partition":"portfolio.0","reason":"-5 is negative","sender":"ordering","seq":1,"source":"stream","stream":"ordering.0>portfolio.0"}"#]]
    .assert_eq(&shown.to_string());
    let body = unreadable["body"].as_str().unwrap();
    assert_eq!(body.len(), control::PARKED_BODY_BYTES_MAX);
    assert!(unreadable["body_bytes"].as_u64().unwrap() > body.len() as u64);
    assert_eq!(
        (&forged["source"], &forged["key"], &forged["seq"]),
        (&json!("unreadable"), &Value::Null, &Value::Null)
    );
    let one = json!({ "parked": { "ids": [id, uuid::Uuid::nil()] } });
    assert_eq!(bench.inspect("web", &one).await["ok"]["items"], json!([broken]));
    bench
        .sql(
            "insert into parked select gen_random_uuid(), p.partition, p.key, p.source, p.sender, p.stream, \
               p.seq, p.said_at, p.body, p.reason, p.parked_at from parked p, generate_series(1, 50)",
        )
        .await;
    let many = bench.inspect("web", &all).await;
    assert_eq!((&many["ok"]["total"], many["ok"]["items"].as_array().unwrap().len()), (&json!(153), 100));
}

#[tokio::test]
async fn a_message_that_still_breaks_its_promise_stays_parked_with_all_behind_it() {
    let mut bench = bench().await;
    bench.stream(IN, 1, &[("b", -5), ("b", 2), ("c", -1)]).await;
    bench.sql(r#"update parked set body = '["c", 1]' where key = 'c'"#).await;
    #[derive(FromQueryResult)]
    struct Id {
        parked_id: uuid::Uuid,
    }
    let all = bench.db().all::<Id>("select parked_id from parked", []).await.unwrap();
    let wish =
        contracts::control::Operate::Redrive { ids: all.into_iter().map(|row| row.parked_id).collect() };
    assert_eq!(bench.request("admin", &wish).await.replies, [json!({"ok": 1})]);
    assert_eq!(totals(&bench).await, "c=1");
    assert_eq!(parked(&bench).await, ["b: -5 is negative", "b: waits behind a parked message"]);
}

#[tokio::test]
async fn a_message_that_keeps_ending_its_process_is_parked_and_its_neighbours_are_applied() {
    let url = database().await;
    let mut bench = Bench::<Sums>::open(&url, place("portfolio"), ()).await;
    // While the table is away every step fails after its attempt was counted, like a process that ends.
    bench.sql("alter table totals rename to away").await;
    let mut bomb = bench.batch(IN, 1, &[("bomb", 1)]);
    bomb.redelivered = true;
    let mut neighbour = bench.batch(IN, 2, &[("a", 1)]);
    neighbour.redelivered = true;
    let batch = vec![bomb, neighbour];
    for _ in 0..6 {
        assert!(bench.try_deliver(&batch).await.is_err());
    }
    bench.sql("alter table away rename to totals").await;
    bench.try_deliver(&batch).await.unwrap();
    assert_eq!(parked(&bench).await, ["bomb: ended its process 5 times"]);
    assert_eq!(totals(&bench).await, "a=1");
}

#[tokio::test]
async fn a_stale_instance_commits_nothing() {
    let url = database().await;
    let mut old = Bench::<Sums>::open(&url, place("portfolio"), ()).await;
    let mut new = Bench::<Sums>::open(&url, place("portfolio"), ()).await;
    new.stream(IN, 1, &[("a", 1)]).await;
    let batch = vec![old.batch(IN, 1, &[("a", 1)])];
    let error = old.try_deliver(&batch).await.unwrap_err();
    assert!(matches!(error, chassis::stepper::StepError::Fenced), "{error}");
    assert_eq!(totals(&new).await, "a=1");
    old.reopen().await;
    old.stream(IN, 2, &[("a", 10)]).await;
    assert_eq!(totals(&new).await, "a=11");
}

/// What it takes for a gap others have heard, and the writer has forgotten: it would ask for ever.
#[tokio::test]
async fn a_stale_instance_that_hears_a_gap_finds_out_that_it_is_stale() {
    let url = database().await;
    let mut old = Bench::<Sums>::open(&url, place("portfolio"), ()).await;
    let mut new = Bench::<Sums>::open(&url, place("portfolio"), ()).await;
    new.stream(IN, 1, &[("a", 1)]).await;
    new.stream(IN, 2, &[("a", 10)]).await;
    let batch = vec![old.batch(IN, 3, &[("a", 100)])];
    let error = old.try_deliver(&batch).await.unwrap_err();
    assert!(matches!(error, chassis::stepper::StepError::Fenced), "{error}");
    old.reopen().await;
    old.try_deliver(&batch).await.unwrap();
    assert_eq!(totals(&new).await, "a=111");
}

#[tokio::test]
async fn a_request_after_its_deadline_does_nothing_and_says_so() {
    let mut bench = bench().await;
    let mut late = bench.asking("requests", "web", r#"["a", 1]"#);
    late.deadline = chrono::DateTime::from_timestamp(0, 0);
    let said = bench.deliver(vec![late]).await;
    assert_eq!(said.replies[0]["refused"]["code"], "deadline_passed");
    assert_eq!(totals(&bench).await, "");
    let in_time = bench.request("web", &("a", 1)).await;
    assert_eq!(in_time.replies, [Value::from(1)]);
}

/// The first time it may have been in time, and done.
#[tokio::test]
async fn a_late_request_that_came_before_is_not_said_to_be_undone() {
    let mut bench = bench().await;
    let mut late = bench.asking("requests", "web", r#"["a", 1]"#);
    late.deadline = chrono::DateTime::from_timestamp(0, 0);
    late.redelivered = true;
    let said = bench.deliver(vec![late]).await;
    assert_eq!(said.replies[0]["refused"]["code"], "unavailable");
    assert_eq!(totals(&bench).await, "");
}

#[tokio::test]
async fn a_clients_broken_message_is_answered_with_its_order_id_and_parks_nothing() {
    let mut bench = bench().await;
    let order = r#"{"order_id": "01890000-0000-7000-8000-00000000000a", "quantity": -1}"#;
    let said = bench.order("loadtest", order).await;
    assert_eq!(said.replies[0]["status"], "rejected");
    assert_eq!(said.replies[0]["order_id"], "01890000-0000-7000-8000-00000000000a");
    assert!(parked(&bench).await.is_empty());
}

/// Streams lose nothing, so what they say waits. A request that waits would be done long after its
/// sender has given it up, and clients could fill the table.
#[tokio::test]
async fn a_request_behind_a_parked_message_is_refused_not_parked() {
    let mut bench = bench().await;
    bench.stream(IN, 1, &[("a", -1), ("a", 2)]).await;
    assert_eq!(parked(&bench).await.len(), 2);
    let refused = bench.request("web", &("a", 3)).await;
    assert_eq!(refused.replies[0]["refused"]["code"], "unavailable", "{refused:?}");
    assert_eq!(bench.request("web", &("b", 3)).await.replies, [json!(3)]);
    assert_eq!(parked(&bench).await.len(), 2);
    assert_eq!(totals(&bench).await, "b=3");
}

/// It is answered beside the steps, by who knows what the partition remembers.
#[tokio::test]
async fn a_question_about_what_is_remembered_is_no_input_and_writes_nothing() {
    let mut bench = bench().await;
    bench.stream(IN, 1, &[("a", 1)]).await;
    let id = "01890000-0000-7000-8000-00000000000a";
    let at = "2026-01-01T00:00:00Z";
    let recall =
        json!({ "recall": { "order_id": id, "user_id": id, "symbol": "ACME", "from": at, "until": at } });
    let steps = async |bench: &Bench<Sums>| {
        #[derive(FromQueryResult)]
        struct Row {
            step: i64,
        }
        bench.db().one::<Row>("select step from heads", []).await.unwrap().unwrap().step
    };
    let before = steps(&bench).await;
    let said = bench.request("web", &recall).await;
    assert!(said.replies.is_empty() && said.committed.inputs == 0, "{said:?}");
    assert_eq!(steps(&bench).await, before);
    // Beside others it keeps none of them from being taken.
    let asked = bench.asking("requests", "web", &recall.to_string());
    let batch = vec![asked, bench.batch(IN, 2, &[("a", 10)])];
    assert_eq!(bench.deliver(batch).await.committed.inputs, 1);
    assert_eq!((steps(&bench).await, totals(&bench).await), (before + 1, "a=11".to_owned()));
}

#[path = "steps/hostile.rs"]
mod hostile;

#[path = "steps/audit.rs"]
mod audit;
