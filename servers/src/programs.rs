//! Which servers can be started here, and how.

use anyhow::{Result, bail};

use crate::postgres::PostgresSource;
use crate::rabbitmq::RabbitSource;
use crate::{docker, find, install};

/// Where both servers come from.
#[derive(Clone, Debug)]
pub struct Programs {
    pub postgres: PostgresSource,
    pub rabbitmq: RabbitSource,
}

impl Programs {
    /// What is installed, else what can be installed, else Docker.
    ///
    /// # Errors
    /// One paragraph with the command to run.
    pub async fn ready(progress: impl Fn(&str)) -> Result<Self> {
        if let Ok(programs) = Self::installed() {
            return Ok(programs);
        }
        let failure = match install::missing(&progress).await.and_then(|()| Self::installed()) {
            Ok(programs) => return Ok(programs),
            Err(failure) => failure,
        };
        if docker::answers() {
            progress("using Docker for the servers that are not installed");
            return Ok(Self {
                postgres: find::postgres().map_or(PostgresSource::Docker, PostgresSource::Installed),
                rabbitmq: find::rabbitmq().map_or(RabbitSource::Docker, RabbitSource::Installed),
            });
        }
        bail!(failure)
    }

    /// What is installed, and nothing else.
    pub fn installed() -> Result<Self> {
        Ok(Self {
            postgres: PostgresSource::Installed(find::postgres()?),
            rabbitmq: RabbitSource::Installed(find::rabbitmq()?),
        })
    }
}
