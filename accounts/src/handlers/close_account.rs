//! `CloseAccount`: login, password, keys and name are gone; the id stays, because trades name it.
//! Portfolio has closed his books before, which it does only while they are empty.

use super::{announce, not_demo};
use crate::store::Rows;
use chassis::Step;
use contracts::{
    Refusal, StreamName, UserId,
    accounts::{Role, SessionsEvent, User},
    refusal::Answer,
};
use uuid::Uuid;

const FORMER: &str = "Former user";

pub fn apply(rows: &mut Rows, user_id: UserId, to_all: &StreamName, to_web: &StreamName, step: &mut Step) {
    let answer = close(rows, user_id, to_all, to_web, step);
    step.reply(&Answer::from(answer));
}

/// Delivered again it finds nothing to close.
fn close(
    rows: &mut Rows,
    user_id: UserId,
    to_all: &StreamName,
    to_web: &StreamName,
    step: &mut Step,
) -> Result<User, Refusal> {
    let user = not_demo(rows.people.known_as(user_id)?)?;
    if rows.credentials.of(user_id).is_none() {
        return Ok(user);
    }
    forget(rows, user, None, to_all, to_web, step)
}

/// Whoever he was, he comes in no more.
pub(super) fn forget(
    rows: &mut Rows,
    user: User,
    removal_id: Option<Uuid>,
    to_all: &StreamName,
    to_web: &StreamName,
    step: &mut Step,
) -> Result<User, Refusal> {
    let user_id = user.user_id;
    rows.closings.add(user_id, removal_id, step.now);
    rows.credentials.remove(user_id);
    for key_id in rows.keys.ids_of(user_id) {
        rows.keys.drop(user_id, key_id)?;
        if rows.endings.end(key_id, step.now) {
            step.say(to_web, &SessionsEvent::SessionEnded { session_id: key_id });
        }
    }
    let cut = rows.endings.cut(user_id, step.now);
    step.say(to_web, &SessionsEvent::SessionsEnded(cut));
    announce(&mut rows.people, User { name: FORMER.into(), role: Role::Trader, ..user }, to_all, step)
}
