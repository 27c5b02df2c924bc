//! The UI's files: found where they were built, built when they are missing or older than their
//! sources. Without Node the exchange runs without pages.

use crate::console::Console;
use anyhow::{Context, Result, bail};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::SystemTime;
use tokio::process::Command;
use walkdir::WalkDir;

/// What the built files depend on.
const SOURCES: [&str; 7] =
    ["index.html", "package.json", "package-lock.json", "vite.config.ts", "tsconfig.json", "src", "public"];

/// The folder of the built UI, or none.
pub async fn ready(console: &Console) -> Option<PathBuf> {
    let sources = Path::new(env!("CARGO_MANIFEST_DIR")).join("../web/ui");
    if !sources.join("package.json").is_file() {
        return beside_the_program();
    }
    let sources = sources.canonicalize().unwrap_or(sources);
    let built = sources.join("dist");
    if is_stale(&sources)
        && let Err(error) = build(&sources, console).await
    {
        console.say(&format!("The UI could not be built: {error:#}. The exchange runs on without it"));
    }
    built.join("index.html").is_file().then_some(built)
}

fn beside_the_program() -> Option<PathBuf> {
    let folder = std::env::current_exe().ok()?.parent()?.join("ui");
    folder.join("index.html").is_file().then_some(folder)
}

/// Whether the built files are missing, or older than what they were made from.
fn is_stale(ui: &Path) -> bool {
    let Some(built) = changed(&ui.join("dist/index.html")) else { return true };
    let files = SOURCES.iter().flat_map(|name| WalkDir::new(ui.join(name)).into_iter().flatten());
    files.filter(|entry| entry.file_type().is_file()).any(|entry| changed(entry.path()) > Some(built))
}

fn changed(path: &Path) -> Option<SystemTime> {
    path.metadata().ok()?.modified().ok()
}

async fn build(ui: &Path, console: &Console) -> Result<()> {
    if Command::new("npm")
        .arg("--version")
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .status()
        .await
        .is_err()
    {
        bail!(
            "Node.js is not installed. Install it (`apt-get install nodejs npm`, `brew install node`, or from \
             https://nodejs.org) and start again"
        );
    }
    let step = console.step("building the UI");
    // npm notes there what it has installed.
    let installed = changed(&ui.join("node_modules/.package-lock.json"));
    if installed.is_none() || changed(&ui.join("package-lock.json")) > installed {
        step.tell("installing the UI's packages (once, this takes a minute)");
        npm(ui, &["ci", "--no-audit", "--no-fund"]).await?;
        step.tell("building the UI");
    }
    npm(ui, &["run", "build"]).await?;
    step.done("the UI is built");
    Ok(())
}

async fn npm(ui: &Path, arguments: &[&str]) -> Result<()> {
    let mut command = Command::new("npm");
    command.args(arguments).current_dir(ui).stdin(Stdio::null()).kill_on_drop(true);
    let output = command.output().await.context("npm cannot be started")?;
    if output.status.success() {
        return Ok(());
    }
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    let last = lines[lines.len().saturating_sub(6)..].join(" | ");
    bail!("`npm {}` failed in {}: {last}", arguments.join(" "), ui.display())
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;
    use std::time::Duration;

    #[test]
    fn a_ui_is_built_again_when_one_of_its_sources_is_newer() {
        let folder = tempfile::tempdir().unwrap();
        let ui = folder.path();
        fs::create_dir_all(ui.join("src/deep")).unwrap();
        fs::create_dir_all(ui.join("dist")).unwrap();
        fs::write(ui.join("src/deep/app.tsx"), "").unwrap();
        assert!(is_stale(ui), "there is nothing built");
        fs::write(ui.join("dist/index.html"), "").unwrap();
        let later = SystemTime::now() + Duration::from_secs(10);
        fs::File::options()
            .write(true)
            .open(ui.join("dist/index.html"))
            .unwrap()
            .set_modified(later)
            .unwrap();
        assert!(!is_stale(ui));
        let source = fs::File::options().write(true).open(ui.join("src/deep/app.tsx")).unwrap();
        source.set_modified(later + Duration::from_secs(1)).unwrap();
        assert!(is_stale(ui));
    }
}
