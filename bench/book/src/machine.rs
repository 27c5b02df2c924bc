//! Where, and with what, it was measured.

use serde::Serialize;
use std::process::Command;

#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    pub cpu: String,
    pub cores: usize,
    /// The core that everything ran on, if the system allowed to choose.
    pub pinned_to: Option<usize>,
    /// Of the project; with a + if something that is measured here was changed since.
    pub commit: String,
}

impl Machine {
    /// From here on this thread runs on one core.
    pub fn pinned() -> Self {
        // Before pinning: afterwards there is only one.
        let cores = std::thread::available_parallelism().map_or(1, usize::from);
        Machine { cpu: cpu(), cores, pinned_to: pin(), commit: commit() }
    }
}

fn cpu() -> String {
    let known = std::fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let model = known.lines().find(|line| line.starts_with("model name"));
    let name = model.and_then(|line| line.split_once(':')).map(|(_, name)| name.trim().to_owned());
    name.unwrap_or_else(|| format!("unknown {}", std::env::consts::ARCH))
}

/// To the last core there is: the first serves most interrupts.
#[cfg(target_os = "linux")]
fn pin() -> Option<usize> {
    let size = size_of::<libc::cpu_set_t>();
    // SAFETY: an all-zero cpu_set_t is an empty set; the kernel writes and reads as many bytes as it has.
    unsafe {
        let mut allowed: libc::cpu_set_t = std::mem::zeroed();
        if libc::sched_getaffinity(0, size, &raw mut allowed) != 0 {
            return None;
        }
        let last = (0..libc::CPU_SETSIZE as usize).rev().find(|core| libc::CPU_ISSET(*core, &allowed))?;
        let mut one: libc::cpu_set_t = std::mem::zeroed();
        libc::CPU_SET(last, &mut one);
        (libc::sched_setaffinity(0, size, &raw const one) == 0).then_some(last)
    }
}

#[cfg(not(target_os = "linux"))]
fn pin() -> Option<usize> {
    None
}

fn commit() -> String {
    let root = concat!(env!("CARGO_MANIFEST_DIR"), "/../..");
    let git = |arguments: &[&str]| {
        let output = Command::new("git").current_dir(root).args(arguments).output().ok()?;
        output.status.success().then(|| String::from_utf8_lossy(&output.stdout).trim().to_owned())
    };
    let Some(commit) = git(&["rev-parse", "--short", "HEAD"]) else { return "unknown".to_owned() };
    match git(&["status", "--porcelain", "--", "matching", "contracts", "bench/book"]) {
        Some(changes) if changes.is_empty() => commit,
        Some(_) | None => commit + "+",
    }
}
