//! The private servers: started before everything else, started again when they die, stopped last.

use crate::console::Console;
use crate::home::Home;
use crate::processes::Note;
use crate::provision::broker;
use crate::runtime::{DISTRIBUTION, EPMD, Ports};
use crate::supervise::{Restarts, Wish, wished};
use anyhow::{Context, Result};
use chassis::settings::Settings;
use servers::{Postgres, PostgresSettings, Programs, RabbitMq, RabbitPorts, RabbitSettings};
use std::fs::File;
use std::future::Future;
use std::time::Duration;
use tokio::sync::watch;
use tokio::time::Instant;

pub const POSTGRES: &str = "postgres";
pub const RABBITMQ: &str = "rabbitmq";

/// How soon a death is noticed.
const LOOK_AGAIN: Duration = Duration::from_millis(200);

/// Starts the private PostgreSQL on the ports and with the secrets of the settings.
pub async fn postgres(home: &Home, settings: &Settings, programs: &Programs) -> Result<Postgres> {
    let password = settings.secrets.database.get("admin").context("secrets.database.admin is missing")?;
    let with = PostgresSettings::new(password.reveal());
    Postgres::start(programs.postgres.clone(), &home.postgres(), settings.database.port, with).await
}

/// Starts the private RabbitMQ; it loads the definitions that lie beside it.
pub async fn rabbitmq(
    home: &Home,
    settings: &Settings,
    programs: &Programs,
    ports: &Ports,
) -> Result<RabbitMq> {
    let ports = RabbitPorts {
        amqp: settings.broker.port,
        management: settings.broker.management_port,
        distribution: ports.of(DISTRIBUTION),
        epmd: ports.of(EPMD),
        prometheus: None,
    };
    let with = RabbitSettings::new(home.definitions());
    RabbitMq::start(programs.rabbitmq.clone(), &home.rabbitmq(), ports, with).await
}

/// Longer than a guard gives its server.
const GONE_LIMIT: Duration = Duration::from_secs(35);

/// Waits for servers whose start was broken off: their guards are ending them. Each holds the lock
/// on its log for as long as it lives.
pub async fn gone(home: &Home) {
    let deadline = Instant::now() + GONE_LIMIT;
    for folder in [home.postgres(), home.rabbitmq()] {
        let Ok(log) = File::open(folder.join("server.log")) else { continue };
        while log.try_lock().is_err() && Instant::now() < deadline {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
    }
}

/// What both servers can do, as far as keeping them is concerned.
trait Server: Send + 'static {
    fn has_ended(&mut self) -> bool;
    fn pid(&self) -> Option<u32>;
    fn start_again(&mut self) -> impl Future<Output = Result<()>> + Send;
    fn stop(&mut self) -> impl Future<Output = Result<()>> + Send;
}

impl Server for Postgres {
    fn has_ended(&mut self) -> bool {
        Postgres::has_ended(self)
    }

    fn pid(&self) -> Option<u32> {
        Postgres::pid(self)
    }

    async fn start_again(&mut self) -> Result<()> {
        Postgres::start_again(self).await
    }

    async fn stop(&mut self) -> Result<()> {
        Postgres::stop(self).await
    }
}

/// With the settings that say which queues it must have: one that was killed may have lost some.
struct Broker(RabbitMq, Settings);

impl Server for Broker {
    fn has_ended(&mut self) -> bool {
        self.0.has_ended()
    }

    fn pid(&self) -> Option<u32> {
        self.0.pid()
    }

    async fn start_again(&mut self) -> Result<()> {
        self.0.start_again().await?;
        broker::all_running_on(&self.0, &self.1).await
    }

    async fn stop(&mut self) -> Result<()> {
        self.0.stop().await
    }
}

/// A server that is kept running until it is wished to stop.
pub struct Kept {
    wishes: watch::Sender<Wish>,
    ended: watch::Receiver<bool>,
}

pub fn keep_postgres(server: Postgres, console: Console, note: Note) -> Kept {
    keep(POSTGRES, server, console, note)
}

pub fn keep_rabbitmq(server: RabbitMq, settings: Settings, console: Console, note: Note) -> Kept {
    keep(RABBITMQ, Broker(server, settings), console, note)
}

fn keep(name: &'static str, mut server: impl Server, console: Console, note: Note) -> Kept {
    let (wishes, mut wished_now) = watch::channel(Wish::Run);
    note.set(name, server.pid());
    let (ending, ended) = watch::channel(false);
    tokio::spawn(async move {
        let mut until_stop = wished_now.clone();
        tokio::select! {
            () = run(name, &mut server, &console, &note) => {}
            () = wished(&mut until_stop, Wish::Stop) => {}
        }
        tokio::select! {
            stopped = server.stop() => {
                if let Err(error) = stopped {
                    console.say(&format!("{name} did not stop in order: {error:#}"));
                }
                note.set(name, None);
            }
            // Its guard ends it as soon as it is dropped.
            () = wished(&mut wished_now, Wish::Hurry) => {}
        }
        ending.send_replace(true);
    });
    Kept { wishes, ended }
}

/// Never ends by itself.
async fn run(name: &str, server: &mut impl Server, console: &Console, note: &Note) {
    let (mut restarts, mut started) = (Restarts::new(), Instant::now());
    loop {
        while !server.has_ended() {
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        let wait = restarts.ended(started.elapsed());
        console.say(&format!("{name} has ended; starting it again"));
        tokio::time::sleep(wait).await;
        started = Instant::now();
        match server.start_again().await {
            Ok(()) => console.say(&format!("{name} is running again")),
            Err(error) => console.say(&format!("{name} could not be started again: {error:#}")),
        }
        note.set(name, server.pid());
    }
}

impl Kept {
    pub fn wish(&self, wish: Wish) {
        self.wishes.send_replace(wish);
    }

    /// After a wish to stop.
    pub async fn has_ended(&self) {
        let _ = self.ended.clone().wait_for(|ended| *ended).await;
    }
}
