//! The failure lab of a demo: `up` tells web how the exchange is, breaks it where somebody asks for
//! that, and proves afterwards that nothing was lost. Only whoever may open the socket can ask, and
//! there is one only in demo mode.

mod faults;
mod messages;

use crate::audit;
use crate::databases::Databases;
use crate::home::Home;
use crate::status::Status;
use anyhow::Result;
use chassis::settings::Settings;
use chrono::{DateTime, Utc};
use contracts::lab::{ANSWER_BYTES_MAX, Fault, REQUEST_BYTES_MAX, Request};
use contracts::refusal::Answer;
use contracts::{Code, Refusal};
use serde::Serialize;
use serde_json::{Value, json};
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

/// However many look, the exchange is asked this often.
const STATUS_KEPT: Duration = Duration::from_secs(1);
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
    status: tokio::sync::Mutex<Option<(Instant, Value)>>,
    faults: Mutex<VecDeque<Done>>,
    verdict: Mutex<Verdict>,
}

/// A fault, and what came of it.
#[derive(Clone, Serialize)]
struct Done {
    at: DateTime<Utc>,
    #[serde(flatten)]
    fault: Fault,
    result: Value,
}

#[derive(Clone, Serialize)]
#[serde(tag = "state", rename_all = "snake_case")]
enum Verdict {
    /// Nobody has asked.
    None,
    Running {
        since: DateTime<Utc>,
    },
    /// What was found, a line each; nothing, if all is well.
    Done {
        at: DateTime<Utc>,
        findings: Vec<String>,
    },
    Failed {
        at: DateTime<Utc>,
        message: String,
    },
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
            status: tokio::sync::Mutex::default(),
            faults: Mutex::default(),
            verdict: Mutex::new(Verdict::None),
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
            tokio::time::sleep(STATUS_KEPT).await;
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
    let answer: Answer<Value> = match serde_json::from_str(&line) {
        Ok(request) => desk.answer(request).await.into(),
        Err(error) => Answer::Refused(Refusal::new(Code::Malformed, error.to_string())),
    };
    let mut text = serde_json::to_string(&answer).expect("our own answers are JSON");
    if text.len() as u64 >= ANSWER_BYTES_MAX {
        let refusal = Refusal::new(Code::Unavailable, "there is more to tell than fits");
        text = serde_json::to_string(&Answer::<Value>::Refused(refusal)).expect("a refusal is JSON");
    }
    text.push('\n');
    writing.write_all(text.as_bytes()).await
}

impl Desk {
    async fn answer(self: &Arc<Self>, request: Request) -> Result<Value, Refusal> {
        match request {
            Request::Status {} => self.status().await,
            Request::Fault(fault) => self.fault(fault.check()?).await,
            Request::Audit {} => self.audit(),
        }
    }

    async fn status(&self) -> Result<Value, Refusal> {
        let mut kept = self.status.lock().await;
        let mut status = match kept.as_ref().filter(|(at, _)| at.elapsed() < STATUS_KEPT) {
            Some((_, status)) => status.clone(),
            None => {
                let status = Status::of(&self.settings).await.map_err(unavailable)?;
                let mut status = serde_json::to_value(status).expect("a status is JSON");
                status["at"] = json!(Utc::now());
                kept.insert((Instant::now(), status)).1.clone()
            }
        };
        drop(kept);
        status["faults"] = json!(*self.faults.lock().expect("no panic while held"));
        status["audit"] = json!(*self.verdict.lock().expect("no panic while held"));
        Ok(status)
    }

    async fn fault(&self, fault: Fault) -> Result<Value, Refusal> {
        let at = Utc::now();
        let result = faults::make(fault, &self.home, &self.settings).await?;
        tracing::info!(?fault, "broken on purpose");
        let done = Done { at, fault, result };
        let told = json!(done);
        let mut faults = self.faults.lock().expect("no panic while held");
        faults.truncate(FAULTS_KEPT - 1);
        faults.push_front(done);
        Ok(told)
    }

    /// Begins one, unless one is running.
    fn audit(self: &Arc<Self>) -> Result<Value, Refusal> {
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
        Ok(json!(*verdict))
    }

    async fn look(&self) -> Result<Vec<String>> {
        let databases = Databases::open(&self.settings).await?;
        audit::findings(&self.settings, &databases, AUDIT_WAIT).await
    }
}

fn unavailable(error: anyhow::Error) -> Refusal {
    Refusal::new(Code::Unavailable, format!("{error:#}"))
}
