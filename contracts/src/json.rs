//! Reading JSON from outside: one object, and a refusal that names the field, the value and the rule.

use crate::{Code, Refusal, refusal::quoted};
use serde::de::{Deserialize, Error, Visitor};
use serde_json::{Deserializer, Value};
use std::fmt::{self, Display};
use std::marker::PhantomData;
use std::str::FromStr;

pub fn read<'a, T: Deserialize<'a>>(json: &'a [u8]) -> Result<T, Refusal> {
    // For serde a list of the fields' values would do as well.
    if json.trim_ascii_start().first() != Some(&b'{') {
        let rule = format!("expected a JSON object, got {}", quoted(&String::from_utf8_lossy(json)));
        return Err(Refusal::new(Code::Malformed, rule));
    }
    serde_json::from_slice(json).map_err(|error| {
        // Read once more, this time with an eye on where: only what is refused pays for it.
        match serde_path_to_error::deserialize::<_, T>(&mut Deserializer::from_slice(json)) {
            Err(located) => refusal(located),
            // The object is good; what follows it is not.
            Ok(_) => Refusal::new(Code::Malformed, error.to_string()),
        }
    })
}

/// As `read`, of what was read as JSON already.
pub fn read_value<T: for<'a> Deserialize<'a>>(value: &Value) -> Result<T, Refusal> {
    if !value.is_object() {
        let rule = format!("expected a JSON object, got {}", quoted(&value.to_string()));
        return Err(Refusal::new(Code::Malformed, rule));
    }
    serde_path_to_error::deserialize(value).map_err(refusal)
}

/// Of what is text on the wire: parses it where it stands, without a copy of it.
pub(crate) fn parsed<'de, D: serde::Deserializer<'de>, T: FromStr<Err: Display>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct Parsed<T>(PhantomData<T>);

    impl<T: FromStr<Err: Display>> Visitor<'_> for Parsed<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("a string")
        }

        fn visit_str<E: Error>(self, text: &str) -> Result<T, E> {
            text.parse().map_err(E::custom)
        }
    }

    deserializer.deserialize_str(Parsed(PhantomData))
}

/// An object within an object. By itself serde would take a list of its fields' values as well.
pub(crate) fn object<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<T, D::Error> {
    struct Object<T>(PhantomData<T>);

    impl<'de, T: Deserialize<'de>> Visitor<'de> for Object<T> {
        type Value = T;

        fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str("an object")
        }

        fn visit_map<M: serde::de::MapAccess<'de>>(self, map: M) -> Result<T, M::Error> {
            T::deserialize(serde::de::value::MapAccessDeserializer::new(map))
        }
    }

    deserializer.deserialize_map(Object(PhantomData))
}

/// The same, or nothing.
pub(crate) fn maybe_object<'de, D: serde::Deserializer<'de>, T: Deserialize<'de>>(
    deserializer: D,
) -> Result<Option<T>, D::Error> {
    struct Read<T>(T);

    impl<'de, T: Deserialize<'de>> Deserialize<'de> for Read<T> {
        fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
            object(deserializer).map(Read)
        }
    }

    Option::<Read<T>>::deserialize(deserializer).map(|read| read.map(|Read(value)| value))
}

/// Turns serde's words into a refusal with a code that clients can match on.
fn refusal(error: serde_path_to_error::Error<serde_json::Error>) -> Refusal {
    let path = error.path().to_string();
    // Broken off before a name: then it is about what the name would have been in.
    let path =
        path.strip_suffix('?').map_or(path.as_str(), |before| before.strip_suffix('.').unwrap_or(before));
    let path = if path.is_empty() { "." } else { path };
    let text = error.into_inner().to_string();
    let (code, names_a_field) = if text.starts_with("unknown field") {
        (Code::UnknownField, true)
    } else if text.starts_with("missing field") {
        (Code::MissingField, true)
    } else {
        (Code::Malformed, text.starts_with("duplicate field"))
    };
    // Such words are about the object, and name its field in backticks.
    let named = text.split('`').nth(1).filter(|_| names_a_field);
    let field = match (path, named) {
        (".", None) => return Refusal::new(code, text),
        (".", Some(name)) => name.to_owned(),
        (path, Some(name)) if path != name && !path.ends_with(&format!(".{name}")) => {
            format!("{path}.{name}")
        }
        (path, Some(_) | None) => path.to_owned(),
    };
    Refusal::of_field(code, &field, text)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::accounts::AccountsCommand;
    use expect_test::{Expect, expect};

    fn check(json: &str, expected: Expect) {
        let shown = match read::<AccountsCommand>(json.as_bytes()) {
            Ok(command) => format!("{command:?}"),
            Err(refusal) => refusal.to_string(),
        };
        expected.assert_eq(&shown);
    }

    #[test]
    fn a_refusal_names_the_field_wherever_it_stands() {
        const ID: &str = r#""user_id":"01890000-0000-7000-8000-000000000001""#;
        let user = |rest: &str| format!(r#"{{"register_user":{{{ID},{rest}}}}}"#);
        check(
            &user(r#""name":"Ann","role":"bot","demo":false"#),
            expect![[
                r#"RegisterUser(User { user_id: 01890000-0000-7000-8000-000000000001, name: "Ann", role: Bot, demo: false })"#
            ]],
        );
        check(
            &user(r#""name":7,"role":"bot","demo":false"#),
            expect![
                "register_user.name: invalid type: integer `7`, expected a string at line 1 column 75 (malformed)"
            ],
        );
        check(
            &user(r#""name":"Ann","role":"boss","demo":false"#),
            expect![
                "register_user.role: unknown variant `boss`, expected one of `trader`, `admin`, `bot` at line 1 column 93 (malformed)"
            ],
        );
        check(
            &user(r#""name":"Ann","role":"bot""#),
            expect!["register_user.demo: missing field `demo` at line 1 column 93 (missing_field)"],
        );
        check(
            &user(r#""name":"Ann","role":"bot","demo":false,"age":7"#),
            expect![
                "register_user.age: unknown field `age`, expected one of `user_id`, `name`, `role`, `demo` at line 1 column 111 (unknown_field)"
            ],
        );
        check(
            &user(r#""name":"Ann","name":"Bob""#),
            expect!["register_user.name: duplicate field `name` at line 1 column 86 (malformed)"],
        );
        check(
            r#"{"register_user":{"user_id":"7"}}"#,
            expect![
                "register_user.user_id: UUID parsing failed: invalid length: found 1 at line 1 column 31 (malformed)"
            ],
        );
        check(
            r#"{"forget_user":{}}"#,
            expect![
                "unknown variant `forget_user`, expected one of `register_user`, `add_user`, `remove_user`, `open_account`, `change_password`, `rehash`, `keep_key`, `end_session`, `rename`, `drop_key`, `close_account` at line 1 column 14 (malformed)"
            ],
        );
    }

    #[test]
    fn a_list_of_values_is_no_object_within_an_object_either() {
        use crate::stock_data::InstrumentChange;
        let read = |rules: &str| read::<InstrumentChange>(format!(r#"{{"rules":{rules}}}"#).as_bytes());
        assert!(read("{}").is_ok() && read("null").is_ok() && read(r#"{"hours":null}"#).is_ok());
        for rules in
            ["[]", "[null,null]", r#"{"price_band":[1,1,1]}"#, r#"{"hours":[["monday"],"09:00","17:00"]}"#]
        {
            let refusal = read(rules).unwrap_err();
            assert_eq!(refusal.code, Code::Malformed, "{rules}");
            assert!(refusal.message.contains("expected an object"), "{refusal}");
        }
    }

    #[test]
    fn what_is_no_single_object_is_refused() {
        check("", expect![[r#"expected a JSON object, got "" (malformed)"#]]);
        check("null", expect![[r#"expected a JSON object, got "null" (malformed)"#]]);
        check(
            r#"["register_user"]"#,
            expect![[r#"expected a JSON object, got "[\"register_user\"]" (malformed)"#]],
        );
        check(
            r#"{"register_user":"#,
            expect!["register_user: EOF while parsing a value at line 1 column 17 (malformed)"],
        );
        check(
            "{\"register_user\":{}} {}",
            expect!["register_user.user_id: missing field `user_id` at line 1 column 19 (missing_field)"],
        );
        check(
            &"[".repeat(100_000),
            expect![[
                r#"expected a JSON object, got "[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[[…" (malformed)"#
            ]],
        );
        check(
            &"{\"a\":".repeat(100_000),
            expect![
                "unknown variant `a`, expected one of `register_user`, `add_user`, `remove_user`, `open_account`, `change_password`, `rehash`, `keep_key`, `end_session`, `rename`, `drop_key`, `close_account` at line 1 column 4 (malformed)"
            ],
        );
    }
}
