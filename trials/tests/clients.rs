//! Clients that we did not write: socket.io-client, python-socketio, ws, websockets, amqplib, and pika
//! as docs/amqp.md shows it.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::Duration;
use trials::{Exchange, Options, user_id};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().unwrap().to_owned()
}

/// The clients' own packages, installed once, beside the build.
fn installed() -> (PathBuf, PathBuf) {
    let home = trials::target_folder().join("trial-clients");
    std::fs::create_dir_all(&home).unwrap();
    let ours = root().join("trials/clients");
    for file in
        std::fs::read_dir(&ours).unwrap().map(Result::unwrap).filter(|f| f.file_type().unwrap().is_file())
    {
        std::fs::copy(file.path(), home.join(file.file_name())).unwrap();
    }
    run(Command::new("npm").args(["ci", "--no-audit", "--no-fund", "--silent"]).current_dir(&home));
    let python = home.join("venv/bin/python");
    if !python.exists() {
        run(Command::new("python3").args(["-m", "venv"]).arg(home.join("venv")));
    }
    let requirements = home.join("requirements.txt");
    run(Command::new(&python).args(["-m", "pip", "install", "--quiet", "-r"]).arg(requirements));
    (home, python)
}

fn run(command: &mut Command) {
    let status = command.status().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    assert!(status.success(), "{command:?}: {status}");
}

/// Starts a client and waits until it says that it listens.
fn listening(command: &mut Command) -> Child {
    let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    if line.trim() != "ready" {
        panic!("{command:?} said {line:?} and ended with {:?}", child.wait());
    }
    child
}

#[tokio::test(flavor = "multi_thread")]
async fn clients_of_others_work_with_what_the_docs_say() {
    let (home, python) = installed();
    let mut exchange = Exchange::start(&Options::default()).unwrap();
    let (ann, bob) = (exchange.enter("ann").await, exchange.enter("bob").await);
    let url = exchange.url();
    let node = |arguments: &[&str]| {
        let mut command = Command::new("node");
        command.current_dir(&home).arg("socket.mjs").args([&url, "ACME"]).args(arguments);
        command
    };
    let mut python_socketio = Command::new(&python);
    python_socketio.current_dir(&home).args(["listen.py", &url, "ACME", &ann.token]);
    let mut plain_node = Command::new("node");
    plain_node.current_dir(&home).args(["plain.mjs", &url, "ACME"]);
    let mut plain_python = Command::new(&python);
    plain_python.current_dir(&home).args(["plain.py", &url, "ACME", &ann.token]);
    let mut listeners: Vec<(&str, Child)> = vec![
        ("polling", listening(&mut node(&["polling", &ann.token]))),
        ("websocket", listening(&mut node(&["websocket", &ann.token]))),
        ("upgrade", listening(&mut node(&["polling,websocket", &ann.token]))),
        ("public only", listening(&mut node(&["websocket"]))),
        ("python-socketio", listening(&mut python_socketio)),
        ("ws, public only", listening(&mut plain_node)),
        ("ws", listening(plain_node.arg(&ann.token))),
        ("websockets", listening(&mut plain_python)),
    ];
    // Their snapshots come with the next tick; and what changes within one tick is one change.
    tokio::time::sleep(Duration::from_millis(500)).await;
    let sale = ann.sells(5, "ACME", "100").await;
    ann.sees(&sale, "open").await;
    tokio::time::sleep(Duration::from_millis(500)).await;
    bob.buys(3, "ACME", "100").await;
    ann.sees(&sale, "open 3").await;
    // Whose snapshot came after the trade hears of another.
    let is_listening = |(_, child): &mut (_, Child)| child.try_wait().unwrap().is_none();
    while listeners.iter_mut().any(is_listening) {
        ann.sells(1, "ACME", "100").await;
        bob.buys(1, "ACME", "100").await;
        tokio::time::sleep(Duration::from_secs(1)).await;
    }
    for (name, child) in &mut listeners {
        assert!(child.wait().unwrap().success(), "{name}");
    }
    run(Command::new("node").current_dir(&home).args(["foreign.mjs", &url]));
    run(Command::new("node").current_dir(&home).args(["recover.mjs", &url, "BOLT", &bob.token]));

    pika(&exchange, &python);
    let (bot, amqp) = (user_id("b0").to_string(), amqp(&exchange));
    run(Command::new("node").current_dir(&home).args(["orders.mjs", &amqp, &bot, "BOLT"]));
    payments(&exchange, &python);
    exchange.audit().unwrap();
    exchange.stop().unwrap();
}

/// The broker's address, for a load tester.
fn amqp(exchange: &Exchange) -> String {
    let url = exchange.settings().unwrap().broker_url("loadtest").unwrap();
    url.split('?').next().unwrap().to_owned()
}

/// The program in docs/amqp.md, as it stands there.
fn pika(exchange: &Exchange, python: &Path) {
    let document = std::fs::read_to_string(root().join("docs/amqp.md")).unwrap();
    let program = document
        .split("```python\n")
        .nth(1)
        .and_then(|rest| rest.split("```").next())
        .expect("a Python block");
    let amqp = amqp(exchange);
    let client = |user: &str| {
        Command::new(python)
            .args(["-c", program])
            .envs([("AMQP_URL", amqp.as_str()), ("USER_ID", user), ("SYMBOL", "BOLT")])
            .envs([("QUANTITY", "3"), ("LIMIT_PRICE", "90.00")])
            .output()
            .unwrap()
    };
    let output = client(&user_id("b0").to_string());
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert!(said.lines().next().is_some_and(|reply| reply.contains("\"pending\"")), "{said}");
    // Load testers trade for bots only.
    let output = client(&user_id("ann").to_string());
    let said =
        String::from_utf8_lossy(&output.stdout).into_owned() + &String::from_utf8_lossy(&output.stderr);
    assert!(!output.status.success() && said.contains("not_allowed"), "{said}");
}

/// The program in docs/payments.md, as it stands there. It checks what it is answered.
fn payments(exchange: &Exchange, python: &Path) {
    let document = std::fs::read_to_string(root().join("docs/payments.md")).unwrap();
    let program = document.split("```python\n").nth(1).and_then(|rest| rest.split("```").next()).unwrap();
    let url = |user: &str| {
        let url = exchange.settings().unwrap().broker_url(user).unwrap();
        url.split('?').next().unwrap().to_owned()
    };
    let client =
        |user: &str| Command::new(python).args(["-c", program]).env("AMQP_URL", url(user)).output().unwrap();
    let output = client("gateway");
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{said}{}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(said.lines().filter(|reply| reply.contains("\"ok\"")).count(), 8, "{said}");
    // Load testers move no money.
    let output = client("loadtest");
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(!output.status.success() && said.contains("ACCESS_REFUSED"), "{said}");
}
