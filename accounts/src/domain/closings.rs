//! Accounts that were closed, as a step sees them, and under which ids of payment services.
//!
//! Promises: an id removes one user, for ever; what is closed stays closed.

use contracts::{
    Code, Refusal, Timestamp, UserId,
    accounts::{Removal, Role, User},
};
use uuid::Uuid;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Closing {
    pub user_id: UserId,
    pub removal_id: Option<Uuid>,
}

#[derive(Default)]
pub struct Closings {
    known: Vec<Closing>,
    added: Vec<(Closing, Timestamp)>,
}

impl Closings {
    pub fn known(known: Vec<Closing>) -> Self {
        Closings { known, added: Vec::new() }
    }

    fn all(&self) -> impl Iterator<Item = &Closing> {
        self.known.iter().chain(self.added.iter().map(|(closing, _)| closing))
    }

    pub fn add(&mut self, user_id: UserId, removal_id: Option<Uuid>, now: Timestamp) {
        if self.all().all(|closing| closing.user_id != user_id) {
            self.added.push((Closing { user_id, removal_id }, now));
        }
    }

    pub fn added(&self) -> &[(Closing, Timestamp)] {
        &self.added
    }

    /// Whether somebody may be removed under this id, or was. `user` is who has the id, if anybody.
    pub fn removal(&self, id: Uuid, user_id: UserId, user: Option<&User>) -> Result<Removal, Refusal> {
        let by_id = self.all().find(|closing| closing.removal_id == Some(id));
        if by_id.is_some_and(|closing| closing.user_id != user_id) {
            return Err(Refusal::of_field(Code::IdReused, "id", "the id has removed another user"));
        }
        let unknown = |rule: String| Refusal::of_field(Code::UnknownUser, "user_id", rule);
        let user = user.cloned().ok_or_else(|| unknown(format!("nobody is {user_id}")))?;
        if by_id.is_some() {
            return Ok(Removal { user, is_done: true });
        }
        if self.all().any(|closing| closing.user_id == user_id) {
            return Err(unknown(format!("the account of {user_id} was closed before")));
        }
        if user.demo || user.role != Role::Trader {
            let whose = if user.demo { "a demo account, and everybody's" } else { user.role.as_str() };
            let rule = format!("only a trader's account is closed from here, this is of role {whose}");
            return Err(Refusal::of_field(Code::NotAllowed, "user_id", rule));
        }
        Ok(Removal { user, is_done: false })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u128, role: Role, demo: bool) -> User {
        User { user_id: Uuid::from_u128(n).into(), name: "Ann".into(), role, demo }
    }

    #[test]
    fn an_id_removes_one_trader_and_nobody_else() {
        let (ann, bob) = (user(1, Role::Trader, false), user(2, Role::Trader, false));
        let id = Uuid::from_u128(10);
        let mut closings = Closings::default();
        let code = |closings: &Closings, id, user: &User| {
            closings
                .removal(id, user.user_id, Some(user))
                .map(|removal| removal.is_done)
                .map_err(|no| no.code)
        };
        assert_eq!(code(&closings, id, &ann), Ok(false));
        closings.add(ann.user_id, Some(id), Timestamp::UNIX_EPOCH);
        closings.add(ann.user_id, None, Timestamp::UNIX_EPOCH);
        assert_eq!(closings.added().len(), 1);
        for closings in [&closings, &Closings::known(vec![closings.added()[0].0])] {
            assert_eq!(code(closings, id, &ann), Ok(true), "again");
            assert_eq!(code(closings, id, &bob), Err(Code::IdReused));
            assert_eq!(code(closings, Uuid::from_u128(11), &ann), Err(Code::UnknownUser), "closed already");
            assert_eq!(code(closings, Uuid::from_u128(11), &bob), Ok(false));
        }
        let nobody = closings.removal(id, Uuid::from_u128(3).into(), None).unwrap_err();
        assert_eq!(nobody.code, Code::IdReused);
        let nobody = closings.removal(Uuid::from_u128(11), Uuid::from_u128(3).into(), None).unwrap_err();
        assert_eq!(nobody.code, Code::UnknownUser);
        for other in [user(4, Role::Trader, true), user(5, Role::Admin, false), user(6, Role::Bot, false)] {
            assert_eq!(code(&closings, Uuid::from_u128(11), &other), Err(Code::NotAllowed), "{other:?}");
        }
    }
}
