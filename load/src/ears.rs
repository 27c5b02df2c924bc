//! Users who listen: each a Socket.IO connection over WebSocket (Engine.IO 4), with a session that
//! the operator made. One thread for all of them.

use crate::bots;
use crate::tally::Tally;
use anyhow::{Context, Result, bail};
use chassis::{session, settings::Settings};
use contracts::accounts::{Claims, Role, TOKEN_AUDIENCE, TOKEN_ISSUER};
use futures::{SinkExt, StreamExt};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread::JoinHandle;
use std::time::Duration;
use tokio::sync::{Semaphore, oneshot};
use tokio_tungstenite::MaybeTlsStream;
use tokio_tungstenite::tungstenite::Message;

type Socket = tokio_tungstenite::WebSocketStream<MaybeTlsStream<tokio::net::TcpStream>>;

/// Longer than any run.
const SESSION_S: i64 = 2 * 60 * 60;
/// So many connect at a time; web does other things too.
const CONNECTING_MAX: usize = 64;
const CONNECT_LIMIT: Duration = Duration::from_secs(30);

#[derive(Default)]
pub struct Heard {
    /// Connections that ended before their time.
    pub lost: AtomicU64,
    /// How often web said that it has missed something.
    pub resyncs: AtomicU64,
    /// All events, whatever they say.
    pub events: AtomicU64,
}

pub struct Ears {
    pub heard: Arc<Heard>,
    end: Option<oneshot::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

/// A token for a bot of the kit's own. Who holds the exchange's key may sign; nobody else can.
pub fn token(settings: &Settings, user: u32) -> Result<String> {
    let now = chrono::Utc::now().timestamp();
    let claims = Claims {
        iss: TOKEN_ISSUER.to_owned(),
        aud: TOKEN_AUDIENCE.to_owned(),
        sub: bots::user_id(user),
        name: bots::user(user).name,
        role: Role::Bot,
        sid: uuid::Uuid::now_v7(),
        auth_time: now,
        iat: now,
        exp: now + SESSION_S,
    };
    Ok(session::sign(&claims, settings.jwt_key()?))
}

/// Where web is, from the same machine.
pub fn web_address(settings: &Settings) -> String {
    let host = match settings.web.address.as_str() {
        "0.0.0.0" => "127.0.0.1",
        "::" | "[::]" => "[::1]",
        other => other,
    };
    format!("{host}:{}", settings.web.port)
}

impl Ears {
    /// Connects everybody of the tally who listens; answers when all are in.
    pub async fn open(settings: &Settings, tally: &Arc<Tally>) -> Result<Self> {
        let listening = (0..tally.plan.users).filter(|user| tally.listens(*user));
        let tokens = listening.map(|user| token(settings, user)).collect::<Result<Vec<_>>>()?;
        let url = format!("ws://{}/socket.io/?EIO=4&transport=websocket", web_address(settings));
        let heard = Arc::new(Heard::default());
        let (end, ended) = oneshot::channel();
        let (connected, all_in) = oneshot::channel();
        let (tally, counted) = (tally.clone(), heard.clone());
        let thread = std::thread::Builder::new().name("ears".into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build();
            let runtime = runtime.expect("a runtime without threads");
            runtime.block_on(tokio::task::LocalSet::new().run_until(async move {
                let sockets = connect_all(&url, tokens).await;
                let listening = sockets.map(|sockets| {
                    for socket in sockets {
                        tokio::task::spawn_local(listen(socket, tally.clone(), counted.clone()));
                    }
                });
                if connected.send(listening).is_ok() {
                    let _ = ended.await;
                }
            }));
        })?;
        let ears = Ears { heard, end: Some(end), thread: Some(thread) };
        all_in.await.context("the ears' thread has ended")??;
        Ok(ears)
    }
}

impl Drop for Ears {
    fn drop(&mut self) {
        drop(self.end.take());
        if let Some(thread) = self.thread.take() {
            let _ = thread.join();
        }
    }
}

async fn connect_all(url: &str, tokens: Vec<String>) -> Result<Vec<Socket>> {
    let places = Semaphore::new(CONNECTING_MAX);
    let connecting = tokens.into_iter().map(|token| async {
        let _place = places.acquire().await.expect("never closed");
        tokio::time::timeout(CONNECT_LIMIT, connect(url, token)).await.context("web does not answer")?
    });
    futures::future::try_join_all(connecting).await
}

async fn connect(url: &str, token: String) -> Result<Socket> {
    let (mut socket, _) = tokio_tungstenite::connect_async(url).await.with_context(|| {
        format!("web does not answer on {url}: check `port` under [web] (EXCHANGE__WEB__PORT)")
    })?;
    while let Some(message) = socket.next().await {
        let Message::Text(text) = message? else { continue };
        match text.as_bytes() {
            [b'0', ..] => socket.send(Message::text(format!(r#"40{{"token":"{token}"}}"#))).await?,
            [b'2', ..] => socket.send(Message::text("3")).await?,
            [b'4', b'0', ..] => return Ok(socket),
            [b'4', b'4', ..] => bail!("web refuses a connection: {text}"),
            _ => {}
        }
    }
    bail!("web has closed a connection")
}

async fn listen(mut socket: Socket, tally: Arc<Tally>, heard: Arc<Heard>) {
    while let Some(Ok(message)) = socket.next().await {
        let Message::Text(text) = message else { continue };
        match text.as_bytes() {
            // A connection that is lost ends the loop at its next message.
            [b'2', ..] => drop(socket.send(Message::text("3")).await),
            [b'4', b'2', event @ ..] => {
                heard.events.fetch_add(1, Ordering::Relaxed);
                if event.starts_with(b"[\"order\"") {
                    tally.heard(event);
                } else if event.starts_with(b"[\"resync\"") {
                    heard.resyncs.fetch_add(1, Ordering::Relaxed);
                }
            }
            _ => {}
        }
    }
    heard.lost.fetch_add(1, Ordering::Relaxed);
}
