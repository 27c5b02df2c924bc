//! The program people start.

use std::process::ExitCode;

fn main() -> ExitCode {
    exchange::main()
}
