//! How a service tells how it is: `/health/live`, `/health/ready` and `/metrics` on a port of its
//! own. Three fixed answers to GET need no web framework.

use crate::telemetry;
use std::sync::{
    Arc,
    atomic::{AtomicBool, Ordering},
};
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::Semaphore;

/// A request line and a few headers; whoever sends more is none of ours.
const REQUEST_BYTES_MAX: usize = 8 * 1024;
const REQUEST_TIMEOUT: Duration = Duration::from_secs(5);
/// A supervisor and a few who watch; the others wait.
const CONNECTIONS_MAX: usize = 32;
const ACCEPT_AGAIN_AFTER: Duration = Duration::from_millis(100);

/// Whether the service is ready for work. Cheap to clone.
#[derive(Clone, Default)]
pub struct Ready(Arc<AtomicBool>);

impl Ready {
    pub fn set(&self, ready: bool) {
        self.0.store(ready, Ordering::Relaxed);
    }

    pub fn is_ready(&self) -> bool {
        self.0.load(Ordering::Relaxed)
    }
}

/// Serves until the process ends. Port 0: not at all.
pub async fn serve(address: &str, port: u16, ready: Ready) -> anyhow::Result<()> {
    if port == 0 {
        return Ok(());
    }
    let listener = TcpListener::bind((address, port)).await.map_err(|e| {
        anyhow::anyhow!("health: cannot listen on {address}:{port}: {e}; set health.ports to another port")
    })?;
    tokio::spawn(async move {
        let places = Arc::new(Semaphore::new(CONNECTIONS_MAX));
        loop {
            let place = places.clone().acquire_owned().await.expect("never closed");
            let Ok((stream, _)) = listener.accept().await else {
                // Out of file descriptors, most likely: trying on at once would only take the time away.
                tokio::time::sleep(ACCEPT_AGAIN_AFTER).await;
                continue;
            };
            let answering = tokio::time::timeout(REQUEST_TIMEOUT, answer(stream, ready.clone()));
            tokio::spawn(async move {
                let _place = place;
                let _ = answering.await;
            });
        }
    });
    Ok(())
}

async fn answer(mut stream: TcpStream, ready: Ready) -> std::io::Result<()> {
    let mut request = vec![0; REQUEST_BYTES_MAX];
    let mut length = 0;
    while !request[..length].windows(4).any(|end| end == b"\r\n\r\n") {
        let read = stream.read(&mut request[length..]).await?;
        if read == 0 {
            return Ok(());
        }
        length += read;
    }
    let head = String::from_utf8_lossy(&request[..length]);
    let mut words = head.split_whitespace();
    let (status, body) = match (words.next(), words.next()) {
        (Some("GET"), Some("/health/live")) => ("200 OK", "live\n".to_owned()),
        (Some("GET"), Some("/health/ready")) if ready.is_ready() => ("200 OK", "ready\n".to_owned()),
        (Some("GET"), Some("/health/ready")) => ("503 Service Unavailable", "not ready\n".to_owned()),
        (Some("GET"), Some("/metrics")) => ("200 OK", telemetry::metrics_text()),
        _ => ("404 Not Found", "see /health/live, /health/ready, /metrics\n".to_owned()),
    };
    let head = format!(
        "HTTP/1.1 {status}\r\ncontent-type: text/plain; version=0.0.4\r\ncontent-length: {}\r\nconnection: close\r\n\r\n",
        body.len()
    );
    stream.write_all(head.as_bytes()).await?;
    stream.write_all(body.as_bytes()).await?;
    stream.shutdown().await
}
