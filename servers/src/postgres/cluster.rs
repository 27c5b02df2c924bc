//! The data folder: made once by `initdb`, whole or not at all.

use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use anyhow::{Context, Result, bail};
use nix::sys::signal::Signal;

use super::settings::{ADMIN, PostgresSettings};
use crate::claim::Claim;
use crate::find::PostgresPrograms;
use crate::guard::{Farewell, Guarded};
use crate::run_as::RunAs;

/// Two seconds on a good disk.
const INITDB_LIMIT: Duration = Duration::from_secs(120);

/// Finds the data of a folder, or makes it; returns where it lies.
pub(super) async fn prepare(
    programs: &PostgresPrograms,
    folder: &Path,
    claim: &Claim,
    run_as: &RunAs,
    settings: &PostgresSettings,
) -> Result<PathBuf> {
    let data = folder.join("data");
    if let Ok(real) = data.canonicalize() {
        if run_as.reaches(&real) {
            return Ok(real);
        }
        bail!(
            "PostgreSQL's user cannot enter {}: give that user the folder and a way there \
             (chown, chmod), or move it away to start with empty data",
            real.display()
        );
    }
    // A link to data that is gone.
    if data.is_symlink() {
        std::fs::remove_file(&data)?;
    }
    let seat = run_as.seat(folder)?;
    let real = seat.join("data");
    if seat != folder {
        tracing::info!(
            "PostgreSQL, which may not run as root, cannot reach {}; its data goes to {}",
            folder.display(),
            real.display()
        );
        move_aside(&real)?;
    }
    make(programs, &seat, claim, run_as, settings).await?;
    if seat != folder {
        std::os::unix::fs::symlink(&real, &data)
            .with_context(|| format!("{} cannot be linked to {}", data.display(), real.display()))?;
    }
    Ok(real)
}

/// Data whose link is gone belongs to a folder that was deleted: a fresh start was wanted,
/// but deleting it is not for us to decide.
fn move_aside(data: &Path) -> Result<()> {
    if data.exists() {
        let now = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default().as_secs();
        let aside = data.with_file_name(format!("data.before-{now}"));
        std::fs::rename(data, &aside)?;
        tracing::warn!("older data that nothing refers to was moved to {}", aside.display());
    }
    Ok(())
}

/// Made under another name first: what carries the final name is complete.
async fn make(
    programs: &PostgresPrograms,
    seat: &Path,
    claim: &Claim,
    run_as: &RunAs,
    settings: &PostgresSettings,
) -> Result<()> {
    if settings.admin_password.is_empty()
        || !settings.admin_password.chars().all(|c| c.is_ascii_alphanumeric())
    {
        bail!("PostgreSQL's administrator needs a password of letters and digits: configure one");
    }
    let unfinished = seat.join("data.unfinished");
    if unfinished.exists() {
        std::fs::remove_dir_all(&unfinished)?;
    }
    std::fs::create_dir(&unfinished).with_context(|| format!("{} cannot be made", unfinished.display()))?;
    run_as.own(&unfinished)?;
    let password = seat.join("password");
    std::fs::write(&password, "")?;
    run_as.own(&password)?;
    std::fs::write(&password, &settings.admin_password)?;

    let outcome = initdb(programs, &unfinished, &password, claim, run_as, settings.throwaway).await;
    std::fs::remove_file(&password)?;
    outcome?;
    std::fs::rename(&unfinished, seat.join("data"))?;
    Ok(())
}

async fn initdb(
    programs: &PostgresPrograms,
    data: &Path,
    password: &Path,
    claim: &Claim,
    run_as: &RunAs,
    throwaway: bool,
) -> Result<()> {
    let mut arguments: Vec<String> = vec![
        "--pgdata".into(),
        data.display().to_string(),
        "--username".into(),
        ADMIN.into(),
        "--pwfile".into(),
        password.display().to_string(),
        "--auth=scram-sha-256".into(),
        "--data-checksums".into(),
        // Bytes in order, on every system and after every upgrade of it.
        "--encoding=UTF8".into(),
        "--locale=C".into(),
    ];
    if throwaway {
        arguments.push("--no-sync".into());
    }
    let farewell = Farewell { signal: Signal::SIGTERM, grace: Duration::from_secs(5) };
    let mut guarded = Guarded::start(&programs.initdb(), &arguments, farewell, claim.log(), |command| {
        run_as.apply(command);
    })?;
    if !guarded.ends_within(INITDB_LIMIT).await {
        guarded.kill().await?;
        bail!("PostgreSQL's initdb did not end within {INITDB_LIMIT:?}; {}", claim.last_words());
    }
    match guarded.ended() {
        Some(status) if status.success() => Ok(()),
        _ => bail!("PostgreSQL's initdb failed; {}", claim.last_words()),
    }
}
