//! `RegisterUser`: a new user, or another name, role or demo flag of one.

use crate::domain::{People, Registered};
use chassis::Step;
use contracts::{
    Refusal, StreamName,
    accounts::{AccountsEvent, User},
    refusal::Answer,
};

/// Answers the user as he is now. Asking twice changes nothing and announces nothing.
pub fn apply(people: &mut People, user: User, to_all: &StreamName, step: &mut Step) {
    answer(people.register(user), to_all, step);
}

/// Says who is new or changed, and answers who he is.
pub fn answer(outcome: Result<Registered, Refusal>, to_all: &StreamName, step: &mut Step) {
    let user = match outcome {
        Ok(Registered::Changed(user)) => {
            step.say(to_all, &AccountsEvent::UserChanged(user.clone()));
            Ok(user)
        }
        Ok(Registered::Unchanged(user)) => Ok(user),
        Err(refusal) => Err(refusal),
    };
    step.reply(&Answer::from(user));
}
