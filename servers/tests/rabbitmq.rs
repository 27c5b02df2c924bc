//! A private RabbitMQ through its life: first start, restart, kill -9, lost disk, second owner.

mod support;

use servers::{RabbitMq, RabbitPorts, RabbitSettings, RabbitSource, find, ports};
use support::{all_free, definitions, eventually, letters, processes_in, send_letter};

#[tokio::test]
async fn letters_survive_a_stop_and_kill_9_but_not_the_loss_of_the_disk() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("rabbitmq");
    let file = parent.path().join("definitions.json");
    std::fs::write(&file, definitions()).unwrap();
    let lease = ports::free(5).unwrap();
    let &[amqp, management, distribution, epmd, prometheus] = lease.ports() else { unreachable!() };
    let ports = RabbitPorts { amqp, management, distribution, epmd, prometheus: Some(prometheus) };
    let source = RabbitSource::Installed(find::rabbitmq().unwrap());
    let settings = RabbitSettings::new(&file);

    let mut rabbitmq =
        RabbitMq::start(source.clone(), &folder, ports.clone(), settings.clone()).await.unwrap();
    // Answering means ready: the definitions are there, users and queues.
    send_letter(&rabbitmq, "first");

    // Nothing of it listens anywhere but on this machine.
    for port in [amqp, management, distribution, epmd, prometheus] {
        let listeners = listeners(port);
        assert!(!listeners.is_empty(), "port {port}");
        assert!(
            listeners.iter().all(|address| LOOPBACK.contains(&address.as_str())),
            "port {port}: {listeners:?}"
        );
    }

    let error =
        RabbitMq::start(source.clone(), &folder, ports.clone(), settings.clone()).await.err().unwrap();
    let error = format!("{error:#}");
    assert!(error.contains("already running, started by PID"), "{error}");
    let error = rabbitmq.erase_data().await.unwrap_err().to_string();
    assert!(error.contains("stop or kill it"), "{error}");

    rabbitmq.pause().await.unwrap();
    rabbitmq.resume().await.unwrap();
    rabbitmq.stop().await.unwrap();
    assert_eq!(processes_in(&folder), Vec::<u32>::new());
    assert!(all_free(lease.ports()));
    rabbitmq.start_again().await.unwrap();
    send_letter(&rabbitmq, "second");

    rabbitmq.kill9().await.unwrap();
    assert!(rabbitmq.has_ended() && all_free(&[amqp, management]));
    rabbitmq.start_again().await.unwrap();
    // Answering does not mean that each queue has its leader.
    while !rabbitmq.ctl(&["list_queues", "name", "state"]).await.unwrap().contains("letters\trunning") {
        tokio::time::sleep(std::time::Duration::from_millis(200)).await;
    }
    assert_eq!(letters(&rabbitmq), ["first", "second"]);
    let error = rabbitmq.ctl(&["no_such_command"]).await.unwrap_err().to_string();
    assert!(error.starts_with("rabbitmqctl no_such_command failed"), "{error}");

    rabbitmq.kill9().await.unwrap();
    rabbitmq.erase_data().await.unwrap();
    rabbitmq.start_again().await.unwrap();
    assert_eq!(letters(&rabbitmq), Vec::<String>::new());

    // Dropped while it runs: the guard ends it, and its epmd.
    drop(rabbitmq);
    eventually("the dropped node is gone", || processes_in(&folder).is_empty() && all_free(lease.ports()));
}

/// 127.0.0.1 and ::1, as the kernel's tables write them.
const LOOPBACK: [&str; 2] = ["0100007F", "00000000000000000000000001000000"];

/// The addresses that a port is open on.
fn listeners(port: u16) -> Vec<String> {
    let suffix = format!(":{port:04X}");
    ["/proc/net/tcp", "/proc/net/tcp6"]
        .iter()
        .flat_map(|table| {
            std::fs::read_to_string(table).unwrap().lines().map(str::to_owned).collect::<Vec<_>>()
        })
        .filter_map(|line| {
            let words: Vec<&str> = line.split_whitespace().collect();
            (words[3] == "0A").then(|| words[1].strip_suffix(&suffix).map(str::to_owned)).flatten()
        })
        .collect()
}

#[tokio::test]
async fn definitions_that_are_no_json_are_refused() {
    let parent = tempfile::tempdir().unwrap();
    let folder = parent.path().join("rabbitmq");
    let file = parent.path().join("definitions.json");
    std::fs::write(&file, "{ this is not JSON").unwrap();
    let lease = ports::free(4).unwrap();
    let &[amqp, management, distribution, epmd] = lease.ports() else { unreachable!() };
    let ports = RabbitPorts { amqp, management, distribution, epmd, prometheus: None };
    let source = RabbitSource::Installed(find::rabbitmq().unwrap());

    let error = RabbitMq::start(source, &folder, ports, RabbitSettings::new(&file)).await.err().unwrap();
    let error = format!("{error:#}");
    assert!(error.contains("definitions.json is no JSON"), "{error}");
    assert_eq!(processes_in(&folder), Vec::<u32>::new());
}
