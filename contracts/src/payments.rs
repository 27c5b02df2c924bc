//! What a payment service says on the exchange `payments`, and what it is answered: people come and go, money
//! comes in and goes out. Every message has an id of the sender's; the same id again moves
//! nothing and is answered as the first time.

use crate::refusal::quoted;
use crate::{Code, Money, Refusal, UserId, json, order::wire_enum};
use serde::{Deserialize, Serialize};
use std::{borrow::Cow, fmt::Display, str::FromStr};
use uuid::Uuid;

/// A payment is a few fields; what is longer is none.
const BODY_BYTES_MAX: usize = 64 * 1024;

#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Request {
    pub id: Uuid,
    pub payment: Payment,
}

#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Payment {
    /// Without a `user_id` of its own, the message's id is the user's.
    AddUser {
        user_id: UserId,
        name: String,
    },
    RemoveUser {
        user_id: UserId,
    },
    Deposit {
        user_id: UserId,
        amount: Money,
    },
    Withdraw {
        user_id: UserId,
        amount: Money,
    },
    UserInfo {
        user_id: UserId,
    },
}

/// Of every message, by `type`.
pub const TYPES: [&str; 5] = ["add_user", "remove_user", "deposit", "withdraw", "user_info"];

wire_enum!(Status { Ok = "ok", Error = "error" });

#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct Reply {
    /// Absent when the message was too broken to tell.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<Uuid>,
    pub status: Status,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub user_id: Option<UserId>,
    /// The user's cash as it is now, held cash included.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub amount: Option<Money>,
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<Code>,
    pub message: String,
}

impl Reply {
    pub fn refused(id: Option<Uuid>, refusal: Refusal) -> Self {
        let Refusal { code, message, field } = refusal;
        let message = field.map_or_else(|| message.clone(), |field| format!("{field}: {message}"));
        Reply { id, status: Status::Error, user_id: None, amount: None, code: Some(code), message }
    }
}

type Text<'a> = Option<Cow<'a, str>>;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Body<'a> {
    #[serde(rename = "type", borrow)]
    kind: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow, default)]
    user_id: Text<'a>,
    #[serde(borrow, default)]
    name: Text<'a>,
    #[serde(borrow, default)]
    amount: Text<'a>,
}

/// The message, or what is answered to it.
pub fn decode(json: &[u8]) -> Result<Request, Reply> {
    if json.len() > BODY_BYTES_MAX {
        let rule = format!("a payment has at most {BODY_BYTES_MAX} bytes, this has {}", json.len());
        return Err(Reply::refused(None, Refusal::new(Code::Malformed, rule)));
    }
    let refused = |id| move |refusal| Reply::refused(id, refusal);
    let body: Body = json::read(json).map_err(refused(None))?;
    let id = parse("id", &body.id).map_err(refused(None))?;
    let payment = body.check(id).map_err(refused(Some(id)))?;
    Ok(Request { id, payment })
}

impl Body<'_> {
    fn check(&self, id: Uuid) -> Result<Payment, Refusal> {
        let user_id = || required("user_id", &self.user_id);
        match &*self.kind {
            "add_user" => {
                self.has_no_other(&[("amount", &self.amount)])?;
                let user_id =
                    self.user_id.as_deref().map_or(Ok(UserId(id)), |text| parse("user_id", text))?;
                Ok(Payment::AddUser { user_id, name: required("name", &self.name)? })
            }
            "remove_user" => {
                self.has_no_other(&[("name", &self.name), ("amount", &self.amount)])?;
                Ok(Payment::RemoveUser { user_id: user_id()? })
            }
            "deposit" => {
                self.has_no_other(&[("name", &self.name)])?;
                Ok(Payment::Deposit { user_id: user_id()?, amount: required("amount", &self.amount)? })
            }
            "withdraw" => {
                self.has_no_other(&[("name", &self.name)])?;
                Ok(Payment::Withdraw { user_id: user_id()?, amount: required("amount", &self.amount)? })
            }
            "user_info" => {
                self.has_no_other(&[("name", &self.name), ("amount", &self.amount)])?;
                Ok(Payment::UserInfo { user_id: user_id()? })
            }
            other => {
                let rule = format!("expected one of {}, got {}", TYPES.join(", "), quoted(other));
                Err(Refusal::of_field(Code::InvalidValue, "type", rule))
            }
        }
    }

    fn has_no_other(&self, fields: &[(&str, &Text<'_>)]) -> Result<(), Refusal> {
        match fields.iter().find(|(_, value)| value.is_some()) {
            Some((field, _)) => {
                let rule = format!("a message of type {} does not have this field", quoted(&self.kind));
                Err(Refusal::of_field(Code::UnexpectedField, field, rule))
            }
            None => Ok(()),
        }
    }
}

fn required<T: FromStr<Err: Display>>(field: &str, text: &Text<'_>) -> Result<T, Refusal> {
    match text {
        Some(text) => parse(field, text),
        None => Err(Refusal::of_field(Code::MissingField, field, "this field is required")),
    }
}

fn parse<T: FromStr<Err: Display>>(field: &str, text: &str) -> Result<T, Refusal> {
    text.parse().map_err(|rule| Refusal::of_field(Code::InvalidValue, field, format!("{rule}")))
}

#[cfg(test)]
mod tests {
    use super::*;
    use expect_test::{Expect, expect};

    const ID: &str = "01980a5e-0000-7000-8000-000000000001";
    const ANN: &str = "01980a5e-0000-7000-8000-0000000000aa";

    /// Each line is a message, with `ID` and `ANN` for the two ids.
    fn check(messages: &str, expected: Expect) {
        let mut said = String::new();
        for line in messages.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let body = line.replace("ANN", ANN).replace("ID", ID);
            let outcome = match decode(body.as_bytes()) {
                Ok(Request { payment, .. }) => format!("{payment:?}"),
                Err(reply) => serde_json::to_string(&reply).unwrap(),
            };
            said.push_str(&outcome.replace(ANN, "ANN").replace(ID, "ID"));
            said.push('\n');
        }
        expected.assert_eq(&said);
    }

    #[test]
    fn each_type_has_its_fields() {
        check(
            r#"
            {"type": "add_user", "id": "ID", "name": "Ann"}
            {"type": "add_user", "id": "ID", "user_id": "ANN", "name": "Ann"}
            {"type": "remove_user", "id": "ID", "user_id": "ANN"}
            {"type": "deposit", "id": "ID", "user_id": "ANN", "amount": "100.50"}
            {"type": "withdraw", "id": "ID", "user_id": "ANN", "amount": "0.01"}
            {"type": "user_info", "id": "ID", "user_id": "ANN"}
            "#,
            expect![[r#"
                AddUser { user_id: ID, name: "Ann" }
                AddUser { user_id: ANN, name: "Ann" }
                RemoveUser { user_id: ANN }
                Deposit { user_id: ANN, amount: 100.5 }
                Withdraw { user_id: ANN, amount: 0.01 }
                UserInfo { user_id: ANN }
            "#]],
        );
    }

    #[test]
    fn a_refusal_names_the_field_the_value_and_the_rule() {
        let broken = [
            "[1]",
            r#"{"type": "deposit", "user_id": "ANN"}"#,
            r#"{"type": "deposit", "id": "7", "user_id": "ANN", "amount": "1"}"#,
            r#"{"type": "deposit", "id": "ID", "user_id": "ANN", "amount": 1}"#,
            r#"{"type": "deposit", "id": "ID", "user_id": "ANN"}"#,
            r#"{"type": "deposit", "id": "ID", "user_id": "ANN", "amount": "1e3"}"#,
            r#"{"type": "user_info", "id": "ID", "user_id": "ANN", "amount": "1"}"#,
            r#"{"type": "remove_user", "id": "ID", "user_id": "ANN", "name": "Ann"}"#,
            r#"{"type": "remove_user", "id": "ID"}"#,
            r#"{"type": "refund", "id": "ID", "user_id": "ANN"}"#,
            r#"{"type": "add_user", "id": "ID", "nme": "Ann"}"#,
        ];
        let codes: Vec<_> = broken
            .iter()
            .map(|body| decode(body.replace("ANN", ANN).replace("ID", ID).as_bytes()).unwrap_err())
            .map(|reply| (reply.id.is_some(), reply.code.unwrap().as_str(), reply.message))
            .map(|(has_id, code, message)| {
                format!("{} {code} {}", if has_id { "ID" } else { "-" }, message.split(':').next().unwrap())
            })
            .collect();
        assert_eq!(
            codes[1..],
            [
                "- missing_field id",
                "- invalid_value id",
                "- malformed amount",
                "ID missing_field amount",
                "ID invalid_value amount",
                "ID unexpected_field amount",
                "ID unexpected_field name",
                "ID missing_field user_id",
                "ID invalid_value type",
                "- unknown_field nme",
            ]
        );
        assert!(codes[0].starts_with("- malformed"), "{}", codes[0]);
        let long =
            format!(r#"{{"type": "add_user", "id": "{ID}", "name": "{}"}}"#, "x".repeat(BODY_BYTES_MAX));
        assert_eq!(decode(long.as_bytes()).unwrap_err().code, Some(Code::Malformed));
    }
}
