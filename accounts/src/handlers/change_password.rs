//! `ChangePassword`: another hash, and the end of every session that began with the old one.

use crate::store::Rows;
use chassis::Step;
use contracts::{
    Refusal, StreamName, UserId,
    accounts::{SessionsEvent, User},
    refusal::Answer,
};

pub fn apply(rows: &mut Rows, user_id: UserId, hash: String, to_web: &StreamName, step: &mut Step) {
    let answer = change(rows, user_id, hash, to_web, step);
    step.reply(&Answer::from(answer));
}

/// Delivered again it finds its own hash, and ends nothing.
fn change(
    rows: &mut Rows,
    user_id: UserId,
    hash: String,
    to_web: &StreamName,
    step: &mut Step,
) -> Result<User, Refusal> {
    let user = rows.people.known_as(user_id)?;
    if rows.credentials.change(user_id, hash)? {
        let cut = rows.endings.cut(user_id, step.now);
        step.say(to_web, &SessionsEvent::SessionsEnded(cut));
    }
    Ok(user)
}
