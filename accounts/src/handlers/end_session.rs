//! `EndSession`: somebody logs out.

use crate::store::Rows;
use chassis::Step;
use contracts::{StreamName, UserId, accounts::SessionsEvent, refusal::Answer};
use uuid::Uuid;

/// A session whose user is gone is ended as well.
pub fn apply(rows: &mut Rows, user_id: UserId, session_id: Uuid, to_web: &StreamName, step: &mut Step) {
    if rows.endings.end(session_id, step.now) {
        step.say(to_web, &SessionsEvent::SessionEnded { session_id });
    }
    let answer = rows.people.known_as(user_id);
    step.reply(&Answer::from(answer));
}
