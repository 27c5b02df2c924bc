//! Many instruments brought to what a sheet says, all or none, and back again.

use super::{Listed, Listing, Market, sheet};
use chrono::NaiveDate;
use contracts::{
    Code, Refusal, Symbol,
    stock_data::{Difference, Instrument, InstrumentState, Upload},
};
use serde::{Deserialize, Serialize};

/// An instrument that an upload changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Changed {
    /// Absent: it was not listed.
    pub before: Option<Instrument>,
    /// As the upload left it.
    pub after: Instrument,
}

/// What was done. After a dry run nothing is other than before.
#[derive(Debug)]
pub struct Done {
    pub report: Upload,
    pub changed: Vec<Changed>,
}

impl Market {
    /// All of the rows or, if one of them is refused, none.
    pub fn upload(
        &mut self,
        rows: Vec<sheet::Row>,
        today: NaiveDate,
        dry_run: bool,
    ) -> Result<Done, Refusal> {
        self.all_or_none(rows.into_iter().map(|row| (Some(row.line), row.instrument)), today, dry_run)
    }

    /// Brings back what an upload changed, unless something of it has been changed since. What it listed
    /// cannot be unlisted: somebody may own it. It is halted.
    pub fn undo(&mut self, upload: &[Changed], today: NaiveDate, dry_run: bool) -> Result<Done, Refusal> {
        let mut since = Vec::new();
        let mut wanted = Vec::new();
        for Changed { before, after } in upload {
            let is = self.listing(after.symbol).instrument.clone();
            let moved_close = before.as_ref().is_some_and(|b| b.previous_close != after.previous_close);
            // A close that the upload did not touch is the market's: days go on.
            let left = Instrument {
                previous_close: if moved_close { after.previous_close } else { is.previous_close },
                ..after.clone()
            };
            since.extend(differences(&left, &is));
            wanted.push(match before {
                None => Instrument { state: InstrumentState::Halted, ..is },
                Some(before) if moved_close => before.clone(),
                Some(before) => Instrument { previous_close: is.previous_close, ..before.clone() },
            });
        }
        if let Some(Difference { symbol, field, from, to }) = since.first() {
            let more = match since.len() - 1 {
                0 => String::new(),
                more => format!("; and {more} more"),
            };
            let rule = format!("the upload left {symbol} with {from}, and now it is {to}{more}");
            return Err(Refusal::of_field(Code::ChangedSince, field, rule));
        }
        self.all_or_none(wanted.into_iter().map(|instrument| (None, instrument)), today, dry_run)
    }

    fn all_or_none(
        &mut self,
        wanted: impl Iterator<Item = (Option<usize>, Instrument)>,
        today: NaiveDate,
        dry_run: bool,
    ) -> Result<Done, Refusal> {
        let mut before: Vec<(Symbol, Option<Listing>)> = Vec::new();
        let mut report = Upload { dry_run, added: Vec::new(), changed: Vec::new(), unchanged: 0 };
        let mut changed = Vec::new();
        for (line, instrument) in wanted {
            let was = self.find(instrument.symbol).cloned();
            before.push((instrument.symbol, was.clone()));
            let was = was.map(|listing| listing.instrument);
            match self.list(instrument, today) {
                Ok(Listed::New(after)) => {
                    report.added.push(after.symbol);
                    changed.push(Changed { before: None, after });
                }
                Ok(Listed::Changed(after)) => {
                    report.changed.extend(was.iter().flat_map(|was| differences(was, &after)));
                    changed.push(Changed { before: was, after });
                }
                Ok(Listed::Unchanged(_)) => report.unchanged += 1,
                Err(refusal) => {
                    self.put_back(before);
                    return Err(line.map_or(refusal.clone(), |line| sheet::at(line, refusal)));
                }
            }
        }
        if dry_run {
            self.put_back(before);
        }
        Ok(Done { report, changed })
    }
}

fn differences(from: &Instrument, to: &Instrument) -> Vec<Difference> {
    let rules = |i: &Instrument| serde_json::to_string(&i.rules).expect("our own rules are JSON");
    let fields = [
        ("name", from.name.clone(), to.name.clone()),
        ("previous_close", from.previous_close.to_string(), to.previous_close.to_string()),
        ("state", from.state.to_string(), to.state.to_string()),
        ("rules", rules(from), rules(to)),
    ];
    let different = fields.into_iter().filter(|(_, from, to)| from != to);
    let symbol = from.symbol;
    different.map(|(field, from, to)| Difference { symbol, field: field.to_owned(), from, to }).collect()
}
