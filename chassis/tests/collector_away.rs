//! A collector that is not there. (Alone in its process: spans are exported once in each.)

use chassis::settings::Telemetry;
use chassis::trace::{self, Context, Kind, Span};
use std::time::{Duration, Instant};

/// Several times as many as are kept waiting.
const SPANS: usize = 50_000;
/// Several times what flushing may take.
const END_LIMIT: Duration = Duration::from_secs(60);

#[tokio::test(flavor = "multi_thread")]
async fn costs_spans_and_nobodys_time() {
    // Taken, and nobody ever answers there: worse than a port that refuses.
    let mute = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let otlp_endpoint = format!("http://{}", mute.local_addr().unwrap());
    let exporting = trace::start(&Telemetry { otlp_endpoint, sampling_ratio: 1.0 }, "test").unwrap();
    let again =
        trace::start(&Telemetry { otlp_endpoint: "http://127.0.0.1:1".into(), sampling_ratio: 1.0 }, "test");
    assert!(again.is_err(), "once in a process");

    assert!(Context::begin().is_sampled());
    let begun = Instant::now();
    for _ in 0..SPANS {
        let mut span = Span::begin(None, Kind::Consumer, || "step".to_owned());
        span.set("exchange.inputs", || 1.into());
    }
    // Had one of them waited for the collector, it would have been for seconds each.
    assert!(begun.elapsed() < END_LIMIT, "{:?}", begun.elapsed());
    let begun = Instant::now();
    exporting.finish().await;
    assert!(begun.elapsed() < END_LIMIT, "{:?}", begun.elapsed());
}
