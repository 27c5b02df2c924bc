//! TCP ports on 127.0.0.1: free ones for tests, and who uses one that is taken.

use std::fs::{File, OpenOptions};
use std::net::{Ipv4Addr, TcpListener};
use std::os::unix::fs::PermissionsExt;
use std::path::PathBuf;
use std::process::Command;

use anyhow::{Context, Result, bail};
use rand::RngExt;

use crate::processes;

/// Below the ports that the kernel hands to outgoing connections (from 32768 on Linux, 49152
/// elsewhere), so that no client can take a server's port while it restarts.
const CANDIDATES: std::ops::Range<u16> = 20_000..32_000;

/// Enough to find a dozen among neighbours that hold hundreds.
const ATTEMPTS_MAX: usize = 4_000;

/// Ports that no other holder of a lease gets until this is dropped.
pub struct Lease {
    ports: Vec<u16>,
    // The kernel lets go of the locks when we end, however we end.
    _locks: Vec<File>,
}

impl Lease {
    pub fn ports(&self) -> &[u16] {
        &self.ports
    }
}

/// Leases free ports, also against other processes that do the same at this moment.
pub fn free(count: usize) -> Result<Lease> {
    let folder = lock_folder()?;
    let mut lease = Lease { ports: Vec::new(), _locks: Vec::new() };
    for _ in 0..ATTEMPTS_MAX {
        if lease.ports.len() == count {
            return Ok(lease);
        }
        let port = rand::rng().random_range(CANDIDATES);
        // Not to truncate or write: the file may be another user's.
        let path = folder.join(port.to_string());
        let file = File::open(&path).or_else(|_| OpenOptions::new().create(true).append(true).open(&path));
        if let Ok(file) = file
            && file.try_lock().is_ok()
            && is_free(port)
        {
            lease.ports.push(port);
            lease._locks.push(file);
        }
    }
    bail!(
        "no {count} free TCP ports were found between {} and {} on 127.0.0.1: end the servers \
         that use them",
        CANDIDATES.start,
        CANDIDATES.end
    )
}

/// Whether a server could listen there now.
pub fn is_free(port: u16) -> bool {
    TcpListener::bind((Ipv4Addr::LOCALHOST, port)).is_ok()
}

/// Fails with the user's name if the port is taken.
pub fn must_be_free(port: u16, purpose: &str) -> Result<()> {
    if is_free(port) {
        return Ok(());
    }
    bail!("{}, but {purpose} needs it: end that process or configure another port", owner_hint(port))
}

/// `port 3000 is in use by PID 123 (node)`, as far as it can be known.
pub fn owner_hint(port: u16) -> String {
    match listener_pid(port).or_else(|| listener_pid_by_lsof(port)) {
        Some(pid) => {
            let name = processes::name_of(pid).unwrap_or_else(|| "unknown".to_owned());
            format!("port {port} is in use by PID {pid} ({name})")
        }
        None => format!("port {port} is in use by another process"),
    }
}

fn lock_folder() -> Result<PathBuf> {
    let folder = std::env::temp_dir().join("exchange-ports");
    std::fs::create_dir_all(&folder)
        .with_context(|| format!("{} cannot be made: set TMPDIR to a writable folder", folder.display()))?;
    // Shared between users; fails for all but the one who made it.
    let _ = std::fs::set_permissions(&folder, std::fs::Permissions::from_mode(0o1777));
    Ok(folder)
}

/// By the kernel's socket table and the open files of every process that we may look into.
fn listener_pid(port: u16) -> Option<u32> {
    let socket = ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .filter_map(|table| std::fs::read_to_string(table).ok())
        .find_map(|table| listening_inode(&table, port))?;
    let wanted = format!("socket:[{socket}]");
    std::fs::read_dir("/proc").ok()?.flatten().find_map(|entry| {
        let pid = entry.file_name().to_str()?.parse().ok()?;
        let holds = std::fs::read_dir(entry.path().join("fd"))
            .ok()?
            .flatten()
            .any(|file| std::fs::read_link(file.path()).is_ok_and(|to| to.as_os_str() == wanted.as_str()));
        holds.then_some(pid)
    })
}

/// Columns: slot, local address, remote address, state (0A: listening), …, inode (the tenth).
fn listening_inode(table: &str, port: u16) -> Option<String> {
    let suffix = format!(":{port:04X}");
    table.lines().skip(1).find_map(|line| {
        let words: Vec<&str> = line.split_whitespace().collect();
        (words.get(1)?.ends_with(&suffix) && *words.get(3)? == "0A")
            .then(|| words.get(9).map(|inode| (*inode).to_owned()))?
    })
}

fn listener_pid_by_lsof(port: u16) -> Option<u32> {
    let output =
        Command::new("lsof").args(["-nP", &format!("-iTCP:{port}"), "-sTCP:LISTEN", "-t"]).output().ok()?;
    String::from_utf8_lossy(&output.stdout).lines().next()?.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn leased_ports_are_free_and_no_one_else_gets_them() {
        let first = free(50).unwrap();
        let second = free(50).unwrap();
        assert!(first.ports().iter().all(|port| is_free(*port)));
        assert!(first.ports().iter().all(|port| !second.ports().contains(port)));
    }

    #[test]
    fn the_user_of_a_port_is_named() {
        let listener = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap();
        let port = listener.local_addr().unwrap().port();
        let hint = owner_hint(port);
        assert!(hint.starts_with(&format!("port {port} is in use by")), "{hint}");
        if cfg!(target_os = "linux") {
            assert!(hint.contains(&format!("PID {}", std::process::id())), "{hint}");
        }
        assert!(must_be_free(port, "a test").is_err());
    }
}
