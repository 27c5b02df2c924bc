//! RabbitMQ's management interface, as far as provisioning and `status` need it.

use crate::provision::definitions::administrator_password;
use anyhow::{Context, Result, bail};
use chassis::settings::Settings;
use contracts::topology;
use reqwest::{Method, RequestBuilder, StatusCode};
use serde::Deserialize;
use serde_json::Value;
use std::time::Duration;

/// It gathers numbers from all queues before it answers.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);

pub struct Management {
    client: reqwest::Client,
    base: String,
    vhost: String,
    user: String,
    password: String,
}

/// A queue as the broker sees it; its numbers are up to five seconds old.
#[derive(Clone, Debug, Default, Deserialize)]
pub struct QueueState {
    pub name: String,
    /// Absent while the broker has just started.
    #[serde(default)]
    pub state: Option<String>,
    #[serde(default)]
    pub messages: u64,
    #[serde(default)]
    pub messages_unacknowledged: u64,
    #[serde(default)]
    pub consumers: u64,
    /// Given up by a quorum queue, and not yet in the queue of the dead.
    #[serde(default)]
    pub messages_dlx: u64,
    /// Absent before the first message.
    #[serde(default, rename = "message_stats")]
    pub counts: Counts,
}

/// Since the broker started.
#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default)]
pub struct Counts {
    pub publish: u64,
    pub deliver_get: u64,
    pub ack: u64,
}

impl Management {
    /// Who may change the topology.
    pub fn administrator(settings: &Settings) -> Result<Self> {
        let password = administrator_password(settings)?;
        Self::new(settings, settings.broker.administrator.clone(), password)
    }

    /// Who may look.
    pub fn observer(settings: &Settings) -> Result<Self> {
        settings.broker_url(topology::ADMIN)?;
        let password = settings.secrets.broker.get(topology::ADMIN).context("admin has no password")?;
        Self::new(settings, topology::ADMIN.to_owned(), password.reveal().to_owned())
    }

    fn new(settings: &Settings, user: String, password: String) -> Result<Self> {
        let client = reqwest::Client::builder().timeout(ANSWER_LIMIT).no_proxy().build()?;
        let base = format!("http://{}:{}/api", settings.broker.host, settings.broker.management_port);
        let vhost = settings.broker.vhost.replace('/', "%2F");
        Ok(Management { client, base, vhost, user, password })
    }

    pub async fn queues(&self) -> Result<Vec<QueueState>> {
        let columns = "name,state,messages,messages_unacknowledged,consumers,messages_dlx,\
                       message_stats.publish,message_stats.deliver_get,message_stats.ack";
        let path = format!("queues/{}?columns={columns}", self.vhost);
        let answer = self.send(self.request(Method::GET, &path)).await?;
        answer.json().await.context("RabbitMQ's list of queues cannot be read")
    }

    pub async fn version(&self) -> Result<String> {
        #[derive(Deserialize)]
        struct Overview {
            rabbitmq_version: String,
        }
        let answer = self.send(self.request(Method::GET, "overview?columns=rabbitmq_version")).await?;
        let Overview { rabbitmq_version } =
            answer.json().await.context("RabbitMQ's overview cannot be read")?;
        Ok(rabbitmq_version)
    }

    pub async fn import(&self, definitions: &Value) -> Result<()> {
        self.send(self.request(Method::POST, "definitions").json(definitions)).await.map(drop)
    }

    pub async fn delete_queue(&self, name: &str) -> Result<()> {
        let path = format!("queues/{}/{name}", self.vhost);
        self.send(self.request(Method::DELETE, &path)).await.map(drop)
    }

    fn request(&self, method: Method, path: &str) -> RequestBuilder {
        let request = self.client.request(method, format!("{}/{path}", self.base));
        request.basic_auth(&self.user, Some(&self.password))
    }

    async fn send(&self, request: RequestBuilder) -> Result<reqwest::Response> {
        let Management { base, user, .. } = self;
        // Where it is, is said below, in a line that can be read.
        let answer = request.send().await.map_err(reqwest::Error::without_url).with_context(|| {
            format!(
                "RabbitMQ's management interface does not answer on {base}: check `host` and \
                 `management_port` under [broker], and that its management plugin is enabled"
            )
        })?;
        let status = answer.status();
        if status == StatusCode::UNAUTHORIZED {
            bail!(
                "RabbitMQ does not let the user {user:?} in on {base}: check its password in \
                 EXCHANGE__SECRETS__BROKER__{}, and that it has the tag that it needs (administrator, or monitoring)",
                user.to_uppercase().replace('-', "_")
            );
        }
        if !status.is_success() {
            let reason = answer.text().await.unwrap_or_default();
            bail!("RabbitMQ's management interface answered {status} to the user {user:?}: {reason}");
        }
        Ok(answer)
    }
}
