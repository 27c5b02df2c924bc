//! A source at the other end of a WebSocket: what all of them need, whatever they speak.

use crate::adapter::{Adapter, Quoted, Trouble};
use async_trait::async_trait;
use contracts::{refusal, stock_data::FeedSource};
use futures::{SinkExt, StreamExt};
use std::time::Duration;
use tokio::net::TcpStream;
use tokio::time::{Instant, timeout};
use tokio_tungstenite::tungstenite::{Message, protocol::WebSocketConfig};
use tokio_tungstenite::{MaybeTlsStream, WebSocketStream, connect_async_with_config};

/// What a source speaks: texts in, news out; no connection, no clock.
pub trait Protocol: Send {
    fn source(&self) -> FeedSource;

    fn url(&self) -> String;

    /// A new connection.
    fn begin(&mut self);

    /// Whether it has agreed to tell us prices.
    fn is_let_in(&self) -> bool;

    fn hear(&mut self, text: &str) -> Result<Vec<News>, BadFrame>;
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum News {
    Quoted(Quoted),
    /// To be sent.
    Answer(String),
    /// It will not tell us anything.
    Refused(String),
    /// It is about to end the connection.
    Leaves(String),
}

/// Not what was agreed upon. What comes after it may be.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct BadFrame(pub String);

impl From<serde_json::Error> for BadFrame {
    fn from(error: serde_json::Error) -> Self {
        BadFrame(error.to_string())
    }
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// To connect, and to be let in; also to send something.
    pub connecting: Duration,
    /// Without a frame, before we ask whether anybody is there.
    pub ping_after: Duration,
    /// Without a frame, before nobody is there.
    pub gone_after: Duration,
    /// Between two connections.
    pub again: (Duration, Duration),
    /// After one that was refused: whoever has to pay first will not have done so within seconds.
    pub refused: Duration,
}

impl Default for Patience {
    fn default() -> Self {
        Patience {
            connecting: Duration::from_secs(10),
            ping_after: Duration::from_secs(10),
            gone_after: Duration::from_secs(25),
            // Binance allows 300 attempts in five minutes.
            again: (Duration::from_millis(500), Duration::from_secs(30)),
            refused: Duration::from_secs(60),
        }
    }
}

/// A second of a busy market; more at once is no prices.
const FRAME_BYTES_MAX: usize = 1024 * 1024;
/// Of what we send nothing is long.
const WRITE_BYTES_MAX: usize = 256 * 1024;
/// One after the other: then it speaks something else.
const BAD_FRAMES_MAX: u32 = 100;
/// Of what a source says, in a log.
const SAID_CHARACTERS_MAX: usize = 200;

type Connection = WebSocketStream<MaybeTlsStream<TcpStream>>;

pub struct Socket<P> {
    protocol: P,
    patience: Patience,
    connection: Option<Connection>,
    connected_at: Instant,
    heard_at: Instant,
    bad_frames: u32,
}

impl<P: Protocol> Socket<P> {
    pub fn new(protocol: P, patience: Patience) -> Self {
        let now = Instant::now();
        Socket { protocol, patience, connection: None, connected_at: now, heard_at: now, bad_frames: 0 }
    }

    async fn send(&mut self, message: Message) -> Result<(), Trouble> {
        let connection = self.connection.as_mut().ok_or_else(not_connected)?;
        match timeout(self.patience.connecting, connection.send(message)).await {
            Ok(sent) => sent.map_err(|error| Trouble::Lost(error.to_string())),
            Err(_) => Err(Trouble::Lost("it takes nothing from us".to_owned())),
        }
    }

    /// The next text. Everything else is seen to.
    async fn text(&mut self) -> Result<String, Trouble> {
        loop {
            let quiet = self.heard_at.elapsed();
            if quiet >= self.patience.gone_after {
                return Err(Trouble::Lost(format!("nothing was heard for {} s", quiet.as_secs())));
            }
            if !self.protocol.is_let_in() && self.connected_at.elapsed() >= self.patience.connecting {
                return Err(Trouble::Lost("it did not let us in".to_owned()));
            }
            let connection = self.connection.as_mut().ok_or_else(not_connected)?;
            match timeout(self.patience.ping_after, connection.next()).await {
                Err(_) => self.send(Message::Ping(Default::default())).await?,
                Ok(None) => return Err(Trouble::Lost("the connection was ended".to_owned())),
                Ok(Some(Err(error))) => return Err(Trouble::Lost(error.to_string())),
                Ok(Some(Ok(message))) => {
                    self.heard_at = Instant::now();
                    match message {
                        Message::Text(text) => return Ok(text.as_str().to_owned()),
                        Message::Binary(_) => self.bad(&BadFrame("expected text, got bytes".to_owned()))?,
                        // A ping is answered by the library with the next read.
                        Message::Ping(_) | Message::Pong(_) | Message::Frame(_) => {}
                        Message::Close(frame) => {
                            let why = frame.map(|frame| format!(": {} {}", frame.code, frame.reason));
                            return Err(Trouble::Lost(said("it left", &why.unwrap_or_default())));
                        }
                    }
                }
            }
        }
    }

    /// Counts it. The first of a connection is told, and too many are too many.
    fn bad(&mut self, error: &BadFrame) -> Result<(), Trouble> {
        let source = self.protocol.source();
        metrics::counter!("feeds_bad_frames_total", "source" => source.as_str()).increment(1);
        if self.bad_frames == 0 {
            tracing::warn!(%source, error = said("", &error.0), "a frame that makes no sense; passing it over");
        }
        self.bad_frames += 1;
        if self.bad_frames < BAD_FRAMES_MAX {
            return Ok(());
        }
        Err(Trouble::Lost(format!("{BAD_FRAMES_MAX} frames in a row make no sense")))
    }
}

#[async_trait]
impl<P: Protocol> Adapter for Socket<P> {
    fn source(&self) -> FeedSource {
        self.protocol.source()
    }

    async fn connect(&mut self) -> Result<(), Trouble> {
        self.connection = None;
        self.protocol.begin();
        let config = WebSocketConfig::default()
            .max_message_size(Some(FRAME_BYTES_MAX))
            .max_frame_size(Some(FRAME_BYTES_MAX))
            .max_write_buffer_size(WRITE_BYTES_MAX);
        let connecting = connect_async_with_config(self.protocol.url(), Some(config), true);
        let connected = timeout(self.patience.connecting, connecting)
            .await
            .map_err(|_| Trouble::Lost("it does not answer".to_owned()))?;
        let (connection, _) = connected.map_err(|error| Trouble::Lost(said("", &error.to_string())))?;
        self.connection = Some(connection);
        self.connected_at = Instant::now();
        self.heard_at = self.connected_at;
        self.bad_frames = 0;
        Ok(())
    }

    async fn next(&mut self) -> Result<Vec<Quoted>, Trouble> {
        loop {
            let text = self.text().await?;
            metrics::counter!("feeds_frames_total", "source" => self.protocol.source().as_str()).increment(1);
            let news = match self.protocol.hear(&text) {
                Ok(news) => news,
                Err(error) => {
                    self.bad(&error)?;
                    continue;
                }
            };
            let mut quotes = Vec::new();
            for news in news {
                match news {
                    News::Quoted(quoted) => quotes.push(quoted),
                    News::Answer(answer) => self.send(Message::text(answer)).await?,
                    News::Refused(why) => return Err(Trouble::Refused(said("", &why))),
                    News::Leaves(why) => return Err(Trouble::Lost(said("", &why))),
                }
            }
            if !quotes.is_empty() {
                self.bad_frames = 0;
                return Ok(quotes);
            }
        }
    }
}

fn not_connected() -> Trouble {
    Trouble::Lost("there is no connection".to_owned())
}

/// A line of bounded length, whatever was said.
fn said(what: &str, text: &str) -> String {
    refusal::line(format!("{what}{text}"), SAID_CHARACTERS_MAX)
}
