//! Structured logs on standard error, metrics in Prometheus' form, and the end of the process when
//! anything panics: state comes back from the database, never from a half-broken memory.

use crate::settings::Log;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use std::sync::OnceLock;
use std::time::Duration;
use tracing_subscriber::{EnvFilter, filter::filter_fn, fmt, prelude::*};

/// Some ten thousand samples of a busy process, before they are added up into their buckets.
const SAMPLES_KEPT: Duration = Duration::from_secs(5);

/// The target of lines that say who was let in, and who was refused what.
const AUDIT: &str = "audit";

static METRICS: OnceLock<PrometheusHandle> = OnceLock::new();

pub fn start(log: &Log) -> anyhow::Result<()> {
    let filter = EnvFilter::try_new(&log.filter)?;
    let registry = tracing_subscriber::registry().with(filter);
    if log.json {
        let json = fmt::layer().json().with_writer(std::io::stderr).log_internal_errors(false);
        registry.with(json).try_init()?;
    } else {
        let plain = |shows_target| {
            fmt::layer()
                .with_writer(std::io::stderr)
                .with_ansi(false)
                .with_target(shows_target)
                // Complaining to a standard error that is gone would be a panic, and the end.
                .log_internal_errors(false)
                // Lines of the audit log are told apart by their target; elsewhere it is in the way.
                .with_filter(filter_fn(move |line| (line.target() == AUDIT) == shows_target))
        };
        registry.with(vec![plain(false), plain(true)]).try_init()?;
    }
    let metrics = recorder()?.install_recorder()?;
    METRICS.set(metrics.clone()).map_err(|_| anyhow::anyhow!("metrics are already recorded"))?;
    // Whether anybody reads the metrics or not: until somebody does, each sample would stay in memory.
    std::thread::Builder::new().name("metrics".into()).spawn(move || {
        loop {
            std::thread::sleep(SAMPLES_KEPT);
            metrics.run_upkeep();
        }
    })?;
    abort_on_panic();
    Ok(())
}

fn recorder() -> anyhow::Result<PrometheusBuilder> {
    let seconds = [0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0];
    let inputs = [1.0, 2.0, 5.0, 10.0, 25.0, 50.0, 100.0, 250.0, 500.0, 1_000.0, 2_500.0];
    use metrics_exporter_prometheus::Matcher;
    Ok(PrometheusBuilder::new()
        .set_buckets_for_metric(Matcher::Suffix("_seconds".into()), &seconds)?
        .set_buckets_for_metric(Matcher::Suffix("_inputs".into()), &inputs)?)
}

/// The metrics as Prometheus reads them.
pub fn metrics_text() -> String {
    METRICS.get().map(PrometheusHandle::render).unwrap_or_default()
}

fn abort_on_panic() {
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        report(info);
        std::process::abort();
    }));
}
