//! `UploadInstruments`, `UndoUpload`: many instruments at once, all or none, and back again.

use super::list_instrument;
use crate::{
    announcing::Announcing,
    domain::{Changed, Listed, Market, sheet},
    rules::Rows,
};
use chassis::Step;
use contracts::{Code, Refusal, refusal::Answer, stock_data::Upload};

pub enum Told {
    Upload { sheet: String, dry_run: bool },
    Undo { dry_run: bool },
}

/// Answers what is other than before, or would be. An upload that changes nothing leaves the one before
/// it to be taken back.
pub fn apply(
    market: &mut Market,
    last: &mut Option<Vec<Changed>>,
    rows: &mut Rows,
    told: Told,
    announcing: &Announcing,
    step: &mut Step,
) {
    let answer = carry_out(market, last, rows, told, announcing, step);
    step.reply(&Answer::from(answer));
}

fn carry_out(
    market: &mut Market,
    last: &mut Option<Vec<Changed>>,
    rows: &mut Rows,
    told: Told,
    announcing: &Announcing,
    step: &mut Step,
) -> Result<Upload, Refusal> {
    let today = step.now.date_naive();
    let (done, dry_run, undone) = match told {
        Told::Upload { sheet, dry_run } => {
            (market.upload(sheet::read(&sheet)?, today, dry_run)?, dry_run, false)
        }
        Told::Undo { dry_run } => {
            let Some(upload) = last.as_ref() else {
                return Err(Refusal::new(Code::NotFound, "there is no upload to take back"));
            };
            (market.undo(upload, today, dry_run)?, dry_run, true)
        }
    };
    if dry_run || (done.changed.is_empty() && !undone) {
        return Ok(done.report);
    }
    for Changed { after, .. } in &done.changed {
        list_instrument::note(Listed::Changed(after.clone()), rows, announcing, step);
    }
    *last = (!undone).then_some(done.changed);
    rows.last_upload = Some(last.clone());
    Ok(done.report)
}
