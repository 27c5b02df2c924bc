//! What the tests need to ask of the two servers, with no client library.
#![allow(dead_code, reason = "each test binary uses a part of it")]

use std::io::{Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use base64::Engine;
use servers::definitions::{HASHING_ALGORITHM, password_hash};
use servers::{Postgres, RabbitMq, find, ports, processes};

pub const PASSWORD: &str = "secret123";

/// One user, who may do everything, and one quorum queue.
pub fn definitions() -> String {
    serde_json::json!({
        "vhosts": [{ "name": "/" }],
        "users": [{
            "name": "tester",
            "password_hash": password_hash([1, 2, 3, 4], PASSWORD),
            "hashing_algorithm": HASHING_ALGORITHM,
            "tags": ["administrator"],
        }],
        "permissions": [{ "user": "tester", "vhost": "/", "configure": ".*", "write": ".*", "read": ".*" }],
        "queues": [{
            "name": "letters", "vhost": "/", "durable": true, "auto_delete": false,
            "arguments": { "x-queue-type": "quorum" },
        }],
        "exchanges": [{
            "name": "hashed", "vhost": "/", "type": "x-consistent-hash",
            "durable": true, "auto_delete": false, "internal": false, "arguments": {},
        }],
    })
    .to_string()
}

/// One statement as the administrator, in a session of its own.
pub fn sql(postgres: &Postgres, statement: &str) -> Result<String, String> {
    let output = Command::new(find::postgres().unwrap().bin.join("psql"))
        .args([
            "-X",
            "-q",
            "-A",
            "-t",
            "-v",
            "ON_ERROR_STOP=1",
            "-d",
            &postgres.url("postgres"),
            "-c",
            statement,
        ])
        .env("PGCONNECT_TIMEOUT", "10")
        .current_dir("/")
        .output()
        .unwrap();
    if output.status.success() {
        Ok(String::from_utf8(output.stdout).unwrap().trim().to_owned())
    } else {
        Err(String::from_utf8(output.stderr).unwrap())
    }
}

/// A request to RabbitMQ's management interface; the body of the answer.
pub fn api(rabbitmq: &RabbitMq, method: &str, path: &str, body: &str) -> String {
    let mut stream = TcpStream::connect(("127.0.0.1", rabbitmq.ports().management)).unwrap();
    let login = base64::engine::general_purpose::STANDARD.encode(format!("tester:{PASSWORD}"));
    write!(
        stream,
        "{method} /api/{path} HTTP/1.0\r\nAuthorization: Basic {login}\r\n\
         Content-Type: application/json\r\nContent-Length: {}\r\n\r\n{body}",
        body.len()
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    assert!(head.contains(" 200 "), "{method} {path}: {answer}");
    body.to_owned()
}

pub fn send_letter(rabbitmq: &RabbitMq, text: &str) {
    let body = serde_json::json!({
        "properties": { "delivery_mode": 2 }, "routing_key": "letters", "payload": text, "payload_encoding": "string",
    });
    let answer = api(rabbitmq, "POST", "exchanges/%2f/amq.default/publish", &body.to_string());
    assert!(answer.contains("\"routed\":true"), "{answer}");
}

/// The letters in the queue, which stay there.
pub fn letters(rabbitmq: &RabbitMq) -> Vec<String> {
    let body = r#"{"count":100,"ackmode":"ack_requeue_true","encoding":"auto"}"#;
    let answer = api(rabbitmq, "POST", "queues/%2f/letters/get", body);
    let letters: Vec<serde_json::Value> = serde_json::from_str(&answer).unwrap();
    letters.iter().map(|letter| letter["payload"].as_str().unwrap().to_owned()).collect()
}

/// Every living process whose command line or open folder lies in `folder`, or that descends
/// from one of these.
pub fn processes_in(folder: &Path) -> Vec<u32> {
    let wanted = folder.to_str().unwrap();
    let mentions = |path: PathBuf, name: &str| {
        std::fs::read(path.join(name)).is_ok_and(|bytes| String::from_utf8_lossy(&bytes).contains(wanted))
    };
    std::fs::read_dir("/proc")
        .unwrap()
        .flatten()
        .filter_map(|entry| Some((entry.file_name().to_str()?.parse::<u32>().ok()?, entry.path())))
        .filter(|(pid, _)| *pid != std::process::id())
        .filter(|(pid, path)| {
            processes::is_alive(*pid)
                && (mentions(path.clone(), "cmdline") || mentions(path.clone(), "environ"))
        })
        .map(|(pid, _)| pid)
        .collect()
}

/// Longer than a server is given to end by itself on a busy machine.
const PATIENCE: Duration = Duration::from_secs(120);

/// Waits for what a guard does in its own time.
pub fn eventually(what: &str, mut holds: impl FnMut() -> bool) {
    let deadline = Instant::now() + PATIENCE;
    while !holds() {
        assert!(Instant::now() < deadline, "still not so after {PATIENCE:?}: {what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

pub fn all_free(ports: &[u16]) -> bool {
    ports.iter().all(|port| ports::is_free(*port))
}
