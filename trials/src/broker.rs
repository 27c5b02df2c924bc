//! What an administrator of the broker, or a bad day, can do to it.

use crate::{Exchange, send_signal};
use anyhow::Context;
use reqwest::Method;
use serde_json::{Value, json};
use std::process::Command;
use std::time::{Duration, Instant};

/// What the management interface has not answered by then it will not answer.
const ANSWER_LIMIT: Duration = Duration::from_secs(15);
/// A killed process is gone by then, also one that waits for its disk.
const GONE_LIMIT: Duration = Duration::from_secs(30);
const LOOK_AGAIN: Duration = Duration::from_millis(500);

impl Exchange {
    /// RabbitMQ is killed and everything that it stored is gone before it comes back.
    pub fn lose_the_brokers_disk(&self) -> anyhow::Result<()> {
        // Else it would be started before the disk is empty.
        let unsupervised = self.unsupervised()?;
        let (pid, begun) = (self.pid("rabbitmq")?, Instant::now());
        send_signal(pid, "KILL")?;
        std::thread::sleep(LOOK_AGAIN);
        while servers::processes::is_alive(pid) && begun.elapsed() < GONE_LIMIT {
            std::thread::sleep(LOOK_AGAIN);
        }
        let erased = std::fs::remove_dir_all(self.own("rabbitmq/mnesia"));
        drop(unsupervised);
        erased.context("the broker's data is deleted")
    }

    /// The ring that shares users out among the partitions of ordering gets its places anew, as it may at
    /// any start of RabbitMQ: with two partitions each takes the other's users.
    pub async fn turn_the_ring(&self) -> anyhow::Result<()> {
        let of_first = "bindings/VHOST/e/orders/q/ordering.0";
        self.administer(Method::DELETE, &format!("{of_first}/1"), None).await?;
        self.administer(Method::POST, of_first, Some(json!({ "routing_key": "1" }))).await?;
        Ok(())
    }

    /// Runs `rabbitmqctl` on the private node.
    pub fn rabbitmqctl(&self, arguments: &[&str]) -> anyhow::Result<String> {
        let programs = servers::find::rabbitmq()?;
        let ports: toml::Table = toml::from_str(&std::fs::read_to_string(self.own("ports.toml"))?)?;
        let path = std::env::join_paths(
            std::env::split_paths(&std::env::var_os("PATH").unwrap_or_default())
                .chain([programs.erlang_bin.clone()]),
        )?;
        let output = Command::new(programs.sbin.join("rabbitmqctl"))
            .args(["--quiet"])
            .args(arguments)
            .current_dir("/")
            .env("PATH", path)
            .env("HOME", self.own("rabbitmq/home"))
            .env("RABBITMQ_CONF_ENV_FILE", self.own("rabbitmq/rabbitmq-env.conf"))
            .env("RABBITMQ_NODENAME", "exchange@localhost")
            .env("ERL_EPMD_PORT", ports["epmd"].to_string())
            .env("ERL_EPMD_ADDRESS", "127.0.0.1")
            .env(
                "RABBITMQ_CTL_ERL_ARGS",
                "+S 1:1 -kernel inet_dist_use_interface {127,0,0,1} -start_epmd false",
            )
            .output()?;
        anyhow::ensure!(output.status.success(), "rabbitmqctl {arguments:?}: {output:?}");
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// A request to RabbitMQ's management interface, as its administrator. `path` is below the
    /// exchange's virtual host where it has one: `queues/VHOST/matching.0`.
    pub async fn administer(&self, method: Method, path: &str, body: Option<Value>) -> anyhow::Result<Value> {
        let settings = self.settings()?;
        let password =
            settings.secrets.broker.get("administrator").context("the administrator's password")?;
        let chassis::settings::Broker { host, management_port, vhost, administrator, .. } = &settings.broker;
        let url = format!("http://{host}:{management_port}/api/{}", path.replace("VHOST", vhost));
        let client = reqwest::Client::builder().timeout(ANSWER_LIMIT).build()?;
        let mut request = client.request(method, &url).basic_auth(administrator, Some(password.reveal()));
        if let Some(body) = body {
            request = request.json(&body);
        }
        let answer = request.send().await?;
        let status = answer.status();
        let text = answer.text().await?;
        anyhow::ensure!(status.is_success(), "{url}: {status}: {text}");
        Ok(serde_json::from_str(&text).unwrap_or_default())
    }
}
