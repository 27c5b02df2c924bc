//! A disk that a trial can fill.

use std::fs::Permissions;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Command;

/// A disk in memory, gone with its exchange.
pub(crate) struct SmallDisk(PathBuf);

impl SmallDisk {
    /// In the place of PostgreSQL's folder, before the exchange makes it.
    pub fn mount(folder: &Path, mib: u32) -> anyhow::Result<Self> {
        let own = folder.join(".exchange");
        let point = own.join("postgres");
        std::fs::create_dir_all(&point)?;
        // As the program makes it: PostgreSQL's user must pass through.
        std::fs::set_permissions(&own, Permissions::from_mode(0o711))?;
        let size = format!("size={mib}m,mode=755");
        let mounted =
            Command::new("mount").args(["-t", "tmpfs", "-o", &size, "tmpfs"]).arg(&point).status()?;
        anyhow::ensure!(mounted.success(), "a small disk cannot be mounted; are we root?");
        Ok(SmallDisk(point))
    }

    pub fn path(&self) -> &Path {
        &self.0
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = Command::new("umount").arg("--lazy").arg(&self.0).status();
    }
}
