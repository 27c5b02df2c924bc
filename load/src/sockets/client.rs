//! One Socket.IO client over WebSocket, light enough that hundreds of them need less than the server.

use super::frames;
use super::latencies::Latencies;
use anyhow::{Context, Result, bail, ensure};
use chrono::{DateTime, Utc};
use std::cell::RefCell;
use std::net::SocketAddr;
use std::rc::Rc;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

/// As much as comes in a tick of a hundred rooms, in one read.
const READ_BYTES: usize = 64 * 1024;
/// A prime, so that no rhythm of the rooms decides which messages are timed.
const ONE_TIMED_OF: u64 = 17;

/// What all clients together have seen since it was last cleared.
pub struct Seen {
    /// Clients with a snapshot of each of their rooms.
    pub settled: usize,
    pub messages: u64,
    pub bytes: u64,
    /// From the time in the event to its arrival.
    pub latencies: Latencies,
    pub failures: Vec<String>,
}

impl Seen {
    pub fn new() -> Self {
        Seen { settled: 0, messages: 0, bytes: 0, latencies: Latencies::new(), failures: Vec::new() }
    }

    /// From now on.
    pub fn clear(&mut self) {
        (self.messages, self.bytes) = (0, 0);
        self.latencies = Latencies::new();
    }
}

/// Connects, subscribes to each symbol's prices, and counts until the server ends it.
pub async fn run(server: SocketAddr, symbols: Rc<[String]>, seen: Rc<RefCell<Seen>>) {
    if let Err(error) = listen(server, &symbols, &seen).await {
        seen.borrow_mut().failures.push(format!("{error:#}"));
    }
}

async fn listen(server: SocketAddr, symbols: &[String], seen: &RefCell<Seen>) -> Result<()> {
    let mut stream = TcpStream::connect(server).await?;
    stream.set_nodelay(true)?;
    let opening = format!(
        "GET /socket.io/?EIO=4&transport=websocket HTTP/1.1\r\nHost: {server}\r\nUpgrade: websocket\r\n\
         Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
         Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n\r\n"
    );
    stream.write_all(opening.as_bytes()).await?;
    let mut connection = Connection { stream, unread: Vec::with_capacity(READ_BYTES) };
    connection.agree().await?;
    let (mut snapshots, mut unasked) = (0, subscriptions(symbols));
    loop {
        let mut taken = 0;
        let mut answer = Vec::new();
        while let Some((packet, length)) = frames::first(&connection.unread[taken..]) {
            taken += length;
            match packet {
                [b'4', b'2', ..] if snapshots == symbols.len() => seen.borrow_mut().count(packet),
                [b'4', b'2', ..] => {
                    snapshots += usize::from(contains(packet, b"\"snapshot\":true"));
                    seen.borrow_mut().settled += usize::from(snapshots == symbols.len());
                }
                // Engine.IO's greeting, then Socket.IO's.
                [b'0', ..] => answer.extend(frames::text("40")),
                [b'4', b'0', ..] => answer.extend(unasked.next().into_iter().flatten()),
                // One subscription after the other: all at once would be more than the hub lets wait.
                [b'4', b'3', ..] => {
                    ensure!(contains(packet, b"\"ok\":true"), "refused: {}", shown(packet));
                    answer.extend(unasked.next().into_iter().flatten());
                }
                b"2" => answer.extend(frames::text("3")),
                other => bail!("unexpected: {}", shown(other)),
            }
        }
        connection.unread.drain(..taken);
        connection.stream.write_all(&answer).await?;
        connection.more().await?;
    }
}

struct Connection {
    stream: TcpStream,
    unread: Vec<u8>,
}

impl Connection {
    async fn more(&mut self) -> Result<()> {
        self.unread.reserve(READ_BYTES);
        let read = self.stream.read_buf(&mut self.unread).await?;
        ensure!(read > 0, "the server ended the connection");
        Ok(())
    }

    /// Reads up to the end of the head of the answer.
    async fn agree(&mut self) -> Result<()> {
        loop {
            self.more().await?;
            let end = self.unread.windows(4).position(|bytes| bytes == b"\r\n\r\n");
            if let Some(end) = end {
                let head: Vec<u8> = self.unread.drain(..end + 4).collect();
                ensure!(head.starts_with(b"HTTP/1.1 101 "), "no WebSocket: {}", shown(&head));
                return Ok(());
            }
        }
    }
}

fn subscriptions(symbols: &[String]) -> impl Iterator<Item = Vec<u8>> {
    symbols.iter().enumerate().map(|(n, symbol)| {
        frames::text(&format!(r#"42{n}["subscribe",{{"channel":"prices","symbol":"{symbol}"}}]"#))
    })
}

impl Seen {
    fn count(&mut self, packet: &[u8]) {
        self.messages += 1;
        self.bytes += packet.len() as u64;
        if self.messages.is_multiple_of(ONE_TIMED_OF) {
            match latency_ms(packet) {
                Ok(latency_ms) => self.latencies.add(latency_ms),
                Err(error) => self.failures.push(format!("{error:#}: {}", shown(packet))),
            }
        }
    }
}

/// An event carries its time last: `…,"at":"2026-11-21T12:00:00.123Z"}]}]`.
fn latency_ms(packet: &[u8]) -> Result<u64> {
    let text = std::str::from_utf8(packet)?;
    let (_, at) = text.rsplit_once("\"at\":\"").context("an event without a time")?;
    let at: DateTime<Utc> = at.split('"').next().unwrap_or_default().parse()?;
    Ok((Utc::now() - at).num_milliseconds().try_into().unwrap_or_default())
}

fn contains(bytes: &[u8], wanted: &[u8]) -> bool {
    bytes.windows(wanted.len()).any(|window| window == wanted)
}

fn shown(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).chars().take(300).collect()
}
