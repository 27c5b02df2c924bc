//! A whole service: its partitions at work, its questions answered, its health told.

use crate::answers::{self, Answers};
use crate::health::{self, Ready};
use crate::logbook::Logbook;
use crate::outbox::Outbox;
use crate::partition::{self, Consuming, FINISHED_MAX};
use crate::publisher::Publisher;
use crate::rules::{Place, Rules};
use crate::settings::Settings;
use crate::stepper::Stepper;
use crate::store::Db;
use crate::waking::Waking;
use crate::{broker::Backoff, shutdown, telemetry, trace};
use contracts::topology;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::{mpsc, watch};
use tokio::task::JoinHandle;

pub struct Service<'a, R: Rules, A: Answers> {
    pub name: &'static str,
    pub settings: &'a Settings,
    pub db: Db,
    pub shared: R::Shared,
    pub answers: A,
}

/// Messages of streams are big: a batch of the writer's each. Two steps' worth is enough.
const STREAM_PREFETCH: u16 = 64;

/// The `main` of a service's own binary.
pub fn main<F>(name: &'static str, run: impl FnOnce(Settings) -> F) -> anyhow::Result<()>
where
    F: Future<Output = anyhow::Result<()>>,
{
    let settings = Settings::load(&std::env::current_dir()?)?;
    telemetry::start(&settings.log)?;
    tracing::info!(service = name, "starting");
    tokio::runtime::Builder::new_multi_thread().enable_all().build()?.block_on(async {
        let exporting = trace::start(&settings.telemetry, name)?;
        let ended = run(settings).await;
        exporting.finish().await;
        ended
    })
}

/// Runs until somebody wants it to end, then finishes what is under way.
pub async fn run<R: Rules, A: Answers>(service: Service<'_, R, A>) -> anyhow::Result<()> {
    let Service { name, settings, db, shared, answers } = service;
    let url = settings.broker_url(name)?;
    let ready = Ready::default();
    health::serve(&settings.health.address, settings.health_port(name), ready.clone()).await?;
    let answering = tokio::spawn(answers::serve(url.clone(), name, db.clone(), Arc::new(answers)));
    let (stop, stopped) = watch::channel(false);
    let mut working = Vec::new();
    for partition in 0..topology::partitions_of(name, settings.partitions) {
        let place = Place { service: name, partition, partitions: settings.partitions };
        let stepper = open::<R>(&db, place, &shared).await;
        working.extend(start(stepper, settings, &url, head_start(place), stopped.clone()));
    }
    ready.set(true);
    tracing::info!(service = name, "ready");
    shutdown::requested().await;
    tracing::info!(service = name, "stopping");
    ready.set(false);
    answering.abort();
    stop.send_replace(true);
    for task in working {
        task.await?;
    }
    Ok(())
}

/// Waits for the database as long as it takes, unless what it says is that it will never do.
async fn open<R: Rules>(db: &Db, place: Place, shared: &R::Shared) -> Stepper<R> {
    let mut backoff = Backoff::default();
    loop {
        match Stepper::open(db.clone(), place, shared.clone()).await {
            Ok(stepper) => return stepper,
            Err(fault) => {
                let error = format!("{:#}", anyhow::Error::from(fault));
                tracing::error!(partition = %place.name(), error, "cannot open the partition; trying again");
            }
        }
        backoff.wait().await;
    }
}

/// Whoever consumes a queue first is its single active consumer. Each instance begins with another
/// partition, so that several that start together share them.
fn head_start(place: Place) -> Duration {
    let parts = u32::from(topology::partitions_of(place.service, place.partitions));
    let rank = (u32::from(place.partition) + std::process::id()) % parts;
    HEAD_START * rank
}

const HEAD_START: Duration = Duration::from_millis(300);

/// The three tasks of a partition. They end with `stopped`, each after the one before it.
pub(crate) fn start<R: Rules>(
    stepper: Stepper<R>,
    settings: &Settings,
    url: &str,
    delay: Duration,
    stopped: watch::Receiver<bool>,
) -> [JoinHandle<()>; 3] {
    let place = stepper.place();
    let (gathered, steps) = mpsc::channel(1);
    let (finished, publications) = mpsc::channel(FINISHED_MAX);
    let (fenced, fences) = watch::channel(0);
    let (consuming, consumption) = watch::channel(None);
    let kept = Duration::from_secs(settings.limits.outbox_kept_s);
    let outbox = Outbox::new(stepper.db().clone(), place, kept);
    let positions = stepper.positions().clone();
    // Who people are is nobody's journey.
    let remembered = if place.service == topology::ACCOUNTS { 0 } else { settings.limits.logbook_bytes };
    let logbook = Logbook::new(remembered, chrono::Utc::now());
    let publisher =
        Publisher::new(url.to_owned(), place, outbox, logbook.clone(), positions, consumption.clone());
    let prefetch =
        if place.service == topology::ORDERING { settings.limits.prefetch } else { STREAM_PREFETCH };
    // Nobody's order waits for a price; each batch of them costs its listeners a step.
    let interval_ms = if place.service == topology::STOCK_DATA {
        settings.limits.price_interval_ms
    } else {
        settings.limits.step_interval_ms
    };
    let consuming = Consuming {
        url: url.to_owned(),
        queue: place.name(),
        place,
        reads_ahead: R::READS_AHEAD,
        prefetch,
        inputs_max: settings.limits.step_inputs,
        delay,
        interval: Duration::from_millis(interval_ms),
        consuming,
    };
    [
        tokio::spawn(consuming.run(gathered, fences, stopped)),
        tokio::spawn(partition::step(stepper, steps, finished, fenced, Waking::new(consumption), logbook)),
        tokio::spawn(publisher.run(publications)),
    ]
}
