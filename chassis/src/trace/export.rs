//! Spans on their way to a collector, by OTLP over HTTP, if one is configured. Nobody waits for it:
//! a thread of its own sends what has come together; what does not fit, or cannot be sent, is lost.

use super::http::Http;
use crate::settings::Telemetry;
use anyhow::Context as _;
use opentelemetry::{InstrumentationScope, KeyValue};
use opentelemetry_otlp::{SpanExporter as Otlp, WithExportConfig, WithHttpConfig};
use opentelemetry_sdk::Resource;
use opentelemetry_sdk::error::OTelSdkResult;
use opentelemetry_sdk::trace::{
    BatchConfigBuilder, BatchSpanProcessor, SpanData, SpanExporter, SpanProcessor,
};
use std::sync::{Mutex, OnceLock};
use std::time::{Duration, Instant};
use uuid::Uuid;

static EXPORTER: OnceLock<Exporter> = OnceLock::new();

/// Several seconds of a busy service's steps; past this the newest are lost.
const SPANS_WAITING_MAX: usize = 8_192;
/// Some hundred kilobytes.
const SPANS_TOGETHER_MAX: usize = 512;
const BETWEEN_EXPORTS: Duration = Duration::from_secs(1);
/// Of one request. A collector that takes longer costs spans, and nobody's time.
const EXPORT_LIMIT: Duration = Duration::from_secs(3);
/// For what is left when the process is told to end.
const FLUSH_LIMIT: Duration = Duration::from_secs(4);
const BETWEEN_WARNINGS: Duration = Duration::from_secs(60);
/// Where OTLP's standard has traces, below the endpoint.
const PATH: &str = "/v1/traces";

/// Takes ended spans.
pub(super) struct Exporter {
    processor: BatchSpanProcessor,
    /// A trace whose id's last 64 bits are below it is recorded.
    sampled_below: u128,
}

/// Nothing where no collector is configured.
pub(super) fn exporter() -> Option<&'static Exporter> {
    EXPORTER.get()
}

/// Whose spans these are, in the library's words.
pub(super) fn scope() -> InstrumentationScope {
    static SCOPE: OnceLock<InstrumentationScope> = OnceLock::new();
    let scope = || InstrumentationScope::builder("exchange").with_version(env!("CARGO_PKG_VERSION")).build();
    SCOPE.get_or_init(scope).clone()
}

impl Exporter {
    /// The same answer for a trace in every process that has the same ratio.
    pub fn samples(&self, trace_id: u128) -> bool {
        (trace_id & u128::from(u64::MAX)) < self.sampled_below
    }

    /// Never waits: what does not fit is lost.
    pub fn take(&self, span: SpanData) {
        self.processor.on_end(span);
    }
}

/// While this lives spans are exported, if they are to be.
#[must_use = "what was not sent yet is sent by `finish`"]
pub struct Exporting(());

/// Begins to export a process' spans, if a collector is configured. On the runtime that is to send them,
/// once in a process.
pub fn start(settings: &Telemetry, service: &str) -> anyhow::Result<Exporting> {
    if settings.otlp_endpoint.is_empty() {
        return Ok(Exporting(()));
    }
    let otlp = Otlp::builder()
        .with_http()
        .with_http_client(Http::on_this_runtime(EXPORT_LIMIT))
        .with_endpoint(format!("{}{PATH}", settings.otlp_endpoint.trim_end_matches('/')))
        .with_timeout(EXPORT_LIMIT)
        .build()
        .context("telemetry.otlp_endpoint")?;
    let batches = BatchConfigBuilder::default()
        .with_max_queue_size(SPANS_WAITING_MAX)
        .with_max_export_batch_size(SPANS_TOGETHER_MAX)
        .with_scheduled_delay(BETWEEN_EXPORTS)
        .build();
    let mut processor = BatchSpanProcessor::new(Patient { otlp, warned: Mutex::default() }, batches);
    let resource = Resource::builder_empty().with_attributes([
        KeyValue::new("service.name", service.to_owned()),
        KeyValue::new("service.version", env!("CARGO_PKG_VERSION")),
        KeyValue::new("service.instance.id", Uuid::now_v7().to_string()),
    ]);
    processor.set_resource(&resource.build());
    let exporter = Exporter { processor, sampled_below: sampled_below(settings.sampling_ratio) };
    EXPORTER.set(exporter).map_err(|_| anyhow::anyhow!("spans are already exported"))?;
    tracing::info!(endpoint = settings.otlp_endpoint, ratio = settings.sampling_ratio, "exporting spans");
    Ok(Exporting(()))
}

/// The share `ratio` of all numbers of 64 bits.
fn sampled_below(ratio: f64) -> u128 {
    if ratio >= 1.0 { 1 << 64 } else { (ratio * 2_f64.powi(64)) as u128 }
}

impl Exporting {
    /// Sends what is left, as long as that takes a few seconds.
    pub async fn finish(self) {
        let Some(exporter) = exporter() else { return };
        // The sending is done on this runtime: the waiting is not.
        let flush = || exporter.processor.shutdown_with_timeout(FLUSH_LIMIT);
        if let Ok(Err(error)) = tokio::task::spawn_blocking(flush).await {
            tracing::warn!(%error, "the last spans are lost");
        }
    }
}

/// Says now and then that the collector takes nothing, instead of each time.
#[derive(Debug)]
struct Patient {
    otlp: Otlp,
    warned: Mutex<Warned>,
}

#[derive(Debug, Default)]
struct Warned {
    at: Option<Instant>,
    lost: usize,
}

impl Warned {
    /// How many were lost since the last warning, if it is time for another.
    fn lose(&mut self, spans: usize, now: Instant) -> Option<usize> {
        self.lost += spans;
        if self.at.is_some_and(|at| now - at < BETWEEN_WARNINGS) {
            return None;
        }
        self.at = Some(now);
        Some(std::mem::take(&mut self.lost))
    }
}

impl SpanExporter for Patient {
    async fn export(&self, batch: Vec<SpanData>) -> OTelSdkResult {
        let spans = batch.len();
        let result = self.otlp.export(batch).await;
        if let Err(error) = &result {
            let lost = self.warned.lock().expect("no panic while held").lose(spans, Instant::now());
            if let Some(lost) = lost {
                tracing::warn!(%error, lost, "the collector takes no spans; they are lost");
            }
        }
        result
    }

    fn shutdown_with_timeout(&self, timeout: Duration) -> OTelSdkResult {
        self.otlp.shutdown_with_timeout(timeout)
    }

    fn force_flush(&self) -> OTelSdkResult {
        self.otlp.force_flush()
    }

    fn set_resource(&mut self, resource: &Resource) {
        self.otlp.set_resource(resource);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_ratio_is_the_share_of_traces_that_are_recorded() {
        for (ratio, expected) in [(0.0, 0), (0.25, 250), (0.5, 500), (1.0, 1_000)] {
            let below = sampled_below(ratio);
            // Spread evenly, which random ids are.
            let step = u64::MAX / 999;
            let recorded = (0..1_000_u64).filter(|n| u128::from(n * step) < below).count();
            assert_eq!(recorded, expected, "of {ratio}");
        }
        assert!(u128::from(u64::MAX) < sampled_below(1.0));
    }

    #[test]
    fn a_collector_that_is_away_is_told_of_once_a_minute() {
        let (mut warned, begun) = (Warned::default(), Instant::now());
        let mut after = |seconds| warned.lose(10, begun + Duration::from_secs(seconds));
        assert_eq!(after(0), Some(10));
        assert_eq!((after(1), after(30), after(59)), (None, None, None));
        assert_eq!(after(60), Some(40));
        assert_eq!(after(61), None);
    }
}
