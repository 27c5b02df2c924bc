//! Orders over REST, as `docs/rest.md` has it: a pool of kept-alive connections. A request waits for
//! a free connection if it must; its latency counts from its due time all the same.

use crate::amqp::Held;
use crate::bodies::{Bodies, field};
use crate::bots;
use crate::plan::{ALONE, Kind, Message};
use crate::tally::Tally;
use crate::{clock, ears};
use anyhow::{Context, Result, bail};
use chassis::settings::Settings;
use http_body_util::{BodyExt, Full};
use hyper::body::Bytes;
use hyper::client::conn::http1::{self, SendRequest};
use hyper::{Method, Request, StatusCode, header};
use hyper_util::rt::TokioIo;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread::JoinHandle;
use std::time::{Duration, Instant};
use tokio::net::TcpStream;
use tokio::sync::{Mutex, mpsc};

/// As many as are answered within 50 ms at 4,000 a second, and more than a browser's people need.
const CONNECTIONS: usize = 200;
/// A 503 means unknown: asked again, with the same id.
const ATTEMPTS_MAX: u32 = 10;
const ASK_AGAIN: Duration = Duration::from_millis(500);
/// Nobody cancels an order before he knows of it, or expects something of it.
const KNOWN_LIMIT: Duration = Duration::from_secs(20);

pub struct Sending {
    stop: Arc<AtomicBool>,
    sender: JoinHandle<Result<()>>,
    requests: JoinHandle<Result<()>>,
}

impl Sending {
    pub fn begin(settings: &Settings, tally: &Arc<Tally>, at: Instant) -> Result<Self> {
        let tokens =
            (0..tally.plan.users).map(|user| ears::token(settings, user)).collect::<Result<Vec<_>>>()?;
        let address = ears::web_address(settings);
        let stop = Arc::new(AtomicBool::new(false));
        let (due, dues) = mpsc::unbounded_channel();
        let (dues, bodies) = (Mutex::new(dues), Bodies::beginning_now(tally.ids));
        let shared = Arc::new(Shared { tally: tally.clone(), tokens, address, dues, bodies });
        let requests = std::thread::Builder::new().name("requests".into()).spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build()?;
            runtime.block_on(async {
                let workers = (0..CONNECTIONS).map(|_| work(shared.clone()));
                futures::future::try_join_all(workers).await.map(drop)
            })
        })?;
        tally.begin(at);
        let (tally, stopped) = (tally.clone(), stop.clone());
        let sender = std::thread::Builder::new().name("orders".into()).spawn(move || {
            std::thread::sleep(at.saturating_duration_since(Instant::now()));
            let send = |number| due.send(number).context("all connections have failed");
            clock::keep(&tally, &stopped, send, || Ok(()))
        })?;
        Ok(Sending { stop, sender, requests })
    }

    pub fn is_over(&self) -> bool {
        self.sender.is_finished()
    }

    pub fn finish(self) -> Result<Held> {
        self.stop.store(true, Ordering::Relaxed);
        self.sender.join().expect("the sender does not panic")?;
        self.requests.join().expect("the requests do not panic")?;
        Ok(Held::default())
    }
}

struct Shared {
    tally: Arc<Tally>,
    tokens: Vec<String>,
    address: String,
    dues: Mutex<mpsc::UnboundedReceiver<u32>>,
    bodies: Bodies,
}

impl Shared {
    async fn connect(&self) -> Result<SendRequest<Full<Bytes>>> {
        let stream = TcpStream::connect(&self.address).await.context("web does not answer")?;
        stream.set_nodelay(true)?;
        let (sender, connection) = http1::handshake(TokioIo::new(stream)).await?;
        tokio::spawn(connection);
        Ok(sender)
    }

    fn request(&self, number: u32, body: &mut Vec<u8>) -> Result<Request<Full<Bytes>>> {
        let Tally { plan, due, ids, .. } = &*self.tally;
        let message = &plan.messages[number as usize];
        let target = || {
            let target = ids.order_id(message.target, due[message.target as usize]);
            format!("/api/v1/orders/{target}")
        };
        body.clear();
        let (method, path) = match message.kind {
            Kind::Cancel => (Method::DELETE, target()),
            Kind::CancelAll => {
                let Message { symbol, side, .. } = *message;
                (Method::DELETE, format!("/api/v1/orders?symbol={}&side={side}", bots::symbol(symbol)))
            }
            kind => {
                self.bodies.rest(body, message, number, due[number as usize]);
                match kind {
                    Kind::Amend => (Method::PATCH, target()),
                    Kind::Replace => (Method::POST, format!("{}/replace", target())),
                    _ => (Method::POST, "/api/v1/orders".to_owned()),
                }
            }
        };
        let request = Request::builder()
            .method(method)
            .uri(path)
            .header(header::HOST, &self.address)
            .header(header::AUTHORIZATION, format!("Bearer {}", self.tokens[message.user as usize]))
            .header(header::CONTENT_TYPE, "application/json");
        Ok(request.body(Full::new(Bytes::copy_from_slice(body)))?)
    }
}

/// One connection, and a new one when it is lost, until there are no more messages.
async fn work(shared: Arc<Shared>) -> Result<()> {
    let (mut connection, mut body) = (shared.connect().await?, Vec::new());
    loop {
        let next = shared.dues.lock().await.recv().await;
        let Some(number) = next else { return Ok(()) };
        wait_until_known(&shared.tally, number).await;
        for attempt in 1.. {
            match ask(&shared, &mut connection, number, &mut body).await {
                Ok(()) => break,
                Err(error) if attempt == ATTEMPTS_MAX => return Err(error),
                Err(_) => {
                    tokio::time::sleep(ASK_AGAIN).await;
                    if connection.is_closed() {
                        connection = shared.connect().await?;
                    }
                }
            }
        }
    }
}

async fn wait_until_known(tally: &Tally, number: u32) {
    let target = tally.plan.messages[number as usize].target;
    let begun = Instant::now();
    while target != ALONE && !tally.is_known(target) && begun.elapsed() < KNOWN_LIMIT {
        tokio::time::sleep(Duration::from_millis(1)).await;
    }
}

/// Fails when the outcome is unknown.
async fn ask(
    shared: &Shared,
    connection: &mut SendRequest<Full<Bytes>>,
    number: u32,
    body: &mut Vec<u8>,
) -> Result<()> {
    connection.ready().await?;
    let response = connection.send_request(shared.request(number, body)?).await?;
    let status = response.status();
    let text = response.into_body().collect().await?.to_bytes();
    if status == StatusCode::SERVICE_UNAVAILABLE {
        bail!("web answers 503 again and again: {}", String::from_utf8_lossy(&text));
    }
    let code = field(&text, "\"code\":").filter(|_| !status.is_success()).map(String::from_utf8_lossy);
    let is_well = status == StatusCode::CREATED || status == StatusCode::ACCEPTED;
    let code = code.as_deref().or((!is_well).then_some("without a code"));
    shared.tally.answered(number, status.as_str(), code);
    Ok(())
}
