//! Steps that nobody asked for: made when they are due, by the one instance that the broker has
//! chosen, and only where something comes of them.

use async_trait::async_trait;
use chassis::settings::{Secret, Settings};
use chassis::testing::{Bench, Instance, fresh_database, place};
use chassis::{Db, Fault, Place, Poison, Rules, Source, Step, Writes};
use contracts::{Code, Partitions, Refusal, StreamName, Timestamp, topology};
use sea_orm::FromQueryResult;
use serde_json::json;
use std::time::Duration;

/// Rings at the times in the table, and says so. The name is the instance's.
struct Alarms {
    name: &'static str,
    out: StreamName,
    /// Those that have not rung yet, as far as this instance knows; the last is the next.
    waiting: Vec<Timestamp>,
    /// Alarms that cannot be turned off: due, but nothing comes of it.
    stuck: bool,
}

#[derive(FromQueryResult)]
struct Waiting {
    at: Timestamp,
}

#[async_trait]
impl Rules for Alarms {
    type Shared = (&'static str, bool);
    type Input = ();
    type Rows = Vec<Timestamp>;

    async fn open((name, stuck): &Self::Shared, place: Place, db: &Db) -> Result<Self, Fault> {
        let waiting = db.all::<Waiting>("select at from alarms where rung_by is null order by at desc", []);
        let waiting = waiting.await?.into_iter().map(|row| row.at).collect();
        Ok(Alarms { name, out: place.stream_to_all(), waiting, stuck: *stuck })
    }

    fn decode_events(&self, _: Source<'_>, _: &[u8]) -> Result<Vec<()>, String> {
        Err("nobody is heard".into())
    }

    fn decode_request(&self, _: Source<'_>, _: &[u8]) -> Result<(), Refusal> {
        Err(Refusal::new(Code::Malformed, "nothing can be asked for"))
    }

    fn key(&self, (): &()) -> String {
        String::new()
    }

    async fn prefetch(&mut self, _: &Db, inputs: &[()]) -> Result<Vec<Timestamp>, Fault> {
        assert!(inputs.is_empty());
        Ok(Vec::new())
    }

    fn apply(&mut self, _: &mut Vec<Timestamp>, (): (), _: &mut Step) -> Result<(), Poison> {
        Ok(())
    }

    fn due(&self) -> Option<Timestamp> {
        self.waiting.last().copied()
    }

    async fn decide(&mut self, rung: &mut Vec<Timestamp>, step: &mut Step) -> Result<(), Fault> {
        while let Some(at) = self.waiting.pop_if(|at| *at <= step.now && !self.stuck) {
            rung.push(at);
            step.say(&self.out, &at);
        }
        Ok(())
    }

    fn write(&mut self, rung: Vec<Timestamp>, writes: &mut Writes) {
        if !rung.is_empty() {
            let sql = "update alarms set rung_by = $1 where at = any($2) and rung_by is null";
            writes.exactly(rung.len(), "an alarm rings once", sql, [self.name.into(), rung.into()]);
        }
    }
}

async fn database() -> String {
    let url = fresh_database().await;
    migrations::migrate("portfolio", &url).await.unwrap();
    let db = Db::connect(&url).await.unwrap();
    db.execute_alone("create table alarms (at timestamptz primary key, rung_by text)").await.unwrap();
    url
}

/// So many milliseconds from now.
async fn set(url: &str, after_ms: i64) {
    let sql = format!("insert into alarms (at) values (now() + interval '{after_ms} milliseconds')");
    Db::connect(url).await.unwrap().execute_alone(&sql).await.unwrap();
}

#[derive(FromQueryResult)]
struct StepRow {
    step: i64,
}

async fn steps(db: &Db) -> i64 {
    db.one::<StepRow>("select step from heads", []).await.unwrap().map_or(0, |row| row.step)
}

/// Who has rung, in the order of the alarms; nobody yet: `-`.
async fn rung(db: &Db) -> String {
    #[derive(FromQueryResult)]
    struct Row {
        rung_by: Option<String>,
    }
    let rows = db.all::<Row>("select rung_by from alarms order by at", []).await.unwrap();
    let names: Vec<_> = rows.into_iter().map(|row| row.rung_by.unwrap_or("-".into())).collect();
    names.join(" ")
}

fn later(seconds: i64) -> Timestamp {
    chrono::Utc::now() + chrono::Duration::seconds(seconds)
}

#[tokio::test]
async fn what_is_due_is_done_once_and_what_is_not_makes_no_step() {
    let url = database().await;
    set(&url, 60_000).await;
    let mut bench = Bench::<Alarms>::open(&url, place("portfolio"), ("ann", false)).await;
    let due = bench.due().expect("an alarm is set");
    bench.set_now(later(50));
    assert_eq!((bench.deliver(vec![]).await.events.len(), steps(bench.db()).await), (0, 0));
    bench.set_now(later(70));
    let said = bench.deliver(vec![]).await;
    assert_eq!(said.on("portfolio.0>*"), [json!(due)]);
    assert_eq!((steps(bench.db()).await, bench.due()), (1, None));
    for _ in 0..3 {
        assert!(bench.deliver(vec![]).await.events.is_empty());
        bench.reopen().await;
    }
    assert_eq!((steps(bench.db()).await, rung(bench.db()).await.as_str()), (1, "ann"));
}

#[tokio::test]
async fn who_is_behind_does_nothing_though_it_looks_due() {
    let url = database().await;
    set(&url, 0).await;
    let mut ann = Bench::<Alarms>::open(&url, place("portfolio"), ("ann", false)).await;
    let mut bob = Bench::<Alarms>::open(&url, place("portfolio"), ("bob", false)).await;
    ann.set_now(later(1));
    bob.set_now(later(1));
    bob.deliver(vec![]).await;
    let error = ann.try_deliver(&[]).await.unwrap_err();
    assert!(matches!(error, chassis::stepper::StepError::Fenced), "{error}");
    assert_eq!((ann.due(), steps(ann.db()).await, rung(ann.db()).await.as_str()), (None, 1, "bob"));
}

const PASSWORD: &str = "a-password-for-tests";

/// The broker of all tests here; each has partitions of its own.
async fn settings() -> Settings {
    let hash = |_: &str| servers::definitions::password_hash([1, 2, 3, 4], PASSWORD);
    let definitions = topology::Topology::new(PARTITIONS).definitions("exchange", hash).to_string();
    let servers = servers::TestServers::shared(&definitions).await.expect("a private RabbitMQ starts");
    let mut settings = Settings::load(&std::env::temp_dir()).unwrap();
    settings.broker.host = "127.0.0.1".into();
    settings.broker.port = servers.rabbitmq().ports().amqp;
    settings.secrets.broker.insert("portfolio".into(), Secret::new(PASSWORD));
    settings
}

const PARTITIONS: Partitions = Partitions { users: 4, symbols: 1 };

fn own_place(partition: u16) -> Place {
    Place { service: "portfolio", partition, partitions: PARTITIONS }
}

async fn until(db: &Db, expected: &str, limit: Duration) {
    let deadline = tokio::time::Instant::now() + limit;
    while rung(db).await != expected {
        assert!(tokio::time::Instant::now() < deadline, "{expected:?} became {:?}", rung(db).await);
        tokio::time::sleep(Duration::from_millis(50)).await;
    }
}

/// Also for a broker that is slow to choose.
const SOON: Duration = Duration::from_secs(60);

#[tokio::test]
async fn an_idle_partition_wakes_by_itself_also_after_a_restart() {
    let (settings, url) = (settings().await, database().await);
    let db = Db::connect(&url).await.unwrap();
    set(&url, 500).await;
    let first = Instance::start::<Alarms>(&settings, &url, own_place(0), ("first", false)).await;
    until(&db, "first", SOON).await;
    first.stop().await;
    // This one is over before anybody is there.
    set(&url, 0).await;
    let second = Instance::start::<Alarms>(&settings, &url, own_place(0), ("second", false)).await;
    until(&db, "first second", SOON).await;
    tokio::time::sleep(Duration::from_millis(1_500)).await;
    assert_eq!(steps(&db).await, 2, "each once");
    second.stop().await;
}

#[tokio::test]
async fn what_stays_due_keeps_nobody_busy_and_commits_nothing() {
    let (settings, url) = (settings().await, database().await);
    let db = Db::connect(&url).await.unwrap();
    set(&url, 0).await;
    let stuck = Instance::start::<Alarms>(&settings, &url, own_place(1), ("stuck", true)).await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    assert_eq!((steps(&db).await, rung(&db).await.as_str()), (0, "-"));
    stuck.stop().await;
}

/// The standby knows of alarms that have rung long ago: it would ring them again.
#[tokio::test]
async fn a_standby_wakes_only_when_it_is_chosen() {
    let (settings, url) = (settings().await, database().await);
    let db = Db::connect(&url).await.unwrap();
    set(&url, 0).await;
    set(&url, 6_000).await;
    let active = Instance::start::<Alarms>(&settings, &url, own_place(2), ("active", false)).await;
    // Who wakes is the broker's choice.
    until(&db, "active -", SOON).await;
    let standby = Instance::start::<Alarms>(&settings, &url, own_place(2), ("standby", false)).await;
    until(&db, "active active", SOON).await;
    tokio::time::sleep(Duration::from_millis(2_500)).await;
    assert_eq!(steps(&db).await, 2, "the standby has committed nothing, and fenced nobody");

    active.stop().await;
    set(&url, 0).await;
    // A delivery tells the standby that it is chosen now, and its first wake that it is behind. While
    // nobody has anything to say, that is what it sends itself from time to time.
    until(&db, "active active standby", 2 * SOON).await;
    assert_eq!(steps(&db).await, 3);
    standby.stop().await;
}

/// The broker may take an instance for alive that is cut off, or the other way round.
#[tokio::test]
async fn who_loses_the_fence_leaves_and_comes_back() {
    let (settings, url) = (settings().await, database().await);
    let db = Db::connect(&url).await.unwrap();
    set(&url, 0).await;
    set(&url, 8_000).await;
    let one = Instance::start::<Alarms>(&settings, &url, own_place(3), ("one", false)).await;
    until(&db, "one -", SOON).await;
    let mut other = Bench::<Alarms>::open(&url, own_place(3), ("other", false)).await;
    other.set_now(later(20));
    other.deliver(vec![]).await;
    set(&url, 8_100).await;
    // Its memory has the alarm that the other has rung, and not the one that was set since.
    until(&db, "one other one", SOON).await;
    assert_eq!(steps(&db).await, 3);
    one.stop().await;
}
