//! WebSockets: agreed on here. What a client says goes through an in-memory pipe to socketioxide;
//! what comes back through it, and what the hub says, goes out as one stream of frames, as much of
//! it in one write as has come together.
//!
//! Promises: one connection holds a bounded number of bytes, and one that takes nothing is ended.

use super::outgoing::Outgoing;
use super::transport::{Transport, translate};
use actix_web::body::{BodySize, MessageBody};
use actix_web::http::header;
use actix_web::{HttpRequest, HttpResponse, rt, web};
use bytes::Bytes;
use futures::StreamExt;
use futures::task::AtomicWaker;
use std::cell::{Cell, RefCell};
use std::convert::Infallible;
use std::future::Future;
use std::pin::{Pin, pin};
use std::rc::Rc;
use std::task::{Context, Poll};
use std::time::{Duration, Instant};
use tokio::io::{AsyncReadExt, AsyncWriteExt, DuplexStream, ReadHalf, WriteHalf};
use tokio::sync::Notify;

/// In each direction; past this the faster end waits.
const PIPE_BYTES_MAX: usize = 64 * 1024;
/// Read from the pipe at once: the library itself says little.
const READ_BYTES: usize = 4 * 1024;
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
    let wire = Rc::new(Wire::new(reader, Outgoing::new(transport.outlets.clone())));
    rt::spawn(attend(payload, writer, wire.clone()));
    HttpResponse::SwitchingProtocols()
        .upgrade("websocket")
        .insert_header((header::SEC_WEBSOCKET_ACCEPT, key))
        .body(Outwards(wire))
}

/// Until either end is done; dropping our end of the pipe tells the library.
async fn attend(payload: web::Payload, writer: WriteHalf<DuplexStream>, wire: Rc<Wire>) {
    tokio::select! {
        () = wire.ended.notified() => {}
        () = wire.stalled() => metrics::counter!("web_sockets_stalled_total").increment(1),
        () = inwards(payload, writer) => {
            let _ = tokio::time::timeout(FAREWELL, wire.ended.notified()).await;
        }
    }
    wire.end();
}

async fn inwards(mut payload: web::Payload, mut writer: WriteHalf<DuplexStream>) {
    while let Some(Ok(chunk)) = payload.next().await {
        if writer.write_all(&chunk).await.is_err() {
            return;
        }
    }
    let _ = writer.shutdown().await;
}

/// What goes out, and how it is doing. Everything of a connection is on one thread.
struct Wire {
    /// Nothing once it is over.
    source: RefCell<Option<Source>>,
    /// Since when the network has not asked for more.
    handed_over: Cell<Option<Instant>>,
    asking: AtomicWaker,
    ended: Notify,
}

struct Source {
    pipe: ReadHalf<DuplexStream>,
    outgoing: Outgoing,
}

impl Wire {
    fn new(pipe: ReadHalf<DuplexStream>, outgoing: Outgoing) -> Self {
        Wire {
            source: RefCell::new(Some(Source { pipe, outgoing })),
            handed_over: Cell::new(None),
            asking: AtomicWaker::new(),
            ended: Notify::new(),
        }
    }

    fn end(&self) {
        self.source.take();
        self.ended.notify_one();
        self.asking.wake();
    }

    /// Returns when the client has taken nothing for too long.
    async fn stalled(&self) {
        loop {
            let patience = match self.handed_over.get() {
                Some(since) => STALL_MAX.saturating_sub(since.elapsed()),
                None => STALL_MAX,
            };
            if patience.is_zero() {
                return;
            }
            tokio::time::sleep(patience).await;
        }
    }
}

/// The body of the answer: asked for more whenever the network has room.
struct Outwards(Rc<Wire>);

impl MessageBody for Outwards {
    type Error = Infallible;

    fn size(&self) -> BodySize {
        BodySize::Stream
    }

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Infallible>>> {
        let wire = &self.0;
        wire.handed_over.set(None);
        let mut source = wire.source.borrow_mut();
        let Some(Source { pipe, outgoing }) = source.as_mut() else { return Poll::Ready(None) };
        loop {
            let is_over = read(pipe, outgoing, cx);
            let chunk = outgoing.next();
            if !chunk.is_empty() {
                wire.handed_over.set(Some(Instant::now()));
                return Poll::Ready(Some(Ok(chunk.freeze())));
            }
            if is_over {
                drop(source);
                wire.end();
                return Poll::Ready(None);
            }
            if outgoing.poll_said(cx).is_pending() {
                wire.asking.register(cx.waker());
                return Poll::Pending;
            }
        }
    }
}

/// Reads what the library has written. True at its end.
fn read(pipe: &mut ReadHalf<DuplexStream>, outgoing: &mut Outgoing, cx: &mut Context<'_>) -> bool {
    while !outgoing.is_full() {
        outgoing.library.reserve(READ_BYTES);
        let mut reading = pin!(pipe.read_buf(&mut outgoing.library));
        match reading.as_mut().poll(cx) {
            Poll::Ready(Ok(1..)) => {}
            Poll::Ready(Ok(0) | Err(_)) => return true,
            Poll::Pending => return false,
        }
    }
    false
}

impl Drop for Outwards {
    fn drop(&mut self) {
        self.0.end();
    }
}
