//! `exchange load`: measuring.

use crate::console::answer;
use anyhow::Result;
use clap::Subcommand;
use std::path::PathBuf;
use std::time::Duration;

#[derive(Subcommand)]
pub enum Command {
    /// How many messages a second a core of web pushes by Socket.IO, and how late they come
    ///
    /// Starts web in a process of its own, on a synthetic feed of prices that change all the time,
    /// and clients over WebSocket here. Needs no exchange, and two cores to itself.
    Sockets(Sockets),
    /// Web on the synthetic feed
    #[command(hide = true)]
    SocketsStage { symbols: usize, rate: u64 },
}

#[derive(clap::Args)]
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

pub fn run(command: Command) -> Result<()> {
    let asked = match command {
        Command::Sockets(asked) => asked,
        Command::SocketsStage { symbols, rate } => return load::sockets::stage::run(symbols, rate),
    };
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
