//! The six processes, the price feeds and the market makers, as children: their lines told and kept, one that dies started again, all
//! ended in order. A child whose parent is gone ends by itself: its standard input closes.

use crate::console::Console;
use crate::home::Home;
use crate::logs::Log;
use crate::processes::Note;
use crate::supervise::{Restarts, Wish, wished};
use anyhow::{Context, Result};
use contracts::topology;
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::path::{Path, PathBuf};
use std::process::{ExitStatus, Stdio};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::{Child, Command};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::Instant;

/// Downstream first: who starts finds listeners. They stop the other way round, so that what is
/// under way can arrive.
pub const NAMES: [&str; 6] = [
    topology::ACCOUNTS,
    topology::STOCK_DATA,
    topology::MATCHING,
    topology::PORTFOLIO,
    topology::ORDERING,
    topology::WEB,
];

/// Trades with the six; the exchange is one without it.
pub const BOTS: &str = topology::BOTS;
/// Tells the six what other markets pay, if they are to follow any.
pub const FEEDS: &str = topology::FEEDS;

/// A step and its confirmations take less by far.
const STOP_LIMIT: Duration = Duration::from_secs(10);
/// A longer line is cut into several.
const LINE_BYTES_MAX: u64 = 16 * 1024;
/// What a dying process still says is heard this long.
const LAST_WORDS_LIMIT: Duration = Duration::from_secs(1);

/// How a child is doing.
#[derive(Clone, Debug, Default)]
pub struct State {
    pub pid: Option<u32>,
    pub deaths: u32,
    /// The last line that it said.
    pub last_line: String,
}

pub struct Supervised {
    pub name: &'static str,
    state: Arc<Mutex<State>>,
    wishes: watch::Sender<Wish>,
    ended: watch::Receiver<bool>,
}

/// What every child needs to know.
#[derive(Clone)]
pub struct Nursery {
    pub home: Home,
    /// Where `exchange.toml` is.
    pub folder: PathBuf,
    pub console: Console,
    pub note: Note,
}

impl Nursery {
    pub fn start(&self, name: &'static str) -> Result<Supervised> {
        let log = Log::open(&self.home.logs(), name).with_context(|| {
            format!("The log of {name} cannot be written in {}", self.home.logs().display())
        })?;
        let program = std::env::current_exe().context("The path of this program is unknown")?;
        let (wishes, wished) = watch::channel(Wish::Run);
        let state = Arc::new(Mutex::new(State::default()));
        let ear =
            Ear { name, console: self.console.clone(), log: Arc::new(Mutex::new(log)), state: state.clone() };
        let (ending, ended) = watch::channel(false);
        let keep = self.clone().keep(name, program, ear, wished);
        tokio::spawn(async move {
            keep.await;
            ending.send_replace(true);
        });
        Ok(Supervised { name, state, wishes, ended })
    }

    async fn keep(self, name: &'static str, program: PathBuf, ear: Ear, mut wishes: watch::Receiver<Wish>) {
        let mut restarts = Restarts::new();
        while *wishes.borrow() == Wish::Run {
            let started = Instant::now();
            let ended = match self.spawn(name, &program) {
                Ok(child) => self.attend(child, &ear, &mut wishes).await,
                Err(error) => format!("could not be started: {error}"),
            };
            if *wishes.borrow() != Wish::Run {
                break;
            }
            ear.state().deaths += 1;
            let wait = restarts.ended(started.elapsed());
            self.console.say(&format!("{name} {ended}; starting it again in {} ms", wait.as_millis()));
            tokio::select! {
                () = tokio::time::sleep(wait) => {}
                () = wished(&mut wishes, Wish::Stop) => {}
            }
        }
    }

    fn spawn(&self, name: &str, program: &Path) -> std::io::Result<Child> {
        Command::new(program)
            .args(["service", name, "--with-parent"])
            .env("EXCHANGE__DIRECTORY", self.home.path())
            .current_dir(&self.folder)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            // Ctrl-C in the terminal is for us; we end the children in their order.
            .process_group(0)
            .kill_on_drop(true)
            .spawn()
    }

    /// Until it has ended, by itself or because it was to. Answers how.
    async fn attend(&self, mut child: Child, ear: &Ear, wishes: &mut watch::Receiver<Wish>) -> String {
        // Held open as long as we live: its end tells the child that we are gone.
        let _lifeline = child.stdin.take();
        ear.state().pid = child.id();
        self.note.set(ear.name, child.id());
        let streams = [listen(child.stdout.take(), ear), listen(child.stderr.take(), ear)];
        let status = tokio::select! {
            status = child.wait() => status,
            () = wished(wishes, Wish::Stop) => self.stop(&mut child, ear.name, wishes).await,
        };
        ear.state().pid = None;
        self.note.set(ear.name, None);
        for stream in streams {
            // A grandchild may hold the pipe open.
            let _ = tokio::time::timeout(LAST_WORDS_LIMIT, stream).await;
        }
        status.map_or_else(|error| format!("was lost: {error}"), how)
    }

    async fn stop(
        &self,
        child: &mut Child,
        name: &str,
        wishes: &mut watch::Receiver<Wish>,
    ) -> std::io::Result<ExitStatus> {
        if let Some(pid) = child.id() {
            let _ = kill(Pid::from_raw(pid as i32), Signal::SIGTERM);
        }
        tokio::select! {
            status = child.wait() => return status,
            () = tokio::time::sleep(STOP_LIMIT) => {
                self.console.say(&format!("{name} did not end within {STOP_LIMIT:?}: killing it"));
            }
            () = wished(wishes, Wish::Hurry) => {}
        }
        child.kill().await?;
        child.wait().await
    }
}

fn how(status: ExitStatus) -> String {
    use std::os::unix::process::ExitStatusExt;
    match (status.signal(), status.code()) {
        (Some(signal), _) => {
            let name =
                Signal::try_from(signal).map_or_else(|_| signal.to_string(), |s| s.as_str().to_owned());
            format!("was ended by {name}")
        }
        (None, Some(code)) => format!("ended with code {code}"),
        (None, None) => "ended".to_owned(),
    }
}

impl Supervised {
    pub fn state(&self) -> State {
        self.state.lock().expect("no panic while held").clone()
    }

    pub fn wish(&self, wish: Wish) {
        self.wishes.send_replace(wish);
    }

    /// After a wish to stop.
    pub async fn has_ended(&self) {
        let _ = self.ended.clone().wait_for(|ended| *ended).await;
    }
}

/// Where a child's lines go.
#[derive(Clone)]
struct Ear {
    name: &'static str,
    console: Console,
    log: Arc<Mutex<Log>>,
    state: Arc<Mutex<State>>,
}

impl Ear {
    fn state(&self) -> std::sync::MutexGuard<'_, State> {
        self.state.lock().expect("no panic while held")
    }

    fn hear(&self, line: &str) {
        self.console.line(self.name, line);
        self.log.lock().expect("no panic while held").line(line);
        line.clone_into(&mut self.state().last_line);
    }
}

fn listen(stream: Option<impl AsyncRead + Unpin + Send + 'static>, ear: &Ear) -> JoinHandle<()> {
    let ear = ear.clone();
    tokio::spawn(async move {
        let Some(stream) = stream else { return };
        let mut stream = BufReader::new(stream);
        let mut line = Vec::new();
        while let Ok(1..) = (&mut stream).take(LINE_BYTES_MAX).read_until(b'\n', &mut line).await {
            ear.hear(String::from_utf8_lossy(&line).trim_end_matches(['\r', '\n']));
            line.clear();
        }
    })
}
