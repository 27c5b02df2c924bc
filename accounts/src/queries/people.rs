//! `People`: all people, a page at a time, for admins to look somebody up.

use super::{Answered, Questions};
use crate::store;
use contracts::accounts::{Member, NAME_CHARACTERS_MAX};
use contracts::ordering::{PAGE_LENGTH_MAX, Page};
use contracts::{Code, Refusal, UserId};

pub async fn answer(
    asked: &Questions,
    search: &str,
    cursor: Option<UserId>,
    limit: u16,
) -> Answered<Page<Member>> {
    let length = search.chars().count();
    // The database has no text with a NUL in it, and fails when it is asked for some.
    if length > NAME_CHARACTERS_MAX || search.contains('\0') {
        let rule = format!("expected at most {NAME_CHARACTERS_MAX} characters and no NUL, got {length}");
        return Ok(Err(Refusal::of_field(Code::InvalidValue, "search", rule)));
    }
    if !(1..=PAGE_LENGTH_MAX).contains(&limit) {
        let rule = format!("expected 1 to {PAGE_LENGTH_MAX}, got {limit}");
        return Ok(Err(Refusal::of_field(Code::OutOfRange, "limit", rule)));
    }
    let mut items = store::members(&asked.db, search.trim(), cursor, limit + 1).await?;
    let more = items.len() > limit.into();
    items.truncate(limit.into());
    let next_cursor = items.last().filter(|_| more).map(|member| member.user_id.to_string());
    Ok(Ok(Page { items, next_cursor }))
}
