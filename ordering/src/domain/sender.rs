//! Who hands an order in, as the broker vouches for it, and for whom he may.

use contracts::{
    Code, Refusal,
    accounts::Role,
    topology::{ADMIN, WEB},
};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Sender {
    /// web, which knows its user by the session, and admin: for anyone.
    Trusted,
    /// Load testers: for bots only.
    Client,
}

impl Sender {
    pub fn named(name: &str) -> Self {
        if name == WEB || name == ADMIN { Sender::Trusted } else { Sender::Client }
    }

    /// `role` is the user's, when he is known.
    pub fn may_trade_for(self, role: Option<Role>) -> Result<(), Refusal> {
        match (self, role) {
            (Sender::Trusted, _) | (Sender::Client, Some(Role::Bot)) => Ok(()),
            (Sender::Client, Some(Role::Trader | Role::Admin)) => {
                let rule = "this sender may trade for accounts of role bot only";
                Err(Refusal::of_field(Code::NotAllowed, "user_id", rule))
            }
            (Sender::Client, None) => Err(unknown_user()),
        }
    }

    /// Replies to all others are kept small.
    pub fn wants_whole_orders(self) -> bool {
        match self {
            Sender::Trusted => true,
            Sender::Client => false,
        }
    }
}

pub fn unknown_user() -> Refusal {
    Refusal::of_field(Code::UnknownUser, "user_id", "no such user")
}
