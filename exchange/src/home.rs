//! The folder `.exchange/`: what lies where in it, and whose it is while an exchange runs.

use anyhow::{Context, Result, bail};
use std::fs::{File, OpenOptions, Permissions, TryLockError};
use std::io::{Read, Seek, Write};
use std::os::unix::fs::{OpenOptionsExt, PermissionsExt};
use std::path::{Path, PathBuf};

/// Where everything is. Knows names only.
#[derive(Clone, Debug)]
pub struct Home(PathBuf);

impl Home {
    pub fn at(directory: &Path) -> Self {
        Home(std::path::absolute(directory).unwrap_or_else(|_| directory.to_owned()))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }

    fn lock(&self) -> PathBuf {
        self.0.join("lock")
    }

    pub fn secrets(&self) -> PathBuf {
        self.0.join("secrets.toml")
    }

    /// What `up` chose, as settings that `exchange.toml` and the environment may overrule.
    pub fn runtime(&self) -> PathBuf {
        self.0.join("runtime.toml")
    }

    pub fn ports(&self) -> PathBuf {
        self.0.join("ports.toml")
    }

    pub fn definitions(&self) -> PathBuf {
        self.0.join("definitions.json")
    }

    pub fn processes(&self) -> PathBuf {
        self.0.join("processes.json")
    }

    /// Where web asks `up` for a look inside, in demo mode.
    pub fn lab(&self) -> PathBuf {
        self.0.join(contracts::lab::SOCKET)
    }

    pub fn logs(&self) -> PathBuf {
        self.0.join("logs")
    }

    pub fn postgres(&self) -> PathBuf {
        self.0.join("postgres")
    }

    pub fn rabbitmq(&self) -> PathBuf {
        self.0.join("rabbitmq")
    }

    /// Into how many parts the data was split when it was first made.
    pub fn partitions(&self) -> PathBuf {
        self.0.join("partitions.toml")
    }

    /// Whether the private broker was started before.
    pub fn has_broker_data(&self) -> bool {
        ["mnesia", "container-data"].iter().any(|name| self.rabbitmq().join(name).exists())
    }

    /// There once the first seeding has succeeded.
    pub fn seeded(&self) -> PathBuf {
        self.0.join("seeded")
    }

    /// There once the coins were seeded.
    pub fn seeded_coins(&self) -> PathBuf {
        self.0.join("seeded-coins")
    }

    /// Makes the folders.
    pub fn prepare(&self) -> Result<()> {
        let private = Permissions::from_mode(0o700);
        std::fs::create_dir_all(&self.0).with_context(|| {
            format!("The folder {} cannot be made: start in a folder that you may write to", self.0.display())
        })?;
        // As root, PostgreSQL runs as another user who must pass through; nobody can look around.
        let own = if nix::unistd::geteuid().is_root() { 0o711 } else { 0o700 };
        std::fs::set_permissions(&self.0, Permissions::from_mode(own))?;
        for folder in [self.logs(), self.rabbitmq()] {
            std::fs::create_dir_all(&folder)?;
            std::fs::set_permissions(&folder, private.clone())?;
        }
        Ok(())
    }

    /// Takes the folder for this process, until the claim is dropped.
    pub fn claim(&self) -> Result<Claim> {
        let path = self.lock();
        let open = OpenOptions::new().create(true).truncate(false).read(true).write(true).open(&path);
        let mut file =
            open.with_context(|| format!("{} cannot be written: check who owns it", path.display()))?;
        match file.try_lock() {
            Ok(()) => {}
            Err(TryLockError::WouldBlock) => {
                let mut pid = String::new();
                let _ = file.read_to_string(&mut pid);
                bail!(
                    "An exchange is already running in {} (PID {}). Stop that one first, with Ctrl-C in its \
                     terminal or `kill {}`; or start this one in another folder",
                    self.0.display(),
                    pid.trim(),
                    pid.trim(),
                );
            }
            Err(TryLockError::Error(error)) => {
                return Err(error).with_context(|| format!("{} cannot be locked", path.display()));
            }
        }
        file.set_len(0)?;
        file.rewind()?;
        write!(file, "{}", std::process::id())?;
        Ok(Claim { _lock: file })
    }

    /// Writes a file whole or not at all, readable by its owner only.
    pub fn write(&self, path: &Path, text: &str) -> Result<()> {
        let unfinished = path.with_extension("unfinished");
        let write = || -> std::io::Result<()> {
            let mut file =
                OpenOptions::new().create(true).truncate(true).write(true).mode(0o600).open(&unfinished)?;
            file.write_all(text.as_bytes())?;
            file.sync_all()?;
            std::fs::rename(&unfinished, path)
        };
        write().with_context(|| format!("{} cannot be written", path.display()))
    }
}

/// The kernel lets go of it when the process ends, however it ends.
pub struct Claim {
    _lock: File,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_second_claim_names_the_first_and_the_way_out() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(&folder.path().join(".exchange"));
        home.prepare().unwrap();
        let first = home.claim().unwrap();
        let error = home.claim().err().unwrap().to_string();
        assert!(error.contains(&format!("PID {}", std::process::id())), "{error}");
        assert!(error.contains("another folder"), "{error}");
        drop(first);
        home.claim().unwrap();
    }

    #[test]
    fn what_is_written_is_for_its_owner_alone() {
        let folder = tempfile::tempdir().unwrap();
        let home = Home::at(folder.path());
        home.write(&home.secrets(), "a = 1").unwrap();
        assert_eq!(home.secrets().metadata().unwrap().permissions().mode() & 0o777, 0o600);
        assert_eq!(std::fs::read_to_string(home.secrets()).unwrap(), "a = 1");
    }
}
