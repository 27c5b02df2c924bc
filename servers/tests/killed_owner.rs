//! Whatever ends the process that started the servers ends the servers, and their folder.
//!
//! The owner is this test binary, run once more with a variable that tells it to start the
//! servers and then to wait for its end, or to panic.

mod support;

use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use servers::{TestServers, processes};
use support::{all_free, definitions, eventually, processes_in, sql};

const ROLE: &str = "SERVERS_TEST_OWNER";

#[tokio::test]
async fn owner() {
    let Ok(role) = std::env::var(ROLE) else {
        return;
    };
    let mut servers = TestServers::start(&definitions()).await.unwrap();
    assert_eq!(sql(&servers.postgres, "select 1").unwrap(), "1");
    let ports = servers.rabbitmq().ports();
    let ports = [servers.postgres.port(), ports.amqp, ports.management, ports.distribution, ports.epmd];
    let pids = [servers.postgres.pid().unwrap(), servers.rabbitmq().pid().unwrap()];
    let report = serde_json::json!({ "folder": servers.folder(), "ports": ports, "pids": pids });
    // Past the test harness, which keeps what is printed to itself.
    let mut stderr = std::io::stderr();
    writeln!(stderr, "report {report}").unwrap();
    if role == "panics" {
        panic!("on purpose");
    }
    servers.postgres.pause().await.unwrap();
    std::future::pending::<()>().await;
}

#[test]
fn kill_9_of_the_owner_ends_the_servers_and_deletes_their_folder() {
    let mut owner = Owner::start("waits");
    assert!(owner.pids.iter().all(|pid| processes::is_alive(*pid)));
    owner.child.kill().unwrap();
    owner.child.wait().unwrap();
    owner.leaves_nothing();
}

#[test]
fn a_panic_of_the_owner_ends_the_servers_and_deletes_their_folder() {
    let mut owner = Owner::start("panics");
    assert!(!owner.child.wait().unwrap().success());
    owner.leaves_nothing();
}

struct Owner {
    child: std::process::Child,
    folder: PathBuf,
    ports: Vec<u16>,
    pids: Vec<u32>,
}

impl Owner {
    fn start(role: &str) -> Self {
        let mut child = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "owner", "--nocapture", "--test-threads=1"])
            .env(ROLE, role)
            .stdout(Stdio::null())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        let mut heard = String::new();
        for line in BufReader::new(child.stderr.take().unwrap()).lines() {
            let line = line.unwrap();
            if let Some(report) = line.strip_prefix("report ") {
                let report: serde_json::Value = serde_json::from_str(report).unwrap();
                return Self {
                    child,
                    folder: Path::new(report["folder"].as_str().unwrap()).to_owned(),
                    ports: serde_json::from_value(report["ports"].clone()).unwrap(),
                    pids: serde_json::from_value(report["pids"].clone()).unwrap(),
                };
            }
            heard.push_str(&line);
        }
        child.wait().unwrap();
        panic!("the owner ended without a report: {heard}");
    }

    fn leaves_nothing(&self) {
        eventually("the servers are gone", || !self.pids.iter().any(|pid| processes::is_alive(*pid)));
        eventually("the folder is gone", || !self.folder.exists());
        eventually("no process of theirs is left", || processes_in(&self.folder).is_empty());
        assert!(all_free(&self.ports));
    }
}
