//! What the operating system knows about processes: who is whose child, and who is alive.

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use nix::sys::signal::{Signal, kill};
use nix::unistd::Pid;

/// Whether the process runs. One that ended but was not yet waited for does not count.
pub fn is_alive(pid: u32) -> bool {
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => state_and_parent(&stat).is_some_and(|(state, _)| state != 'Z' && state != 'X'),
        Err(_) if Path::new("/proc/self").exists() => false,
        Err(_) => kill(Pid::from_raw(pid as i32), None).is_ok(),
    }
}

/// Whether a signal has stopped the process, and none has continued it.
pub fn is_paused(pid: u32) -> bool {
    match std::fs::read_to_string(format!("/proc/{pid}/stat")) {
        Ok(stat) => state_and_parent(&stat).is_some_and(|(state, _)| state == 'T'),
        Err(_) => ps(pid, "stat").is_some_and(|state| state.starts_with('T')),
    }
}

/// The name of a running program, for messages.
pub fn name_of(pid: u32) -> Option<String> {
    if let Ok(name) = std::fs::read_to_string(format!("/proc/{pid}/comm")) {
        return Some(name.trim().to_owned());
    }
    ps(pid, "comm")
}

/// Where there is no `/proc`.
fn ps(pid: u32, column: &str) -> Option<String> {
    let output =
        Command::new("ps").args(["-o", &format!("{column}="), "-p", &pid.to_string()]).output().ok()?;
    let text = String::from_utf8_lossy(&output.stdout).trim().to_owned();
    (!text.is_empty()).then_some(text)
}

/// A process and all that descends from it, parents before children.
pub(crate) fn tree(root: u32) -> Vec<u32> {
    let parents = parents();
    let mut tree = vec![root];
    let mut next = 0;
    while next < tree.len() {
        let parent = tree[next];
        tree.extend(parents.iter().filter(|(_, of)| *of == parent).map(|(pid, _)| *pid));
        next += 1;
    }
    tree
}

/// Sends a signal; a process that is gone already is no error.
pub(crate) fn signal(pid: u32, signal: Signal) {
    if let Err(error) = kill(Pid::from_raw(pid as i32), signal) {
        tracing::debug!(pid, %signal, %error, "the signal reached nobody");
    }
}

/// A system call that is under way ends first.
const STANDING_LIMIT: Duration = Duration::from_secs(1);

/// A process that is stopped, and all that descend from it: it can neither see one of them stop nor
/// start another, who would be missed, and would hold its ports.
pub(crate) fn standing_tree(pid: u32) -> Vec<u32> {
    signal(pid, Signal::SIGSTOP);
    let deadline = Instant::now() + STANDING_LIMIT;
    while is_alive(pid) && !is_paused(pid) && Instant::now() < deadline {
        std::thread::sleep(Duration::from_millis(1));
    }
    tree(pid)
}

/// Every process with its parent.
fn parents() -> Vec<(u32, u32)> {
    let Ok(entries) = std::fs::read_dir("/proc") else {
        return parents_by_ps();
    };
    entries
        .flatten()
        .filter_map(|entry| {
            let pid = entry.file_name().to_str()?.parse().ok()?;
            let stat = std::fs::read_to_string(entry.path().join("stat")).ok()?;
            Some((pid, state_and_parent(&stat)?.1))
        })
        .collect()
}

/// Where there is no `/proc`.
fn parents_by_ps() -> Vec<(u32, u32)> {
    let Ok(output) = Command::new("ps").args(["-A", "-o", "pid=,ppid="]).output() else {
        return Vec::new();
    };
    String::from_utf8_lossy(&output.stdout)
        .lines()
        .filter_map(|line| {
            let mut words = line.split_whitespace();
            Some((words.next()?.parse().ok()?, words.next()?.parse().ok()?))
        })
        .collect()
}

/// `pid (name) state parent …`; the name may hold spaces and brackets.
fn state_and_parent(stat: &str) -> Option<(char, u32)> {
    let mut words = stat[stat.rfind(')')? + 1..].split_whitespace();
    Some((words.next()?.chars().next()?, words.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_process_name_may_hold_spaces_and_brackets() {
        assert_eq!(state_and_parent("17 (a (b) c) S 4 17 17"), Some(('S', 4)));
    }

    #[test]
    fn this_process_is_alive_and_its_child_is_in_its_tree() {
        let own = std::process::id();
        let mut child = Command::new("sleep").arg("10").spawn().unwrap();
        assert!(is_alive(own) && is_alive(child.id()));
        assert!(tree(own).contains(&child.id()));

        signal(child.id(), Signal::SIGSTOP);
        while !is_paused(child.id()) {
            std::thread::yield_now();
        }
        assert!(is_alive(child.id()) && !is_paused(own));

        child.kill().unwrap();
        child.wait().unwrap();
        assert!(!is_alive(child.id()) && !is_paused(child.id()));
    }
}
