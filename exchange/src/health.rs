//! Asking processes how they are.

use anyhow::Result;
use chassis::settings::Settings;
use contracts::topology;
use std::time::Duration;

/// A process that cannot say `ready` by then is not.
const ANSWER_LIMIT: Duration = Duration::from_secs(2);

pub fn client() -> Result<reqwest::Client> {
    Ok(reqwest::Client::builder().timeout(ANSWER_LIMIT).no_proxy().build()?)
}

pub async fn is_live(client: &reqwest::Client, settings: &Settings, name: &str) -> bool {
    says_yes(client, settings, name, "live").await
}

pub async fn is_ready(client: &reqwest::Client, settings: &Settings, name: &str) -> bool {
    says_yes(client, settings, name, "ready").await
}

async fn says_yes(client: &reqwest::Client, settings: &Settings, name: &str, question: &str) -> bool {
    let Some(url) = url(settings, name, question) else { return false };
    client.get(url).send().await.is_ok_and(|answer| answer.status().is_success())
}

/// Web tells on its own port. A service without a port for it cannot be asked.
fn url(settings: &Settings, name: &str, question: &str) -> Option<String> {
    if name == topology::WEB {
        let at = reachable(&settings.web.address);
        return Some(format!("http://{at}:{}/api/v1/health/{question}", settings.web.port));
    }
    let port = settings.health_port(name);
    (port != 0).then(|| format!("http://{}:{port}/health/{question}", reachable(&settings.health.address)))
}

/// Who listens everywhere is asked here.
pub fn reachable(address: &str) -> String {
    match address {
        "0.0.0.0" => "127.0.0.1".to_owned(),
        "::" | "[::]" => "[::1]".to_owned(),
        other if other.contains(':') && !other.starts_with('[') => format!("[{other}]"),
        other => other.to_owned(),
    }
}
