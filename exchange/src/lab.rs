//! The failure lab of a demo: `up` tells web how the exchange is, breaks it where somebody asks for
//! that, and proves afterwards that nothing was lost. Only whoever may open the socket can ask, and
//! there is one only in demo mode.

mod faults;
mod messages;

use crate::audit;
use crate::databases::Databases;
use crate::home::Home;
use crate::status;
use anyhow::Result;
use chassis::settings::Settings;
use chrono::Utc;
use contracts::lab::{
    ANSWER_BYTES_MAX, Fault, FaultDone, REQUEST_BYTES_MAX, Request, Status, System, Verdict,
};
use contracts::refusal::Answer;
use contracts::{Code, Refusal, Timestamp};
use serde_json::value::{RawValue, to_raw_value};
use std::collections::VecDeque;
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{UnixListener, UnixStream};
use tokio::sync::Semaphore;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// However many look once a second, the exchange is asked no more often than about that.
const STATUS_KEPT: Duration = Duration::from_millis(900);
/// web waits for less than twice as long. Who is paused shall not hide the others.
const STATUS_PATIENCE: Duration = Duration::from_secs(1);
/// Until there is room to listen again.
const LISTEN_AGAIN: Duration = Duration::from_secs(1);
/// web's two workers ask for everybody.
const ASKING_MAX: usize = 16;
const ASKING_LIMIT: Duration = Duration::from_secs(5);
/// The last faults are told with the status.
const FAULTS_KEPT: usize = 50;
/// How long the audit waits for a quiet moment.
const AUDIT_WAIT: Duration = Duration::from_secs(20);

/// Open for as long as it lives.
pub struct Lab {
    socket: PathBuf,
    listening: JoinHandle<()>,
}

struct Desk {
    home: Home,
    settings: Settings,
    seen: tokio::sync::Mutex<Seen>,
    faults: Mutex<VecDeque<FaultDone>>,
    verdict: Mutex<Verdict>,
}

/// The last look, and what it was taken through.
#[derive(Default)]
struct Seen {
    databases: Option<Databases>,
    last: Option<(Instant, Timestamp, Status)>,
}

impl Lab {
    pub fn open(home: &Home, settings: &Settings) -> Result<Self> {
        let socket = home.lab();
        // Of a start that was killed; ours is the only one in this folder.
        let _ = std::fs::remove_file(&socket);
        let listener = UnixListener::bind(&socket)?;
        std::fs::set_permissions(&socket, std::fs::Permissions::from_mode(0o600))?;
        let desk = Arc::new(Desk {
            home: home.clone(),
            settings: settings.clone(),
            seen: tokio::sync::Mutex::default(),
            faults: Mutex::default(),
            verdict: Mutex::new(Verdict::None {}),
        });
        Ok(Lab { socket, listening: tokio::spawn(listen(listener, desk)) })
    }
}

impl Drop for Lab {
    fn drop(&mut self) {
        self.listening.abort();
        let _ = std::fs::remove_file(&self.socket);
    }
}

async fn listen(listener: UnixListener, desk: Arc<Desk>) {
    let places = Arc::new(Semaphore::new(ASKING_MAX));
    loop {
        let Ok(place) = places.clone().acquire_owned().await else { return };
        let Ok((stream, _)) = listener.accept().await else {
            tokio::time::sleep(LISTEN_AGAIN).await;
            continue;
        };
        let desk = desk.clone();
        tokio::spawn(async move {
            if let Ok(Err(error)) = tokio::time::timeout(ASKING_LIMIT, converse(stream, &desk)).await {
                tracing::debug!(%error, "somebody left the lab");
            }
            drop(place);
        });
    }
}

async fn converse(mut stream: UnixStream, desk: &Arc<Desk>) -> std::io::Result<()> {
    let (reading, mut writing) = stream.split();
    let mut line = String::new();
    BufReader::new(reading).take(REQUEST_BYTES_MAX).read_line(&mut line).await?;
    let answer: Answer<Box<RawValue>> = match serde_json::from_str(&line) {
        Ok(request) => desk.answer(request).await.into(),
        Err(error) => Answer::Refused(Refusal::new(Code::Malformed, error.to_string())),
    };
    let mut text = serde_json::to_string(&answer).expect("our own answers are JSON");
    if text.len() as u64 >= ANSWER_BYTES_MAX {
        let refusal = Refusal::new(Code::Unavailable, "there is more to tell than fits");
        text = serde_json::to_string(&Answer::<()>::Refused(refusal)).expect("a refusal is JSON");
    }
    text.push('\n');
    writing.write_all(text.as_bytes()).await
}

impl Desk {
    async fn answer(self: &Arc<Self>, request: Request) -> Result<Box<RawValue>, Refusal> {
        let answer = match request {
            Request::Status {} => to_raw_value(&self.system().await?),
            Request::Fault(fault) => to_raw_value(&self.fault(fault.check()?).await?),
            Request::Audit {} => to_raw_value(&self.audit()),
        };
        Ok(answer.expect("our own answers are JSON"))
    }

    async fn system(&self) -> Result<System, Refusal> {
        let mut seen = self.seen.lock().await;
        let Seen { databases, last } = &mut *seen;
        if last.as_ref().is_none_or(|(begun, ..)| begun.elapsed() >= STATUS_KEPT) {
            let begun = Instant::now();
            let status = status::find(&self.settings, databases, STATUS_PATIENCE).await;
            *last = Some((begun, Utc::now(), status.map_err(unavailable)?));
        }
        let (_, at, status) = last.clone().expect("it was looked at");
        drop(seen);
        let faults = self.faults.lock().expect("no panic while held").iter().cloned().collect();
        let audit = self.verdict.lock().expect("no panic while held").clone();
        Ok(System { at, status, faults, audit })
    }

    async fn fault(&self, fault: Fault) -> Result<FaultDone, Refusal> {
        let at = Utc::now();
        let outcome = faults::make(fault, &self.home, &self.settings).await?;
        tracing::info!(?fault, "broken on purpose");
        let done = FaultDone { at, fault, outcome };
        let mut faults = self.faults.lock().expect("no panic while held");
        faults.truncate(FAULTS_KEPT - 1);
        faults.push_front(done.clone());
        Ok(done)
    }

    /// Begins one, unless one is running.
    fn audit(self: &Arc<Self>) -> Verdict {
        let mut verdict = self.verdict.lock().expect("no panic while held");
        if !matches!(*verdict, Verdict::Running { .. }) {
            *verdict = Verdict::Running { since: Utc::now() };
            let desk = self.clone();
            tokio::spawn(async move {
                let found = desk.look().await;
                let at = Utc::now();
                *desk.verdict.lock().expect("no panic while held") = match found {
                    Ok(findings) => Verdict::Done { at, findings },
                    Err(error) => Verdict::Failed { at, message: format!("{error:#}") },
                };
            });
        }
        verdict.clone()
    }

    async fn look(&self) -> Result<Vec<String>> {
        let databases = Databases::open(&self.settings).await?;
        audit::findings(&self.settings, &databases, AUDIT_WAIT).await
    }
}

fn unavailable(error: anyhow::Error) -> Refusal {
    Refusal::new(Code::Unavailable, format!("{error:#}"))
}
