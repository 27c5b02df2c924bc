//! Sessions: who may begin one, how long it lasts, what its token says.

use contracts::{
    Code, Refusal, Timestamp, UserId,
    accounts::{Claims, SESSION_LIFETIME_S, Session, TOKEN_AUDIENCE, TOKEN_ISSUER, TOKEN_LIFETIME_S, User},
};
use uuid::Uuid;

/// A new session's first token. It begins after the second by which all the user's sessions were
/// ended, if they were just now.
pub fn begin(user: &User, sid: Uuid, cut: Option<i64>, now: Timestamp) -> Claims {
    let now = now.timestamp();
    let auth_time = cut.map_or(now, |began_by| now.max(began_by.saturating_add(1)));
    claims(user, sid, auth_time, now)
}

/// Whether an account may be entered without a password.
pub fn enter_demo(demo_mode: bool, user_id: UserId, user: Option<User>) -> Result<User, Refusal> {
    if !demo_mode {
        return Err(Refusal::new(Code::NotAllowed, "this exchange is not in demo mode"));
    }
    let Some(user) = user else {
        let rule = format!("expected a user's id, got {user_id}");
        return Err(Refusal::of_field(Code::NotFound, "user_id", rule));
    };
    if !user.demo {
        let rule = format!("expected a demo account, got {user_id}");
        return Err(Refusal::of_field(Code::NotAllowed, "user_id", rule));
    }
    Ok(user)
}

/// The next token of a session whose last one is still good. `user` is as he is now; `is_ended` is
/// whether the session was ended before its time.
pub fn renew(old: &Claims, user: Option<&User>, is_ended: bool, now: Timestamp) -> Result<Claims, Refusal> {
    let now = now.timestamp();
    if is_ended {
        return Err(Refusal::new(Code::NotSignedIn, "the session was ended; sign in again"));
    }
    if now >= old.auth_time.saturating_add(SESSION_LIFETIME_S) {
        return Err(Refusal::new(Code::NotSignedIn, "the session has come to its end; sign in again"));
    }
    let Some(user) = user else {
        return Err(Refusal::new(Code::NotSignedIn, "the session's user is gone"));
    };
    Ok(claims(user, old.sid, old.auth_time, now))
}

/// What the user gets: the signed token, and how long it is good.
pub fn session_of(user: User, claims: &Claims, token: String) -> Session {
    let seconds = u64::try_from(claims.exp - claims.iat).expect("a token ends after it begins");
    Session { token, expires_in_s: seconds, user }
}

fn claims(user: &User, sid: Uuid, auth_time: i64, now: i64) -> Claims {
    Claims {
        iss: TOKEN_ISSUER.to_owned(),
        aud: TOKEN_AUDIENCE.to_owned(),
        sub: user.user_id,
        name: user.name.clone(),
        role: user.role,
        sid,
        auth_time,
        iat: now,
        // No token outlives its session.
        exp: (now + TOKEN_LIFETIME_S).min(auth_time + SESSION_LIFETIME_S),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Duration};
    use contracts::accounts::Role;

    fn ann() -> User {
        User { user_id: Uuid::from_u128(7).into(), name: "Ann".into(), role: Role::Trader, demo: true }
    }

    fn start() -> Timestamp {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    #[test]
    fn only_a_demo_account_in_demo_mode_is_entered_without_a_password() {
        let enter = |demo_mode, user| match enter_demo(demo_mode, ann().user_id, user) {
            Ok(user) => user.name,
            Err(refusal) => refusal.code.to_string(),
        };
        assert_eq!(enter(true, Some(ann())), "Ann");
        assert_eq!(enter(true, Some(User { demo: false, ..ann() })), "not_allowed");
        assert_eq!(enter(true, None), "not_found");
        // Nor does it tell who exists.
        assert_eq!(enter(false, None), "not_allowed");
        assert_eq!(enter(false, Some(ann())), "not_allowed");
    }

    #[test]
    fn a_renewed_token_keeps_its_session_and_says_who_the_user_is_now() {
        let first = begin(&ann(), Uuid::from_u128(8), None, start());
        assert_eq!((first.iat, first.exp), (1_800_000_000, 1_800_000_600));
        let promoted = User { name: "Anna".into(), role: Role::Admin, ..ann() };
        let next = renew(&first, Some(&promoted), false, start() + Duration::seconds(500)).unwrap();
        assert_eq!((next.sid, next.auth_time, next.sub), (first.sid, first.auth_time, first.sub));
        assert_eq!((next.iat, next.exp), (1_800_000_500, 1_800_001_100));
        assert_eq!((next.name.as_str(), next.role), ("Anna", Role::Admin));
    }

    #[test]
    fn no_session_lasts_longer_than_its_day() {
        let first = begin(&ann(), Uuid::from_u128(8), None, start());
        let after = |seconds| renew(&first, Some(&ann()), false, start() + Duration::seconds(seconds));
        let last = after(SESSION_LIFETIME_S - 10).unwrap();
        assert_eq!(session_of(ann(), &last, String::new()).expires_in_s, 10);
        assert_eq!(after(SESSION_LIFETIME_S).unwrap_err().code, Code::NotSignedIn);
    }

    #[test]
    fn the_session_of_a_user_who_is_gone_is_over() {
        let first = begin(&ann(), Uuid::from_u128(8), None, start());
        assert_eq!(renew(&first, None, false, start()).unwrap_err().code, Code::NotSignedIn);
    }

    #[test]
    fn an_ended_session_gets_no_other_token_and_the_next_one_begins_after_its_end() {
        let first = begin(&ann(), Uuid::from_u128(8), None, start());
        assert_eq!(renew(&first, Some(&ann()), true, start()).unwrap_err().code, Code::NotSignedIn);
        let cut = start().timestamp();
        assert_eq!(begin(&ann(), Uuid::from_u128(9), Some(cut), start()).auth_time, cut + 1);
        assert_eq!(begin(&ann(), Uuid::from_u128(9), Some(cut - 9), start()).auth_time, cut);
    }
}
