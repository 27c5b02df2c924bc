//! Each fill, then each changed order once, as it is at the step's end.

use crate::domain::{desk::Desk, rows::Rows};
use chassis::Step;
use contracts::ordering::OrderingEvent;

pub fn apply(desk: &Desk, rows: &Rows, step: &mut Step) {
    for filled in &rows.fills {
        step.say(&desk.to_web, &OrderingEvent::OrderFilled(filled.fill.clone()));
    }
    for ticket in rows.changed() {
        step.say(&desk.to_web, &OrderingEvent::OrderChanged(ticket.as_order()));
    }
}
