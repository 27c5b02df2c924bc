//! `exchange load sockets`: the fan-out of web's sockets, by itself.

use crate::console::answer;
use anyhow::Result;
use clap::Args;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Args)]
pub struct Sockets {
    #[arg(long, value_name = "N", default_value_t = 500)]
    clients: usize,
    /// Rooms that each client is in; several numbers are measured one after the other
    #[arg(long, value_name = "S", value_delimiter = ',', default_values_t = [1, 10, 30, 100, 300])]
    symbols: Vec<usize>,
    /// Price changes a second over all symbols [default: two for each symbol and tick]
    #[arg(long)]
    rate: Option<u64>,
    #[arg(long = "for", value_name = "SECONDS", default_value_t = 10)]
    measured_for: u64,
    /// Measure Node's Socket.IO server too, in the same run
    #[arg(long, value_name = "FOLDER", num_args = 0..=1, default_missing_value = "bench/socketio-node")]
    node: Option<PathBuf>,
    #[arg(long)]
    json: bool,
}

/// Apart from any runtime: the stage and the clients have their own.
pub fn run(asked: Sockets) -> Result<()> {
    let options = load::sockets::Options {
        clients: asked.clients,
        symbols: asked.symbols,
        rate: asked.rate,
        measured_for: Duration::from_secs(asked.measured_for),
        node: asked.node,
        program: std::env::current_exe()?,
    };
    if asked.json {
        let report = load::sockets::run(&options, |_| {})?;
        answer(serde_json::to_string_pretty(&report)?);
    } else {
        answer(load::sockets::HEADINGS);
        answer(load::sockets::run(&options, |measured| answer(measured))?);
    }
    Ok(())
}
