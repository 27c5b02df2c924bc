//! Sessions as signed tokens: accounts signs them, web checks them, with the key that both have.
//!
//! Promises: one algorithm (HS256), whatever the token claims about itself; issuer, audience and
//! expiry are required and checked; the clock is an argument.

use crate::settings::Secret;
use contracts::{
    Code, Refusal, Timestamp,
    accounts::{Claims, TOKEN_AUDIENCE, TOKEN_ISSUER},
};
use jsonwebtoken::{Algorithm, DecodingKey, EncodingKey, Header, Validation};

const ALGORITHM: Algorithm = Algorithm::HS256;
/// Two processes' clocks may differ by this much; more would lengthen every session.
const LEEWAY_S: i64 = 5;
/// Several times the longest token of ours; a longer text is not worth hashing.
const TOKEN_BYTES_MAX: usize = 4096;

/// The token that says so. The key comes from [`Settings::jwt_key`](crate::settings::Settings::jwt_key),
/// which gives out no short one.
pub fn sign(claims: &Claims, key: &Secret) -> String {
    let key = EncodingKey::from_secret(key.reveal().as_bytes());
    jsonwebtoken::encode(&Header::new(ALGORITHM), claims, &key).expect("our own claims are JSON")
}

/// What a token says, if we signed it and it is still good.
pub fn verify(token: &str, key: &Secret, now: Timestamp) -> Result<Claims, Refusal> {
    if token.len() > TOKEN_BYTES_MAX {
        return Err(not_signed_in("the session's token is not valid"));
    }
    let key = DecodingKey::from_secret(key.reveal().as_bytes());
    let claims = jsonwebtoken::decode::<Claims>(token, &key, &rules())
        // Which rule it broke helps only who is trying to forge one.
        .map_err(|_| not_signed_in("the session's token is not valid"))?
        .claims;
    if now.timestamp() >= claims.exp.saturating_add(LEEWAY_S) {
        return Err(not_signed_in("the session has expired"));
    }
    Ok(claims)
}

fn rules() -> Validation {
    let mut rules = Validation::new(ALGORITHM);
    rules.set_issuer(&[TOKEN_ISSUER]);
    rules.set_audience(&[TOKEN_AUDIENCE]);
    rules.set_required_spec_claims(&["exp", "iss", "aud", "sub"]);
    // The library would read the system's clock; `verify` compares with the one it is given.
    rules.validate_exp = false;
    rules
}

fn not_signed_in(message: &str) -> Refusal {
    Refusal::new(Code::NotSignedIn, message)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chrono::{DateTime, Duration};
    use contracts::accounts::Role;
    use uuid::Uuid;

    /// `{"alg":"none"}`
    const HEADER_NONE: &str = "eyJhbGciOiJub25lIn0";
    /// `{"alg":"RS256","typ":"JWT"}`
    const HEADER_RS256: &str = "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9";

    fn now() -> Timestamp {
        DateTime::from_timestamp(1_800_000_000, 0).unwrap()
    }

    fn key() -> Secret {
        Secret::new("a key for tests, long enough for anyone")
    }

    fn claims() -> Claims {
        Claims {
            iss: TOKEN_ISSUER.into(),
            aud: TOKEN_AUDIENCE.into(),
            sub: Uuid::from_u128(7).into(),
            name: "Ann".into(),
            role: Role::Trader,
            sid: Uuid::from_u128(8),
            auth_time: now().timestamp(),
            iat: now().timestamp(),
            exp: now().timestamp() + 600,
        }
    }

    fn parts(token: &str) -> [&str; 3] {
        token.split('.').collect::<Vec<_>>().try_into().expect("a token has three parts")
    }

    fn refused(token: &str) -> String {
        verify(token, &key(), now()).unwrap_err().to_string()
    }

    const INVALID: &str = "the session's token is not valid (not_signed_in)";

    #[test]
    fn what_was_signed_is_read_back() {
        assert_eq!(verify(&sign(&claims(), &key()), &key(), now()), Ok(claims()));
    }

    #[test]
    fn a_token_without_a_signature_is_refused() {
        let token = sign(&claims(), &key());
        let [header, payload, signature] = parts(&token);
        for forged in [
            format!("{HEADER_NONE}.{payload}."),
            format!("{HEADER_NONE}.{payload}.{signature}"),
            format!("{header}.{payload}."),
            format!("{header}.{payload}"),
            String::new(),
            "a".repeat(TOKEN_BYTES_MAX + 1),
        ] {
            assert_eq!(refused(&forged), INVALID, "{forged}");
        }
    }

    #[test]
    fn a_token_that_names_another_algorithm_is_refused_though_our_key_signed_it() {
        let token = sign(&claims(), &key());
        let [_, payload, _] = parts(&token);
        let message = format!("{HEADER_RS256}.{payload}");
        let encoding = EncodingKey::from_secret(key().reveal().as_bytes());
        let signature = jsonwebtoken::crypto::sign(message.as_bytes(), &encoding, ALGORITHM).unwrap();
        assert_eq!(refused(&format!("{message}.{signature}")), INVALID);
        let longer = jsonwebtoken::encode(&Header::new(Algorithm::HS512), &claims(), &encoding).unwrap();
        assert_eq!(refused(&longer), INVALID);
    }

    #[test]
    fn one_users_signature_does_not_cover_anothers_name() {
        let (ann, bob) = (claims(), Claims { sub: Uuid::from_u128(9).into(), ..claims() });
        let (anns, bobs) = (sign(&ann, &key()), sign(&bob, &key()));
        let ([header, _, signature], [_, payload, _]) = (parts(&anns), parts(&bobs));
        assert_eq!(refused(&format!("{header}.{payload}.{signature}")), INVALID);
    }

    #[test]
    fn a_token_of_another_key_issuer_or_audience_is_refused() {
        let other_key = Secret::new("another key for tests, just as long");
        assert_eq!(refused(&sign(&claims(), &other_key)), INVALID);
        assert_eq!(refused(&sign(&Claims { iss: "exchange/web".into(), ..claims() }, &key())), INVALID);
        assert_eq!(refused(&sign(&Claims { aud: "exchange/admin".into(), ..claims() }, &key())), INVALID);
    }

    #[test]
    fn a_token_without_issuer_audience_or_expiry_is_refused() {
        let encoding = EncodingKey::from_secret(key().reveal().as_bytes());
        for missing in ["iss", "aud", "exp", "sub"] {
            let mut body = serde_json::to_value(claims()).unwrap();
            body.as_object_mut().unwrap().remove(missing);
            let token = jsonwebtoken::encode(&Header::new(ALGORITHM), &body, &encoding).unwrap();
            assert_eq!(refused(&token), INVALID, "without {missing}");
        }
    }

    #[test]
    fn a_token_ends_with_its_time_and_the_clocks_leeway() {
        let token = sign(&claims(), &key());
        let after = |seconds| verify(&token, &key(), now() + Duration::seconds(seconds));
        assert!(after(600 + LEEWAY_S - 1).is_ok());
        let late = after(600 + LEEWAY_S).unwrap_err();
        assert_eq!(late.to_string(), "the session has expired (not_signed_in)");
    }
}
