//! The two servers as Docker containers, for systems that have Docker and not the programs.

use std::path::Path;
use std::process::{Command, Output};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail};

pub(crate) const POSTGRES_IMAGE: &str = "postgres:17";
pub(crate) const RABBITMQ_IMAGE: &str = "rabbitmq:4-management";

/// A daemon that does not answer at once will not run servers either.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

/// One container, by name. Its `docker run` stays in the foreground, under guard.
pub(crate) struct Container {
    name: String,
}

/// Whether a Docker daemon answers.
pub fn answers() -> bool {
    let Ok(mut child) = Command::new("docker")
        .arg("info")
        .stdin(std::process::Stdio::null())
        .stdout(std::process::Stdio::null())
        .stderr(std::process::Stdio::null())
        .spawn()
    else {
        return false;
    };
    let deadline = Instant::now() + ANSWER_LIMIT;
    while Instant::now() < deadline {
        if let Ok(Some(status)) = child.try_wait() {
            return status.success();
        }
        std::thread::sleep(Duration::from_millis(50));
    }
    let _ = child.kill();
    let _ = child.wait();
    false
}

impl Container {
    /// Names a container, and removes one that a killed run has left under that name.
    pub async fn fresh(name: String) -> Result<Self> {
        let container = Self { name };
        let _ = docker(&["rm", "--force", &container.name]).await;
        Ok(container)
    }

    /// The arguments of `docker` that run it: `ports` are (ours, the container's) `mounts`
    /// (our path, the container's path), and `env` names variables whose values `docker` has in
    /// its own environment, where no list of processes shows them.
    pub fn run(
        &self,
        image: &str,
        ports: &[(u16, u16)],
        mounts: &[(&Path, &str)],
        env: &[&str],
    ) -> Vec<String> {
        let mut arguments = vec!["run".into(), "--rm".into(), "--name".into(), self.name.clone()];
        for (ours, theirs) in ports {
            arguments.extend(["--publish".into(), format!("127.0.0.1:{ours}:{theirs}")]);
        }
        for (ours, theirs) in mounts {
            arguments.extend(["--volume".into(), format!("{}:{theirs}", ours.display())]);
        }
        for name in env {
            arguments.extend(["--env".into(), (*name).into()]);
        }
        // The node's name, and so its data folder, follows the host's name.
        arguments.extend(["--hostname".into(), "exchange".into(), image.into()]);
        arguments
    }

    pub async fn exec(&self, arguments: &[&str]) -> Result<Output> {
        docker(&[&["exec", &self.name], arguments].concat()).await
    }

    pub async fn stop(&self, limit: Duration) -> Result<()> {
        docker(&["stop", "-t", &limit.as_secs().to_string(), &self.name]).await.map(drop)
    }

    pub async fn kill(&self) -> Result<()> {
        docker(&["kill", &self.name]).await.map(drop)
    }

    pub async fn pause(&self) -> Result<()> {
        docker(&["pause", &self.name]).await.map(drop)
    }

    pub async fn resume(&self) -> Result<()> {
        docker(&["unpause", &self.name]).await.map(drop)
    }
}

/// Empties a folder whose files belong to a container's user.
pub(crate) async fn empty(folder: &Path, image: &str) -> Result<()> {
    let volume = format!("{}:/emptied", folder.display());
    let script = "find /emptied -mindepth 1 -delete";
    docker(&["run", "--rm", "--volume", &volume, "--entrypoint", "sh", image, "-c", script]).await.map(drop)
}

async fn docker(arguments: &[&str]) -> Result<Output> {
    let output = tokio::process::Command::new("docker")
        .args(arguments)
        .stdin(std::process::Stdio::null())
        .output()
        .await
        .context("docker cannot be started: install it or add it to PATH")?;
    if !output.status.success() {
        bail!("docker {} failed: {}", arguments.join(" "), String::from_utf8_lossy(&output.stderr).trim());
    }
    Ok(output)
}
