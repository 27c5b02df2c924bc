//! The command line from outside: what it lists, and what it refuses before anything is started.
//!
//! Cargo builds the program for this test with the libraries of all other tests; the trials then
//! find it built.

use std::process::{Command, Output};

fn exchange(arguments: &[&str]) -> Output {
    let folder = tempfile::tempdir().expect("a folder");
    let mut program = Command::new(env!("CARGO_BIN_EXE_exchange"));
    program.current_dir(folder.path()).args(arguments).output().expect("the program starts")
}

fn check(arguments: &[&str], code: i32, says: &[&str]) {
    let Output { status, stdout, stderr } = exchange(arguments);
    let said = String::from_utf8_lossy(&stdout) + String::from_utf8_lossy(&stderr);
    assert_eq!(status.code(), Some(code), "{arguments:?} said {said}");
    for part in says {
        assert!(said.contains(part), "{arguments:?} does not say {part:?}, but {said}");
    }
}

#[test]
fn help_lists_the_commands() {
    let commands = ["up", "service", "provision", "migrate", "seed", "halt", "resume", "status", "audit"];
    check(&["--help"], 0, &commands);
}

#[test]
fn what_does_not_exist_is_refused_by_name() {
    check(&["sed"], 2, &["'sed'", "'seed'"]);
    check(&["seed", "--dry"], 2, &["'--dry'", "'--dry-run'"]);
}

#[test]
fn bad_values_are_refused_with_the_argument_and_the_value() {
    check(&["halt", "not a symbol"], 2, &["not a symbol", "<SYMBOL>"]);
    check(&["service", "billing"], 2, &["'billing'", "<NAME>", "matching"]);
}
