//! The user that PostgreSQL runs as when we are root, which it refuses to be.

use std::os::unix::fs::{PermissionsExt, chown};
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, Result, bail};
use nix::unistd::{User, geteuid};
use sha2::{Digest, Sha256};

/// A system user without privileges, or ourselves.
#[derive(Clone, Debug)]
pub(crate) struct RunAs(Option<User>);

impl RunAs {
    /// `postgres` if there is one, else `nobody`; nobody else if we are not root.
    pub fn for_postgres() -> Result<Self> {
        if !geteuid().is_root() {
            return Ok(Self(None));
        }
        for name in ["postgres", "nobody"] {
            if let Ok(Some(user)) = User::from_name(name) {
                return Ok(Self(Some(user)));
            }
        }
        bail!(
            "PostgreSQL refuses to run as root, and this system has neither a user `postgres` nor \
             `nobody`: add one with `useradd --system postgres`, or start the exchange as another user"
        )
    }

    pub fn apply(&self, command: &mut Command) {
        if let Some(user) = &self.0 {
            command.uid(user.uid.as_raw()).gid(user.gid.as_raw()).env("HOME", "/");
        }
    }

    /// Makes the user the owner of one file or folder, for it alone.
    pub fn own(&self, path: &Path) -> Result<()> {
        if let Some(user) = &self.0 {
            chown(path, Some(user.uid.as_raw()), Some(user.gid.as_raw()))
                .with_context(|| format!("{} cannot be given to the user {}", path.display(), user.name))?;
        }
        let mode = if path.is_dir() { 0o700 } else { 0o600 };
        std::fs::set_permissions(path, std::fs::Permissions::from_mode(mode))
            .with_context(|| format!("the permissions of {} cannot be set", path.display()))
    }

    /// Whether the user can enter a folder, tried as that user: modes alone do not tell.
    pub fn reaches(&self, folder: &Path) -> bool {
        let mut command = Command::new("/bin/sh");
        command.args(["-c", r#"cd "$0""#]).arg(folder).current_dir("/").stderr(std::process::Stdio::null());
        self.apply(&mut command);
        command.status().is_ok_and(|status| status.success())
    }

    /// Where data for `folder` can lie: there, or, if the user cannot get there (a clone
    /// under /root), in a folder under /var/lib that is named for it.
    pub fn seat(&self, folder: &Path) -> Result<PathBuf> {
        if self.reaches(folder) {
            return Ok(folder.to_owned());
        }
        let hash = Sha256::digest(folder.canonicalize()?.as_os_str().as_encoded_bytes());
        let name: String = hash.iter().take(8).map(|byte| format!("{byte:02x}")).collect();
        let seat = PathBuf::from(format!("/var/lib/exchange-{name}"));
        let user = self.0.as_ref().map_or("this user", |user| user.name.as_str());
        let made = std::fs::create_dir_all(&seat)
            .and_then(|()| std::fs::set_permissions(&seat, std::fs::Permissions::from_mode(0o755)));
        if made.is_err() || !self.reaches(&seat) {
            bail!(
                "PostgreSQL runs as the user {user} here, who can enter neither {} nor {}: move \
                 the project to a folder that others may enter (such as /srv), or start the \
                 exchange as another user than root",
                folder.display(),
                seat.display()
            );
        }
        Ok(seat)
    }
}
