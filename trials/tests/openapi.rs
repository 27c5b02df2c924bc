//! The document of REST against the real exchange: everything in it is done once, and then schemathesis looks
//! for what is accepted, answered or refused otherwise than the document says.

use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use trials::{Exchange, Options, Person, target_folder};

fn ours() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("openapi")
}

/// What it said, if it went well. It fails with all of that otherwise.
fn said(command: &mut Command) -> String {
    let Output { status, stdout, stderr } =
        command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
    let said = String::from_utf8_lossy(&stdout).into_owned();
    let program = command.get_program();
    assert!(status.success(), "{program:?}: {status}\n{said}\n{}", String::from_utf8_lossy(&stderr));
    said
}

/// Schemathesis, installed once, beside the build.
fn installed() -> PathBuf {
    let programs = target_folder().join("trial-openapi/bin");
    if !programs.join("python").exists() {
        said(Command::new("python3").args(["-m", "venv"]).arg(programs.parent().unwrap()));
    }
    let requirements = ours().join("requirements.txt");
    said(
        Command::new(programs.join("python"))
            .args(["-m", "pip", "install", "--quiet", "-r"])
            .arg(requirements),
    );
    programs
}

/// Schemathesis in the name of somebody, over some of the operations.
fn schemathesis(programs: &Path, exchange: &Exchange, who: &Person, which: &[&str]) {
    let output = said(
        Command::new(programs.join("schemathesis"))
            .current_dir(exchange.folder())
            .arg("--config-file")
            .arg(ours().join("schemathesis.toml"))
            .env("TOKEN", &who.token)
            .args(["run", "--no-color"])
            .args(which)
            .arg(format!("{}/api/openapi.json", exchange.url())),
    );
    let tail: Vec<&str> = output.lines().rev().take(15).collect();
    println!("{}: {}", who.name, tail.into_iter().rev().collect::<Vec<_>>().join("\n"));
}

#[tokio::test(flavor = "multi_thread")]
async fn the_exchange_does_what_its_document_says_and_nothing_else() {
    let programs = installed();
    // Whoever looks for faults asks a lot.
    let plenty = || "100000".to_owned();
    let settings = vec![
        ("EXCHANGE__LIMITS__REQUESTS_PER_USER", plenty()),
        ("EXCHANGE__LIMITS__REQUESTS_PER_ADDRESS", plenty()),
    ];
    let mut exchange = Exchange::start(&Options { settings, ..Default::default() }).unwrap();
    let walk = said(Command::new(programs.join("python")).arg(ours().join("walk.py")).arg(exchange.url()));
    print!("{walk}");

    let ada = exchange.enter("ada").await;
    // Whoever signs out, changes his password or leaves is nobody from then on.
    let leaves =
        ["log_out", "change_password", "close_account"].map(|id| format!("--include-operation-id={id}"));
    let stays = leaves.each_ref().map(|leave| leave.replace("include", "exclude"));
    let mut traders: Vec<&str> = stays.iter().map(String::as_str).collect();
    traders.push("--exclude-tag=Admins");
    schemathesis(&programs, &exchange, &ada, &["--include-tag=Admins"]);
    for (n, leave) in leaves.iter().enumerate() {
        let (url, login) = (exchange.url(), format!("leaver{n}"));
        let somebody = Person::sign_up(&url, &login, "a sentence of mine").await.unwrap();
        schemathesis(&programs, &exchange, &somebody, &[leave]);
    }
    // Only now: a token lives ten minutes.
    let ann = exchange.enter("ann").await;
    schemathesis(&programs, &exchange, &ann, &traders);
    exchange.audit().unwrap();
    exchange.stop().unwrap();
}
