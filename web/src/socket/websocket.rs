//! WebSockets: agreed on here, spoken by socketioxide at the other end of an in-memory pipe. What
//! piles up in the pipe while the network is busy goes out as one write.
//!
//! Promises: one connection holds a bounded number of bytes, and one that takes nothing is ended.

use super::transport::{Transport, translate};
use actix_web::body::BodyStream;
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, rt, web};
use bytes::{Bytes, BytesMut};
use futures::StreamExt;
use std::convert::Infallible;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::sync::mpsc;

/// In each direction; past this the faster end waits.
const PIPE_BYTES_MAX: usize = 64 * 1024;
/// Read from the pipe at once.
const CHUNK_BYTES: usize = 16 * 1024;
/// Chunks on their way to actix. One is being written while the next is filled.
const CHUNKS_WAITING_MAX: usize = 2;
/// A client whose connection takes not a byte for so long is gone, or might as well be.
pub const STALL_MAX: Duration = Duration::from_secs(20);
/// For the last words after a client has closed its end.
const FAREWELL: Duration = Duration::from_secs(2);

pub fn is_wanted(request: &HttpRequest) -> bool {
    let upgrade = request.headers().get(header::UPGRADE).and_then(|value| value.to_str().ok());
    upgrade.is_some_and(|value| value.eq_ignore_ascii_case("websocket"))
}

/// RFC 6455, 4.2: what a client's opening must have, and the answer to its key.
fn accept_key(request: &HttpRequest) -> Option<String> {
    let is = |name, expected: &str| {
        let value = request.headers().get(name).and_then(|value| value.to_str().ok());
        value.is_some_and(|value| value.split(',').any(|part| part.trim().eq_ignore_ascii_case(expected)))
    };
    let key = request.headers().get(header::SEC_WEBSOCKET_KEY)?;
    let opening = request.method() == actix_web::http::Method::GET
        && is(header::CONNECTION, "upgrade")
        && is(header::SEC_WEBSOCKET_VERSION, "13");
    opening.then(|| tungstenite::handshake::derive_accept_key(key.as_bytes()))
}

pub fn serve(request: HttpRequest, payload: web::Payload, transport: &Transport) -> HttpResponse {
    let (Some(key), Some(inner)) = (accept_key(&request), translate(&request, ())) else {
        return HttpResponse::BadRequest().body("not a WebSocket's opening");
    };
    let (ours, theirs) = tokio::io::duplex(PIPE_BYTES_MAX);
    if let Err(error) = transport.accept(theirs, inner) {
        return HttpResponse::BadRequest().body(error);
    }
    let (reader, writer) = tokio::io::split(ours);
    let (chunks, outgoing) = mpsc::channel(CHUNKS_WAITING_MAX);
    rt::spawn(pipe(payload, writer, reader, chunks));
    let outgoing = futures::stream::unfold(outgoing, |mut outgoing| async {
        outgoing.recv().await.map(|chunk| (Ok::<Bytes, Infallible>(chunk), outgoing))
    });
    HttpResponse::SwitchingProtocols()
        .upgrade("websocket")
        .insert_header((header::SEC_WEBSOCKET_ACCEPT, key))
        .body(BodyStream::new(outgoing))
}

/// Until either end is done; dropping our end of the pipe tells the other.
async fn pipe(
    payload: web::Payload,
    writer: WriteHalf<DuplexStream>,
    reader: ReadHalf<DuplexStream>,
    chunks: mpsc::Sender<Bytes>,
) {
    let outwards = outwards(reader, chunks);
    tokio::pin!(outwards);
    tokio::select! {
        () = &mut outwards => {}
        () = inwards(payload, writer) => {
            let _ = tokio::time::timeout(FAREWELL, outwards).await;
        }
    }
}

async fn inwards(mut payload: web::Payload, mut writer: WriteHalf<DuplexStream>) {
    while let Some(Ok(chunk)) = payload.next().await {
        if writer.write_all(&chunk).await.is_err() {
            return;
        }
    }
    let _ = writer.shutdown().await;
}

async fn outwards(mut reader: ReadHalf<DuplexStream>, chunks: mpsc::Sender<Bytes>) {
    let mut buffer = BytesMut::new();
    loop {
        buffer.reserve(CHUNK_BYTES);
        match reader.read_buf(&mut buffer).await {
            Ok(read) if read > 0 => {}
            Ok(_) | Err(_) => return,
        }
        let chunk = buffer.split().freeze();
        match tokio::time::timeout(STALL_MAX, chunks.send(chunk)).await {
            Ok(Ok(())) => {}
            Ok(Err(_)) => return,
            Err(_) => {
                metrics::counter!("web_sockets_stalled_total").increment(1);
                return;
            }
        }
    }
}
