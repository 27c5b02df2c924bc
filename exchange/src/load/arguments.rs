//! What `exchange load` can be told.

use clap::{Args, Subcommand, ValueEnum};
use load::{By, Mix, Options, Shape};
use std::path::PathBuf;
use std::time::Duration;

#[derive(Args)]
#[command(args_conflicts_with_subcommands = true)]
pub struct Arguments {
    #[command(subcommand)]
    pub command: Option<Command>,
    #[command(flatten)]
    pub options: OrderOptions,
    #[command(flatten)]
    pub search: Search,
    #[command(flatten)]
    pub outputs: Outputs,
}

#[derive(Subcommand)]
pub enum Command {
    /// Hold two reports against each other, as ratios
    Compare { before: PathBuf, after: PathBuf },
    /// Kill matching while its books are full, and measure until it trades again
    Recovery {
        /// Orders on the books when it is killed
        #[arg(long, default_value_t = 1_000_000)]
        resting: usize,
        #[arg(long, default_value_t = 1_000)]
        users: u32,
        #[arg(long, default_value_t = 10)]
        symbols: u16,
    },
    /// How many commands a second matching by itself commits to its journal, and what each costs
    ///
    /// Starts PostgreSQL, RabbitMQ and matching in a folder of their own, publishes as portfolio
    /// would, and hears what matching says. Needs no exchange, and two cores to itself.
    Matching(super::matching::Arguments),
    /// How many messages a second a core of web pushes by Socket.IO, and how late they come
    ///
    /// Starts web in a process of its own, on a synthetic feed of prices that change all the time,
    /// and clients over WebSocket here. Needs no exchange, and two cores to itself.
    Sockets(super::sockets::Sockets),
    /// Web on the synthetic feed
    #[command(hide = true)]
    SocketsStage { symbols: usize, rate: u64 },
}

/// Enough to see how pushes spread, and cheap enough to hear beside the rest.
const LISTENERS: u32 = 100;
/// What a person at a page does not notice.
const BOUND_MS: f64 = 100.0;

#[derive(Args)]
pub struct OrderOptions {
    /// Bots that trade
    #[arg(long, default_value_t = 1_000)]
    users: u32,
    /// Stocks that they trade in
    #[arg(long, default_value_t = 10)]
    symbols: u16,
    /// Messages a second
    #[arg(long, default_value_t = 1_000)]
    rate: u32,
    /// For how long: seconds, or with a unit as in 90s and 30m
    #[arg(long = "for", value_name = "TIME", default_value = "20s", value_parser = seconds)]
    duration: Duration,
    /// When messages are due: constant, ramp, step, burst or poisson
    #[arg(long, default_value_t = Shape::Constant)]
    schedule: Shape,
    /// What is sent: mixed, trade, quotes, or parts as in rest=40,cross=50,market=5,cancel=5
    #[arg(long, default_value = "mixed")]
    mix: Mix,
    /// The same seed sends the same orders
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The door: an order over AMQP is answered by its reply, one over REST by its 201
    #[arg(long, value_enum, default_value_t = Door::Amqp)]
    by: Door,
    /// So many of the users listen to their private events over Socket.IO
    #[arg(long, default_value_t = LISTENERS)]
    listeners: u32,
}

#[derive(Clone, Copy, ValueEnum)]
enum Door {
    Amqp,
    Rest,
}

#[derive(Args)]
pub struct Search {
    /// Look for the highest rate that holds the bound without queues growing; --for is one try
    #[arg(long)]
    pub ramp_to_limit: bool,
    /// The bound: 99 of 100 are pushed (answered, if nobody listens) within so many milliseconds
    #[arg(long, value_name = "MS", default_value_t = BOUND_MS, requires = "ramp_to_limit")]
    pub bound_ms: f64,
}

#[derive(Args)]
pub struct Outputs {
    /// Measure also what the broker and the database do alone
    #[arg(long)]
    pub ceiling: bool,
    /// Write the report as JSON
    #[arg(long, value_name = "FILE")]
    pub json: Option<PathBuf>,
    /// Write the report as a page with plots
    #[arg(long, value_name = "FILE")]
    pub html: Option<PathBuf>,
}

impl From<OrderOptions> for Options {
    fn from(given: OrderOptions) -> Self {
        let OrderOptions { users, symbols, rate, duration, schedule, mix, seed, by, listeners } = given;
        let by = match by {
            Door::Amqp => By::Amqp,
            Door::Rest => By::Rest,
        };
        Options { users, symbols, rate, duration, shape: schedule, mix, seed, by, listeners }
    }
}

fn seconds(text: &str) -> Result<Duration, String> {
    let (number, unit) = match text.strip_suffix('s') {
        Some(number) => (number, 1),
        None => text.strip_suffix('m').map_or((text, 1), |number| (number, 60)),
    };
    let number: u64 =
        number.parse().map_err(|_| format!("expected a time such as 20s or 5m, got {text:?}"))?;
    if number == 0 {
        return Err("expected more than nothing".to_owned());
    }
    Ok(Duration::from_secs(number * unit))
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::Parser;

    #[derive(Parser)]
    struct Line {
        #[command(flatten)]
        arguments: Arguments,
    }

    fn refused(line: &str) -> String {
        let words = std::iter::once("load").chain(line.split_whitespace());
        Line::try_parse_from(words).map(drop).unwrap_err().to_string()
    }

    #[test]
    fn what_was_mistyped_is_refused_with_what_was_expected() {
        for (line, expected) in [
            ("--for soon", "expected a time such as 20s or 5m"),
            ("--for 0", "expected more than nothing"),
            ("--schedule sine", "expected one of constant, ramp, step, burst, poisson"),
            ("--mix rest=1,cancel=2", "only what rests can be canceled"),
            ("--by fax", "amqp, rest"),
            ("--bound-ms 5", "--ramp-to-limit"),
            ("compare one.json", "<AFTER>"),
            ("--rate 5 compare a.json b.json", "cannot be used with"),
        ] {
            let refusal = refused(line);
            assert!(refusal.contains(expected), "{line}: {refusal}");
        }
    }

    #[test]
    fn times_have_units() {
        assert_eq!(seconds("90"), Ok(Duration::from_secs(90)));
        assert_eq!(seconds("90s"), Ok(Duration::from_secs(90)));
        assert_eq!(seconds("30m"), Ok(Duration::from_secs(1800)));
    }
}
