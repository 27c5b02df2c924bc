//! One server per folder: whoever holds the lock on the folder's log owns the folder.
//!
//! The server writes to the locked log itself, and so holds the lock for as long as any of
//! its processes lives, also when we are long gone.

use std::fs::{File, OpenOptions, TryLockError};
use std::io::{Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

use crate::guard::LOOK_AGAIN;
use crate::processes;

/// A guard gives a server at most 30 seconds to end before it kills it.
const PREDECESSOR_LIMIT: Duration = Duration::from_secs(45);

/// Past this the log starts anew with the server.
const LOG_BYTES_MAX: u64 = 16 * 1024 * 1024;

/// Who uses the folder: the process that started the server.
const OWNER: &str = "owner.pid";

/// A server's last words: enough for a boot failure with its reason.
const LAST_LINES: usize = 12;

pub(crate) struct Claim {
    log: File,
    path: PathBuf,
    /// Where the latest start of the server began to write.
    since: u64,
}

impl Claim {
    /// Takes a folder, which is made if it is missing. Refuses at once if another process
    /// uses it, and waits for servers whose owner was killed.
    pub async fn take(folder: &Path) -> Result<Self> {
        std::fs::create_dir_all(folder).with_context(|| {
            format!("the folder {} cannot be made: choose another or free the way", folder.display())
        })?;
        let path = folder.join("server.log");
        let log =
            OpenOptions::new().create(true).append(true).open(&path).with_context(|| {
                format!("{} cannot be written: check who owns the folder", path.display())
            })?;
        let owner = folder.join(OWNER);
        let deadline = Instant::now() + PREDECESSOR_LIMIT;
        loop {
            match log.try_lock() {
                Ok(()) => break,
                Err(TryLockError::WouldBlock) => refuse_if_owned(folder, &owner)?,
                Err(TryLockError::Error(error)) => {
                    return Err(error).with_context(|| format!("{} cannot be locked", path.display()));
                }
            }
            if Instant::now() > deadline {
                bail!("the server of an earlier run still uses {}: end it, then try again", folder.display());
            }
            tokio::time::sleep(LOOK_AGAIN).await;
        }
        std::fs::write(&owner, std::process::id().to_string())?;
        if log.metadata()?.len() > LOG_BYTES_MAX {
            log.set_len(0)?;
        }
        Ok(Self { log, path, since: 0 })
    }

    pub fn log(&self) -> &File {
        &self.log
    }

    pub fn log_path(&self) -> &Path {
        &self.path
    }

    /// What is logged from now on belongs to a new start.
    pub fn mark(&mut self) {
        self.since = self.log.metadata().map_or(0, |metadata| metadata.len());
    }

    /// What the server said since the mark.
    pub fn said(&self) -> String {
        let read = || -> std::io::Result<String> {
            let mut file = File::open(&self.path)?;
            file.seek(SeekFrom::Start(self.since))?;
            let mut bytes = Vec::new();
            file.read_to_end(&mut bytes)?;
            Ok(String::from_utf8_lossy(&bytes).into_owned())
        };
        read().unwrap_or_default()
    }

    /// The end of it, for an error message.
    pub fn last_words(&self) -> String {
        let said = self.said();
        let lines: Vec<&str> = said.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
        let last = &lines[lines.len().saturating_sub(LAST_LINES)..];
        if last.is_empty() {
            return format!("its log {} is empty", self.path.display());
        }
        format!("the end of {} reads: {}", self.path.display(), last.join(" | "))
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        // The server may still be ending: whoever comes next has to wait, not to give up.
        let _ = std::fs::remove_file(self.path.with_file_name(OWNER));
    }
}

fn refuse_if_owned(folder: &Path, owner: &Path) -> Result<()> {
    let owner = std::fs::read_to_string(owner).ok().and_then(|text| text.trim().parse().ok());
    if let Some(pid) = owner.filter(|pid| processes::is_alive(*pid)) {
        let name = processes::name_of(pid).unwrap_or_else(|| "unknown".to_owned());
        bail!(
            "the server in {} is already running, started by PID {pid} ({name}): stop that \
             process first, or use another folder",
            folder.display()
        );
    }
    Ok(())
}
