//! `DropKey`: an API key is deleted, and what it had opened is closed.

use crate::store::Rows;
use chassis::Step;
use contracts::{
    Refusal, StreamName, UserId,
    accounts::{SessionsEvent, User},
    refusal::Answer,
};
use uuid::Uuid;

pub fn apply(rows: &mut Rows, user_id: UserId, key_id: Uuid, to_web: &StreamName, step: &mut Step) {
    let answer = drop_key(rows, user_id, key_id, to_web, step);
    step.reply(&Answer::from(answer));
}

fn drop_key(
    rows: &mut Rows,
    user_id: UserId,
    key_id: Uuid,
    to_web: &StreamName,
    step: &mut Step,
) -> Result<User, Refusal> {
    let user = rows.people.known_as(user_id)?;
    rows.keys.drop(user_id, key_id)?;
    if rows.endings.end(key_id, step.now) {
        step.say(to_web, &SessionsEvent::SessionEnded { session_id: key_id });
    }
    Ok(user)
}
