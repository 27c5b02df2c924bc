//! Deletes what `up` made: data of the private servers, secrets, logs.

use crate::console::answer;
use crate::home::Home;
use anyhow::{Context, Result, bail};
use chassis::settings::Settings;
use std::io::{BufRead, IsTerminal, Write};
use std::path::{Path, PathBuf};

pub fn run(folder: &Path, yes: bool) -> Result<()> {
    let home = Home::at(&Settings::chosen_by_people(folder)?.directory);
    if !home.path().exists() {
        answer(format!("There is nothing to delete: {} does not exist.", home.path().display()));
        return Ok(());
    }
    let claim = home.claim()?;
    if !yes && !agreed(&home)? {
        answer("Nothing was deleted.");
        return Ok(());
    }
    delete(&home)?;
    drop(claim);
    answer(format!("Deleted {}. The next start begins afresh.", home.path().display()));
    Ok(())
}

/// All that a start has made, wherever it lies.
pub fn delete(home: &Home) -> Result<()> {
    let delete = |path: &Path| {
        std::fs::remove_dir_all(path)
            .with_context(|| format!("{} cannot be deleted: check who owns it", path.display()))
    };
    seat(home).as_deref().map_or(Ok(()), delete)?;
    delete(home.path())
}

fn agreed(home: &Home) -> Result<bool> {
    if !std::io::stdin().is_terminal() {
        bail!(
            "This deletes all data in {}, and nobody is there to be asked: say `exchange reset --yes`",
            home.path().display()
        );
    }
    print!("Delete all data, secrets and logs in {}? [y/N] ", home.path().display());
    std::io::stdout().flush()?;
    let mut answer = String::new();
    std::io::stdin().lock().read_line(&mut answer)?;
    Ok(["y", "yes"].contains(&answer.trim().to_lowercase().as_str()))
}

/// Started as root in a folder where PostgreSQL's user cannot go, its data lies elsewhere, in a
/// folder of its own, and ours has a link to it.
fn seat(home: &Home) -> Option<PathBuf> {
    let data = std::fs::read_link(home.postgres().join("data")).ok()?;
    let seat = data.parent()?;
    let is_ours = seat.file_name()?.to_str()?.starts_with("exchange-");
    (is_ours && seat.is_dir()).then(|| seat.to_owned())
}
