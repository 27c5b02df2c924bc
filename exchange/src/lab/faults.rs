//! How each fault is made.

use super::messages;
use super::unavailable;
use crate::home::Home;
use crate::processes::Processes;
use chassis::settings::Settings;
use contracts::lab::{Fault, Outcome, Process};
use contracts::{Code, Refusal};
use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;
use std::time::Duration;

/// Whoever asked for its own end hears first that it comes.
const FAREWELL: Duration = Duration::from_millis(300);

/// Answers what was done.
pub async fn make(fault: Fault, home: &Home, settings: &Settings) -> Result<Outcome, Refusal> {
    match fault {
        Fault::Kill { process } => {
            let pid = pid_of(process, home)?;
            tokio::spawn(async move {
                tokio::time::sleep(farewell(process)).await;
                signal(pid, Signal::SIGKILL);
            });
            Ok(Outcome::Signaled { pid: pid.as_raw().cast_unsigned() })
        }
        Fault::Pause { process, seconds } => {
            let pid = pid_of(process, home)?;
            tokio::spawn(async move {
                tokio::time::sleep(farewell(process)).await;
                signal(pid, Signal::SIGSTOP);
                tokio::time::sleep(Duration::from_secs(seconds.into())).await;
                signal(pid, Signal::SIGCONT);
            });
            Ok(Outcome::Signaled { pid: pid.as_raw().cast_unsigned() })
        }
        Fault::Malformed {} => messages::malformed(settings).await.map_err(unavailable),
        Fault::Duplicate {} => messages::duplicate(settings).await.map_err(unavailable),
    }
}

fn pid_of(process: Process, home: &Home) -> Result<Pid, Refusal> {
    let pid = Processes::read(home).alive(process.as_str());
    let pid = pid.and_then(|pid| i32::try_from(pid).ok()).map(Pid::from_raw);
    pid.ok_or_else(|| {
        let rule = format!("{process} does not run at this moment, or was not started by this exchange");
        Refusal::of_field(Code::NotFound, "process", rule)
    })
}

fn farewell(process: Process) -> Duration {
    if process == Process::Web { FAREWELL } else { Duration::ZERO }
}

fn signal(pid: Pid, signal: Signal) {
    if let Err(error) = kill(pid, signal) {
        tracing::warn!(%pid, %signal, %error, "could not be signaled");
    }
}
