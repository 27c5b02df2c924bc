//! Installs the programs that are missing, with the system's package manager.

use std::process::{Output, Stdio};

use anyhow::{Context, Result, bail};
use nix::unistd::geteuid;

use crate::find;

/// Debian asks this file whether a package may start its server.
const POLICY_FILE: &str = "/usr/sbin/policy-rc.d";

/// The one paragraph of a package manager's output that tells why.
const LAST_LINES: usize = 5;

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Manager {
    Apt { sudo: bool },
    Brew,
}

/// Installs PostgreSQL and RabbitMQ as far as they are missing, without starting the system's
/// own servers. Does nothing if both are there.
///
/// # Errors
/// If there is no package manager that we may use, or it fails; the error names the command
/// to run by hand.
pub async fn missing(progress: impl Fn(&str)) -> Result<()> {
    let (postgres, rabbitmq) = (find::postgres().is_err(), find::rabbitmq().is_err());
    if !postgres && !rabbitmq {
        return Ok(());
    }
    let Some(manager) = manager().await else {
        bail!(
            "PostgreSQL or RabbitMQ is missing and cannot be installed from here: {}",
            by_hand(postgres, rabbitmq)
        );
    };
    let packages = packages(manager, postgres, rabbitmq);
    progress(&format!("installing {} (this takes a minute or two)", packages.join(" and ")));
    let output = run(manager, POLICY_FILE, &packages).await?;
    if !output.status.success() {
        bail!(
            "installing {} failed ({}): {}",
            packages.join(" and "),
            last_lines(&output),
            by_hand(postgres, rabbitmq)
        );
    }
    progress(&format!("installed {}", packages.join(" and ")));
    Ok(())
}

/// What a person can do.
pub(crate) fn by_hand(postgres: bool, rabbitmq: bool) -> String {
    let (apt, brew) = (Manager::Apt { sudo: true }, Manager::Brew);
    let apt = format!("sudo apt-get install {}", packages(apt, postgres, rabbitmq).join(" "));
    let brew = format!("brew install {}", packages(brew, postgres, rabbitmq).join(" "));
    let (first, second) = if cfg!(target_os = "macos") { (brew, apt) } else { (apt, brew) };
    format!("run `{first}` (or `{second}`), or start Docker, then try again")
}

fn packages(manager: Manager, postgres: bool, rabbitmq: bool) -> Vec<&'static str> {
    let names = match manager {
        Manager::Apt { .. } => ["postgresql", "rabbitmq-server"],
        Manager::Brew => ["postgresql@17", "rabbitmq"],
    };
    names.into_iter().zip([postgres, rabbitmq]).filter_map(|(name, wanted)| wanted.then_some(name)).collect()
}

/// The package manager that we may use without asking anyone for a password.
async fn manager() -> Option<Manager> {
    if find::program("apt-get", &[]).is_some() {
        if geteuid().is_root() {
            return Some(Manager::Apt { sudo: false });
        }
        if succeeds("sudo", &["-n", "true"]).await {
            return Some(Manager::Apt { sudo: true });
        }
    }
    // Homebrew refuses root.
    (find::program("brew", &[]).is_some() && !geteuid().is_root()).then_some(Manager::Brew)
}

async fn succeeds(program: &str, arguments: &[&str]) -> bool {
    let mut command = tokio::process::Command::new(program);
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.status().await.is_ok_and(|status| status.success())
}

async fn run(manager: Manager, policy: &str, packages: &[&str]) -> Result<Output> {
    let script = ["sh", "-c", include_str!("install.sh"), "install", policy];
    let words = match manager {
        Manager::Apt { sudo: false } => [&script, packages].concat(),
        Manager::Apt { sudo: true } => [&["sudo", "-n"], &script[..], packages].concat(),
        Manager::Brew => [&["brew", "install"], packages].concat(),
    };
    tokio::process::Command::new(words[0])
        .args(&words[1..])
        .stdin(Stdio::null())
        .output()
        .await
        .with_context(|| format!("{} cannot be started", words[0]))
}

fn last_lines(output: &Output) -> String {
    let text = [output.stdout.as_slice(), output.stderr.as_slice()].concat();
    let text = String::from_utf8_lossy(&text);
    let lines: Vec<&str> = text.lines().map(str::trim).filter(|line| !line.is_empty()).collect();
    lines[lines.len().saturating_sub(LAST_LINES)..].join(" | ")
}

#[cfg(test)]
mod tests {
    use std::os::unix::fs::PermissionsExt;
    use std::path::Path;
    use std::process::Command;

    use super::*;

    /// Runs the script with an `apt-get` that notes what it was asked and whether servers
    /// were allowed to start at that moment.
    fn install(folder: &Path, policy: &Path, outcome: i32) -> (bool, String) {
        let (apt, notes) = (folder.join("apt-get"), folder.join("notes"));
        let text = format!(
            "#!/bin/sh\n{{ \"{}\"; echo $? \"$@\"; }} >>\"{}\"\nexit {outcome}\n",
            policy.display(),
            notes.display()
        );
        std::fs::write(&apt, text).unwrap();
        std::fs::set_permissions(&apt, std::fs::Permissions::from_mode(0o755)).unwrap();
        let status = Command::new("sh")
            .args(["-c", include_str!("install.sh"), "install"])
            .arg(policy)
            .arg("one-server")
            .env("PATH", format!("{}:{}", folder.display(), std::env::var("PATH").unwrap()))
            .status()
            .unwrap();
        (status.success(), std::fs::read_to_string(notes).unwrap())
    }

    #[test]
    fn no_server_may_start_while_packages_are_unpacked_and_any_may_afterwards() {
        for (outcome, success) in [(0, true), (100, false)] {
            let folder = tempfile::tempdir().unwrap();
            let policy = folder.path().join("policy-rc.d");
            let (succeeded, notes) = install(folder.path(), &policy, outcome);
            assert_eq!(succeeded, success);
            assert!(notes.contains("101 install -y -qq --no-install-recommends one-server"), "{notes}");
            assert!(!policy.exists());
        }
    }

    #[test]
    fn a_policy_that_was_there_stays() {
        let folder = tempfile::tempdir().unwrap();
        let policy = folder.path().join("policy-rc.d");
        std::fs::write(&policy, "#!/bin/sh\nexit 7\n").unwrap();
        std::fs::set_permissions(&policy, std::fs::Permissions::from_mode(0o755)).unwrap();
        let (_, notes) = install(folder.path(), &policy, 0);
        assert!(notes.contains("7 install"), "{notes}");
        assert!(policy.exists());
    }

    #[test]
    fn the_way_out_names_only_what_is_missing() {
        let way_out = by_hand(false, true);
        assert!(way_out.contains("sudo apt-get install rabbitmq-server`"), "{way_out}");
        assert!(!way_out.contains("postgresql"), "{way_out}");
    }
}
