//! The gateway: REST, Socket.IO, WebSocket and the UI's files on one port. It has no database and no rules: it
//! translates.
//!
//! Hears      StockDataEvent, MatchingEvent (public); OrderingEvent, PortfolioEvent (private);
//!            SessionsEvent
//! Asks       accounts, stock-data, ordering, portfolio; Depths of matching; orders for its users; what
//!            partitions remember of an order
//! Answers    `/api/v1`, `/api/openapi.json`, `/api/docs`, `/socket.io/`, `/ws`, `/health/live`, `/health/ready`, `/metrics`
//! Pushes     prices, depth, trade, phase, candles, statistics, heartbeat (public rooms); order, fill,
//!            portfolio, resync (private); serverShutdown
//! Promises   stateless: any instance answers like any other; no answer means unknown, and comes
//!            within two seconds; who does not answer is left alone, and what is shown in his
//!            place says that it is old; private news reach their owner only, while his session lasts; a snapshot, then every change
//!            after it; a client that does not read is dropped, and nobody else notices.

pub mod address;
pub mod api_keys;
pub mod asking;
pub mod audit;
pub mod client;
pub mod closing;
pub mod downstream;
pub mod ended;
pub mod freshness;
pub mod head;
pub mod journey;
pub mod lab;
pub mod limits;
pub mod market;
pub mod openapi;
pub mod origin;
pub mod pace;
pub mod payments;
pub mod plain;
pub mod problem;
pub mod push;
pub mod rest;
pub mod server;
pub mod session;
pub mod socket;
pub mod strict;
pub mod traces;
pub mod ui;

use actix_web::web::Data;
use asking::Services;
use chassis::ask::Asker;
use chassis::hear::{Heard, Hearing};
use chassis::settings::Settings;
use contracts::topology;
use downstream::{Downstream, reads::Reads};
use market::Market;
use push::{Command, Hub};
use std::net::{SocketAddr, TcpListener};
use std::sync::{Arc, RwLock};
use std::time::Duration;
use tokio::sync::{mpsc, oneshot};

/// Commands of clients that the hub has not come to. A hub that is a second behind says no.
const COMMANDS_WAITING_MAX: usize = 16_384;
/// For the last words to sockets.
const FAREWELL: Duration = Duration::from_secs(2);

/// Runs until somebody wants it to end.
pub async fn run(settings: Settings) -> anyhow::Result<()> {
    let listener = server::listen(&settings.web.address, settings.web.port)?;
    let asker = Asker::connect(&settings, topology::WEB).await?;
    let heard = Hearing::start(&settings, topology::WEB, push::streams(settings.partitions))?;
    let web = Web::start(&settings, listener, Arc::new(asker), heard)?;
    let clerk = payments::Payments { services: web.services.clone(), partitions: settings.partitions };
    let desk = chassis::desk::open(&settings, topology::WEB, topology::PAYMENTS_QUEUE, Arc::new(clerk))?;
    tracing::info!(address = %web.address, "listening");
    chassis::shutdown::requested().await;
    tracing::info!("stopping");
    desk.abort();
    web.stop().await
}

/// The gateway at work; for `run`, and for tests that answer in the services' place.
pub struct Web {
    pub address: SocketAddr,
    /// Behind their circuits.
    pub services: Arc<dyn Services>,
    io: socketioxide::SocketIo,
    commands: client::Commands,
    hub: tokio::task::JoinHandle<()>,
    following: tokio::task::JoinHandle<()>,
    server: actix_web::dev::ServerHandle,
    thread: std::thread::JoinHandle<()>,
}

impl Web {
    /// Starts on the current runtime, which must have several threads.
    pub fn start(
        settings: &Settings,
        listener: TcpListener,
        services: Arc<dyn Services>,
        heard: mpsc::Receiver<Heard>,
    ) -> anyhow::Result<Self> {
        let partitions = settings.partitions;
        let market = Arc::new(RwLock::new(Market::new(partitions)));
        let downstream = Downstream::new(services);
        let (in_background, services): (Arc<dyn Services>, Arc<dyn Services>) =
            (Arc::new(downstream.in_background()), Arc::new(downstream));
        let ended = ended::Ended::default();
        let following = ended.follow(in_background.clone());
        let sessions = session::Sessions::new(settings, ended.clone(), services.clone())?;
        let (commands, obeyed) = mpsc::channel(COMMANDS_WAITING_MAX);
        let (transport, io) = socket::build(sessions.clone(), commands.clone());
        let door = plain::Door::new(commands.clone());
        let now = chrono::Utc::now();
        let own = journey::own::Own::new(settings.limits.logbook_bytes, now);
        let (hub, answers) = Hub::new(market.clone(), partitions, in_background, ended, now);
        let hub = tokio::spawn(hub.remembering(own.clone()).run(answers, heard, obeyed));
        let journeys = rest::journeys::Journeys::new(own);
        let lab = settings.demo.then(|| lab::Lab::in_folder(&settings.directory));
        let address = listener.local_addr()?;
        let reads = Reads::new(services.clone());
        let site = server::Site {
            gateway: Data::new(rest::Gateway {
                services: services.clone(),
                reads,
                market,
                partitions,
                terms: rest::Terms::from(settings),
                journeys,
                lab,
            }),
            sessions: Data::new(sessions),
            origins: Data::new(origin::AllowedOrigins(settings.web.allowed_origins.clone())),
            transport: Data::new(transport),
            door: Data::new(door),
            ui: Data::new(ui::Ui::new(&settings.web.ui)),
            proxies: Data::new(address::Proxies(settings.web.trusted_proxies.clone())),
            limits: Data::new(limits::Limits::new(&settings.limits)),
            audit: Data::new(audit::Audit::default()),
            https: settings.web.secure_cookie,
        };
        server::begin_to_measure();
        let (server, thread) = server::start(site, listener)?;
        Ok(Web { address, services, io, commands, hub, following, server, thread })
    }

    /// Says goodbye to sockets, finishes the requests under way, and ends.
    pub async fn stop(self) -> anyhow::Result<()> {
        let (said, heard) = oneshot::channel();
        let goodbye = async {
            if self.commands.send(Command::Farewell { said }).await.is_ok() {
                let _ = heard.await;
            }
            self.io.close().await;
        };
        let _ = tokio::time::timeout(FAREWELL, goodbye).await;
        self.hub.abort();
        self.following.abort();
        self.server.stop(true).await;
        tokio::task::spawn_blocking(move || self.thread.join())
            .await?
            .map_err(|_| anyhow::anyhow!("the web server panicked"))
    }
}
