//! An admin's sheet of stocks: said in one message, applied wholly or not at all, and taken back.

use crate::console::answer;
use anyhow::{Context, Result, bail};
use chassis::{ask::Asker, settings::Settings};
use clap::Subcommand;
use contracts::{
    stock_data::{SHEET_BYTES_MAX, StockDataCommand, Upload},
    topology,
};
use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::time::Duration;

#[derive(Subcommand)]
pub enum Command {
    /// List and change stocks as a CSV file says (columns as in stocks.csv), all of its rows or none
    Upload {
        file: PathBuf,
        /// Only say what would change
        #[arg(long)]
        dry_run: bool,
    },
    /// Take the last upload back, unless something of it has been changed since
    ///
    /// What it listed stays listed, and is halted.
    Undo {
        /// Only say what would change
        #[arg(long)]
        dry_run: bool,
    },
}

const CONNECT_LIMIT: Duration = Duration::from_secs(10);
const ANSWER_LIMIT: Duration = Duration::from_secs(5);

/// `exchange stocks`.
pub async fn run(folder: &Path, command: Command) -> Result<()> {
    let by = None;
    let command = match command {
        Command::Upload { file, dry_run } => {
            let sheet =
                std::fs::read_to_string(&file).with_context(|| format!("Cannot read {}", file.display()))?;
            if sheet.len() > SHEET_BYTES_MAX {
                bail!("{} has {} bytes; at most {SHEET_BYTES_MAX} go at once", file.display(), sheet.len());
            }
            StockDataCommand::UploadInstruments { by, sheet, dry_run }
        }
        Command::Undo { dry_run } => StockDataCommand::UndoUpload { by, dry_run },
    };
    let settings = Settings::load(folder)?;
    let asker = Asker::connect(&settings, topology::ADMIN).await?;
    tokio::time::timeout(CONNECT_LIMIT, asker.connected())
        .await
        .context("The message broker does not answer: is the exchange running? See `exchange status`")?;
    let partition = topology::partition_name(topology::STOCK_DATA, 0);
    let upload = asker.command::<Upload>(&partition, &command, ANSWER_LIMIT).await?;
    answer(told(&upload));
    Ok(())
}

fn told(upload: &Upload) -> String {
    let Upload { dry_run, added, changed, unchanged } = upload;
    let mut text = match (added.is_empty() && changed.is_empty(), dry_run) {
        (true, _) => "Everything is as it should be; nothing was changed.".to_owned(),
        (false, true) => "Dry run: this would change.".to_owned(),
        (false, false) => "Changed.".to_owned(),
    };
    for symbol in added {
        let _ = write!(text, "\n+ {symbol}");
    }
    for difference in changed {
        let (symbol, field) = (difference.symbol, &difference.field);
        let _ = write!(text, "\n~ {symbol}: {field} {} → {}", difference.from, difference.to);
    }
    if *unchanged > 0 {
        let _ = write!(text, "\n{unchanged} unchanged");
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::stock_data::Difference;

    #[test]
    fn what_changed_is_told_line_by_line() {
        let difference = Difference {
            symbol: "ACME".parse().unwrap(),
            field: "name".into(),
            from: "Acme".into(),
            to: "Acme Inc.".into(),
        };
        let added = vec!["BOLT".parse().unwrap()];
        let upload = Upload { dry_run: true, added, changed: vec![difference], unchanged: 2 };
        assert_eq!(
            told(&upload),
            "Dry run: this would change.\n+ BOLT\n~ ACME: name Acme → Acme Inc.\n2 unchanged"
        );
        let nothing = Upload { dry_run: false, added: vec![], changed: vec![], unchanged: 0 };
        assert_eq!(told(&nothing), "Everything is as it should be; nothing was changed.");
    }
}
