//! A started server, as a process of ours or in a container, and what can be done to it.

use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use nix::sys::signal::Signal;

use crate::docker::Container;
use crate::guard::Guarded;

pub(crate) struct Running {
    guarded: Guarded,
    container: Option<Container>,
}

impl Running {
    /// `folder` gets a note of the guard's process id, for the sweeper of a temporary folder.
    pub fn new(guarded: Guarded, container: Option<Container>, folder: &Path) -> Result<Self> {
        std::fs::write(folder.join("server.guard"), guarded.guard().to_string())
            .with_context(|| format!("{} cannot be written to", folder.display()))?;
        Ok(Self { guarded, container })
    }

    pub fn pid(&self) -> u32 {
        self.guarded.server()
    }

    pub fn container(&self) -> Option<&Container> {
        self.container.as_ref()
    }

    pub fn has_ended(&mut self) -> bool {
        self.guarded.ended().is_some()
    }

    pub async fn stop(mut self, requests: &[(Signal, Duration)]) -> Result<()> {
        if let Some(container) = &self.container
            && self.guarded.ended().is_none()
        {
            let limit = requests.iter().map(|(_, limit)| *limit).sum();
            let _ = container.resume().await;
            container.stop(limit).await?;
        }
        self.guarded.stop(requests).await
    }

    pub async fn kill(mut self) -> Result<()> {
        if let Some(container) = &self.container
            && self.guarded.ended().is_none()
        {
            container.kill().await?;
        }
        self.guarded.kill().await
    }

    pub async fn pause(&mut self) -> Result<()> {
        match &self.container {
            Some(container) => container.pause().await,
            None => {
                self.guarded.pause();
                Ok(())
            }
        }
    }

    pub async fn resume(&mut self) -> Result<()> {
        match &self.container {
            Some(container) => container.resume().await,
            None => {
                self.guarded.resume();
                Ok(())
            }
        }
    }
}
