//! `Ledger`: every movement of a user's cash and shares, newest first.

use crate::store::questions::{self, Entry};
use chassis::{Db, Fault};
use contracts::{
    Code, Refusal, UserId,
    ordering::{PAGE_LENGTH_MAX, Page},
    portfolio::{LedgerFilter, LedgerLine},
};

pub async fn answer(
    db: &Db,
    user: UserId,
    only: LedgerFilter,
    cursor: Option<&str>,
    limit: u16,
) -> Result<Result<Page<LedgerLine>, Refusal>, Fault> {
    let before = match cursor.map(str::parse).transpose() {
        Ok(before) => before.unwrap_or(Entry::NEWEST),
        Err(e) => return Ok(Err(Refusal::of_field(Code::InvalidValue, "cursor", e))),
    };
    let limit = limit.clamp(1, PAGE_LENGTH_MAX);
    // One more than asked for tells whether there is another page.
    let mut lines = questions::ledger(db, user, only, before, limit + 1).await?;
    let more = lines.len() > usize::from(limit);
    lines.truncate(usize::from(limit));
    let next_cursor = lines.last().filter(|_| more).map(|(entry, _)| entry.to_string());
    Ok(Ok(Page { items: lines.into_iter().map(|(_, line)| line).collect(), next_cursor }))
}
