//! The command line.

use crate::children::{BOTS, FEEDS, NAMES};
use crate::console::answer;
use crate::{audit, halting, journey, load, parked, provision, reset, service, status, up, uploading, user};
use anyhow::{Context, Result};
use chassis::{settings::Settings, telemetry};
use clap::builder::PossibleValuesParser;
use clap::{Parser, Subcommand};
use contracts::{
    OrderId, Symbol,
    stock_data::{FeedSource, InstrumentState},
};
use std::io::{IsTerminal, Write};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

const ABOUT: &str = "A stock exchange: five services and a gateway over RabbitMQ and PostgreSQL.

Without a command it starts everything (`up`): private servers where none are configured, the six
processes, demo people and stocks on the first start. Ctrl-C stops it; the data stays in .exchange.";

const SETTINGS: &str =
    "Settings: exchange.toml in this folder, and variables such as EXCHANGE__WEB__PORT=3001 for
`port` under [web]. The variables win. What `up` makes for itself (data, logs, ports, secrets) is in
.exchange in this folder, or where EXCHANGE__DIRECTORY says.";

#[derive(Parser)]
#[command(name = "exchange", version, about = "A stock exchange", long_about = ABOUT, after_help = SETTINGS)]
struct Cli {
    #[command(subcommand)]
    command: Option<Command>,
    #[command(flatten)]
    market: Market,
}

#[derive(clap::Args, Clone)]
struct Market {
    /// Start no market makers: prices move only when others trade
    #[arg(long)]
    quiet_market: bool,
    /// Trade on paper: instruments follow prices of `binance`, `polygon` or `simulated`
    ///
    /// May be given more than once. Polygon.io wants a key: EXCHANGE__SECRETS__POLYGON_KEY.
    #[arg(long, value_name = "SOURCE")]
    paper: Vec<FeedSource>,
}

#[derive(Subcommand)]
enum Command {
    /// Start everything, and stop it again on Ctrl-C (what happens without a command)
    Up {
        /// Start without demo people and stocks
        #[arg(long)]
        no_seed: bool,
        #[command(flatten)]
        market: Market,
    },
    /// Run one of the six processes here, the market makers or the price feeds, as compose and Kubernetes do
    Service {
        #[arg(value_parser = PossibleValuesParser::new(NAMES.into_iter().chain([FEEDS, BOTS])))]
        name: String,
        /// End when standard input closes
        #[arg(long, hide = true)]
        with_parent: bool,
    },
    /// Make roles, databases, schema and topology on the servers that the settings name
    ///
    /// Needs an administrator's password of each: EXCHANGE__SECRETS__DATABASE__ADMIN and
    /// EXCHANGE__SECRETS__BROKER__ADMINISTRATOR. Can be repeated.
    Provision {
        /// Only print what would be loaded
        #[arg(long, value_name = "WHAT", num_args = 0..=1, default_missing_value = "topology")]
        print: Option<provision::Print>,
    },
    /// Apply what is missing to the schema of the five databases
    Migrate,
    /// Fill a running exchange from files; what is there already stays as it is
    Seed {
        /// Only say what would change
        #[arg(long)]
        dry_run: bool,
        /// The folder of people.csv, stocks.csv, cash.csv, holdings.csv and orders.csv
        #[arg(long, value_name = "FOLDER")]
        data: Option<PathBuf>,
        /// Give the stocks a made-up past of two years, so that charts have something to show
        ///
        /// The same seed makes the same past; a stock that has one keeps it.
        #[arg(long, value_name = "SEED")]
        history: Option<u32>,
    },
    /// Accounts with passwords: open one (the first admin's too), set a forgotten password
    User {
        #[command(subcommand)]
        command: user::Command,
    },
    /// Stocks from a sheet: many at once, and taken back
    Stocks {
        #[command(subcommand)]
        command: uploading::Command,
    },
    /// Stop trading in a stock: new orders are refused, and its book trades no more
    Halt {
        /// As it is listed: `ACME`
        symbol: Symbol,
    },
    /// Let trading in a halted stock go on
    Resume {
        /// As it is listed: `ACME`
        symbol: Symbol,
    },
    /// How the processes, queues and streams are. Fails unless all six processes are ready
    Status {
        #[arg(long)]
        json: bool,
    },
    /// Prove from the five databases that every promise is kept. Fails with findings
    ///
    /// Works on a running and on a stopped exchange. While people trade it waits for a moment at
    /// which nothing is on its way; if none comes, it tells only what it finds twice.
    Audit {
        #[arg(long)]
        json: bool,
        /// How long to wait for a quiet moment
        #[arg(long, value_name = "SECONDS", default_value_t = 10)]
        wait: u64,
    },
    /// Follow one order: the hops that it took between the services, and when
    Journey {
        order_id: OrderId,
        /// With the messages as they were sent
        #[arg(long)]
        json: bool,
    },
    /// Messages that could not be taken: list, show, have them taken up again
    Parked {
        #[command(subcommand)]
        command: parked::Command,
    },
    /// Send orders to a running exchange at a rate that waits for nobody, and tell how it bore them
    ///
    /// Trades with bots and stocks of its own. Fails when a message was not answered, an outcome was
    /// not as planned, the schedule was not kept, or the audit finds anything.
    Load(Box<load::Arguments>),
    /// Delete everything that `up` has made in this folder, all data included
    Reset {
        /// Do not ask
        #[arg(long)]
        yes: bool,
    },
}

/// Reads the command line, does what it says, and tells what went wrong in one paragraph.
pub fn main() -> ExitCode {
    let cli = Cli::parse();
    let up = Command::Up { no_seed: false, market: cli.market };
    match run(cli.command.unwrap_or(up)) {
        Ok(code) => code,
        Err(error) => {
            let mut output = std::io::stderr();
            let space = if output.is_terminal() { "\n" } else { "" };
            let _ = writeln!(output, "{space}error: {}", paragraph(&error));
            ExitCode::FAILURE
        }
    }
}

/// The error and its causes. Some tell their cause already.
fn paragraph(error: &anyhow::Error) -> String {
    let mut text = error.to_string();
    for cause in error.chain().skip(1).map(ToString::to_string) {
        if !text.contains(&cause) {
            text = format!("{}: {cause}", text.trim_end_matches('.'));
        }
    }
    text
}

fn run(command: Command) -> Result<ExitCode> {
    let folder = std::env::current_dir().context("The current folder is gone: change to another")?;
    if let Command::Service { name, with_parent } = command {
        service::run(&name, &folder, with_parent)?;
        return Ok(ExitCode::SUCCESS);
    }
    let command = match command {
        Command::Load(arguments) => match *arguments {
            load::Arguments { command: Some(load::Command::Sockets(asked)), .. } => {
                load::sockets::run(asked)?;
                return Ok(ExitCode::SUCCESS);
            }
            load::Arguments { command: Some(load::Command::SocketsStage { symbols, rate }), .. } => {
                ::load::sockets::stage::run(symbols, rate)?;
                return Ok(ExitCode::SUCCESS);
            }
            other => Command::Load(Box::new(other)),
        },
        other => other,
    };
    telemetry::start(&quiet(&folder))?;
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let code = runtime.block_on(obey(command, &folder));
    // Whatever still works in the background has nobody to work for.
    runtime.shutdown_background();
    code
}

async fn obey(command: Command, folder: &Path) -> Result<ExitCode> {
    match command {
        Command::Up { no_seed, market: Market { quiet_market, paper } } => {
            let options = up::Options { seed: !no_seed, market: !quiet_market, paper };
            up::run(folder, options).await?;
        }
        Command::Service { .. } => unreachable!("a service has its own runtime"),
        Command::Provision { print } => provision::run(folder, print).await?,
        Command::Migrate => provision::migrate(folder).await?,
        Command::Seed { dry_run, data, history } => {
            let data = data.map_or(seed::Data::Demo, seed::Data::Folder);
            let options = seed::Options { data, dry_run, history, progress: None };
            answer(seed::run(&Settings::load(folder)?, options).await?);
        }
        Command::User { command } => user::run(folder, command).await?,
        Command::Stocks { command } => uploading::run(folder, command).await?,
        Command::Halt { symbol } => halting::run(folder, symbol, InstrumentState::Halted).await?,
        Command::Resume { symbol } => halting::run(folder, symbol, InstrumentState::Open).await?,
        Command::Status { json } => return Ok(exit(status::run(folder, json).await?)),
        Command::Audit { json, wait } => {
            let options = audit::Options { json, wait: Duration::from_secs(wait) };
            return Ok(exit(audit::run(folder, options).await?));
        }
        Command::Journey { order_id, json } => journey::run(folder, order_id, json).await?,
        Command::Parked { command } => parked::run(folder, command).await?,
        Command::Load(arguments) => return Ok(exit(load::run(folder, *arguments).await?)),
        Command::Reset { yes } => reset::run(folder, yes)?,
    }
    Ok(ExitCode::SUCCESS)
}

fn exit(is_well: bool) -> ExitCode {
    if is_well { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// A tool talks to a person: only warnings, unless the environment asks for more.
fn quiet(folder: &Path) -> chassis::settings::Log {
    let asked = std::env::var("EXCHANGE__LOG__FILTER").is_ok();
    match Settings::load(folder) {
        Ok(settings) if asked => settings.log,
        Ok(_) | Err(_) => chassis::settings::Log { filter: "warn,lapin=error".to_owned(), json: false },
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_sound() {
        Cli::command().debug_assert();
    }

    #[test]
    fn a_stock_is_named_as_it_is_listed() {
        let halt = Cli::parse_from(["exchange", "halt", "BTC-USD"]).command;
        assert!(matches!(halt, Some(Command::Halt { symbol }) if symbol.as_str() == "BTC-USD"));
        let error =
            Cli::try_parse_from(["exchange", "resume", "btc"]).err().expect("no such symbol").to_string();
        assert!(error.contains("a symbol is 1 to 12 characters"), "{error}");
        assert!(Cli::try_parse_from(["exchange", "halt"]).is_err());
    }

    #[test]
    fn no_cause_is_told_twice() {
        let error = anyhow::anyhow!("refused").context("connect: refused").context("No database");
        assert_eq!(paragraph(&error), "No database: connect: refused");
    }

    #[test]
    fn up_is_what_happens_without_a_command() {
        assert!(Cli::parse_from(["exchange"]).command.is_none());
        let print = Cli::parse_from(["exchange", "provision", "--print"]).command;
        assert!(matches!(print, Some(Command::Provision { print: Some(provision::Print::Topology) })));
    }
}
