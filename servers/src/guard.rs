//! Ties a server's life to ours, even if we are killed with `kill -9`.
//!
//! Each server is the child of a small shell (`guard.sh`) that holds the reading end of a
//! pipe; we hold the only writing end. When we end, for whatever reason, the kernel closes
//! the pipe and the guard ends the server. This needs no signal handler and no thread of
//! ours, and it works where `prctl(PR_SET_PDEATHSIG)` does not (macOS, a change of user, a
//! thread that started the server and is gone).
//!
//! Nothing here belongs to an async runtime, so that tests, each with a runtime of its own,
//! can share one server.

use std::fs::File;
use std::io::{BufRead, BufReader};
use std::os::unix::process::CommandExt;
use std::path::Path;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use crate::processes;

/// How often a waiting caller looks again: short beside the second that a server takes.
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(20);

/// Killed processes are gone in milliseconds; a full disk queue may take a few seconds.
const KILL_LIMIT: Duration = Duration::from_secs(15);

/// What the guard does to the server when we are gone.
#[derive(Clone, Copy)]
pub(crate) struct Farewell {
    pub signal: Signal,
    /// After this comes `SIGKILL`.
    pub grace: Duration,
}

/// One running server process under guard. Dropping it ends the server, in its own time.
pub(crate) struct Guarded {
    // Its standard input is the lifeline.
    guard: Child,
    server: u32,
}

impl Guarded {
    /// Starts a program whose output goes to `log`; `prepare` sets environment and user.
    pub fn start(
        program: &Path,
        arguments: &[String],
        farewell: Farewell,
        log: &File,
        prepare: impl FnOnce(&mut Command),
    ) -> Result<Self> {
        let mut command = Command::new("/bin/sh");
        command
            .args(["-c", include_str!("guard.sh"), "guard"])
            .arg(farewell.signal.as_str().trim_start_matches("SIG"))
            .arg(farewell.grace.as_secs().to_string())
            .arg(program)
            .args(arguments)
            // Our own folder may be one that the server's user cannot enter.
            .current_dir("/")
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(log.try_clone().context("the server's log cannot be shared with it")?)
            // Ctrl-C in the terminal is for us; we end the servers last.
            .process_group(0);
        prepare(&mut command);
        let mut guard = command
            .spawn()
            .with_context(|| format!("/bin/sh cannot be started to run {}", program.display()))?;

        let mut line = String::new();
        let told = BufReader::new(guard.stdout.take().expect("was piped")).read_line(&mut line);
        match (told, line.trim().parse()) {
            (Ok(_), Ok(server)) => Ok(Self { guard, server }),
            _ => bail!("{} could not be started under guard", program.display()),
        }
    }

    pub fn server(&self) -> u32 {
        self.server
    }

    pub fn guard(&self) -> u32 {
        self.guard.id()
    }

    /// How the server ended, if it did.
    pub fn ended(&mut self) -> Option<ExitStatus> {
        self.guard.try_wait().ok().flatten()
    }

    /// Waits for the end, at most so long. True if it ended.
    pub async fn ends_within(&mut self, limit: Duration) -> bool {
        let deadline = Instant::now() + limit;
        while self.ended().is_none() {
            if Instant::now() > deadline {
                return false;
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        true
    }

    /// To the server alone. The guard waits for it, so its id cannot belong to another.
    pub fn signal(&mut self, signal: Signal) {
        if self.ended().is_none() {
            processes::signal(self.server, signal);
        }
    }

    /// Stops the server and its children in their tracks, as a hung machine would.
    pub fn pause(&mut self) {
        if self.ended().is_none() {
            for pid in processes::standing_tree(self.server) {
                processes::signal(pid, Signal::SIGSTOP);
            }
        }
    }

    pub fn resume(&mut self) {
        if self.ended().is_none() {
            for pid in processes::tree(self.server).into_iter().rev() {
                processes::signal(pid, Signal::SIGCONT);
            }
        }
    }

    /// `kill -9` for the server and all its children, and waits until they are gone.
    pub async fn kill(&mut self) -> Result<()> {
        if self.ended().is_some() {
            return Ok(());
        }
        let tree = processes::standing_tree(self.server);
        for pid in &tree {
            processes::signal(*pid, Signal::SIGKILL);
        }
        let deadline = Instant::now() + KILL_LIMIT;
        while self.ended().is_none() || tree.iter().any(|pid| processes::is_alive(*pid)) {
            if Instant::now() > deadline {
                bail!("PID {} did not end within {KILL_LIMIT:?} of kill -9", self.server);
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        Ok(())
    }

    /// Sends each signal and gives it its time; what still runs then is killed.
    pub async fn stop(&mut self, requests: &[(Signal, Duration)]) -> Result<()> {
        self.resume();
        for (signal, limit) in requests {
            self.signal(*signal);
            if self.ends_within(*limit).await {
                return Ok(());
            }
        }
        self.kill().await
    }
}
