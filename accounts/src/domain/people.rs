//! People as a step sees them: who was known, and who was changed.

use contracts::accounts::{NAME_CHARACTERS_MAX, User};
use contracts::{Code, Refusal, UserId, ids::HOUSE, name};
use rustc_hash::{FxHashMap, FxHashSet};

#[derive(Default)]
pub struct People {
    users: FxHashMap<UserId, User>,
    changed: FxHashSet<UserId>,
}

#[derive(Debug, PartialEq, Eq)]
pub enum Registered {
    Changed(User),
    /// He was registered with the same content before.
    Unchanged(User),
}

impl People {
    pub fn known(users: Vec<User>) -> Self {
        let users = users.into_iter().map(|user| (user.user_id, user)).collect();
        People { users, changed: FxHashSet::default() }
    }

    pub fn register(&mut self, given: User) -> Result<Registered, Refusal> {
        if given.user_id == HOUSE {
            let rule = format!("expected a person's or a program's id, got {HOUSE}, the house's own");
            return Err(Refusal::of_field(Code::InvalidValue, "user_id", rule));
        }
        let user = User { name: name::check(&given.name, NAME_CHARACTERS_MAX)?.to_owned(), ..given };
        if self.users.get(&user.user_id) == Some(&user) {
            return Ok(Registered::Unchanged(user));
        }
        self.changed.insert(user.user_id);
        self.users.insert(user.user_id, user.clone());
        Ok(Registered::Changed(user))
    }

    pub fn of(&self, user_id: UserId) -> Option<&User> {
        self.users.get(&user_id)
    }

    /// One who must be there.
    pub fn known_as(&self, user_id: UserId) -> Result<User, Refusal> {
        let rule = || Refusal::of_field(Code::NotFound, "user_id", format!("nobody has the id {user_id}"));
        self.of(user_id).cloned().ok_or_else(rule)
    }

    /// A new user. Again with the same content changes nothing; with another the id is taken.
    pub fn add(&mut self, given: User) -> Result<Registered, Refusal> {
        let name = name::check(&given.name, NAME_CHARACTERS_MAX)?;
        match self.users.get(&given.user_id) {
            Some(known) if known.name != name => {
                let rule = "this id is another user's, or this user's under another name";
                Err(Refusal::of_field(Code::IdReused, "user_id", rule))
            }
            Some(known) => Ok(Registered::Unchanged(known.clone())),
            None => self.register(given),
        }
    }

    pub fn changed(&self) -> impl Iterator<Item = &User> {
        self.changed.iter().map(|id| &self.users[id])
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use contracts::accounts::Role;
    use expect_test::{Expect, expect};

    /// Each line registers a user: the last digits of his id, name, role, and perhaps `demo`.
    fn check(scenario: &str, expected: Expect) {
        let mut people = People::default();
        let mut said = String::new();
        for line in scenario.lines().map(str::trim).filter(|line| !line.is_empty()) {
            let words: Vec<_> = line.split_whitespace().collect();
            let user = User {
                user_id: match words[0] {
                    "house" => HOUSE,
                    number => uuid::Uuid::from_u128(number.parse().unwrap()).into(),
                },
                name: words[1].replace('_', " "),
                role: words[2].parse().unwrap(),
                demo: words.get(3) == Some(&"demo"),
            };
            let outcome = match people.register(user) {
                Ok(Registered::Changed(user)) => {
                    format!("changed: {:?} {}{}", user.name, user.role, if user.demo { " demo" } else { "" })
                }
                Ok(Registered::Unchanged(user)) => format!("unchanged: {:?}", user.name),
                Err(refusal) => format!("refused: {refusal}"),
            };
            said.push_str(&outcome);
            said.push('\n');
        }
        said.push_str(&format!("{} to save\n", people.changed().count()));
        expected.assert_eq(&said);
    }

    #[test]
    fn registering_again_changes_only_what_is_different() {
        check(
            "
            1 Ann trader demo
            1 Ann trader demo
            1 _Ann_ trader demo
            1 Anna trader demo
            1 Anna admin demo
            1 Anna admin
            2 Ann trader
            ",
            expect![[r#"
                changed: "Ann" trader demo
                unchanged: "Ann"
                unchanged: "Ann"
                changed: "Anna" trader demo
                changed: "Anna" admin demo
                changed: "Anna" admin
                changed: "Ann" trader
                2 to save
            "#]],
        );
    }

    #[test]
    fn adding_changes_nobody() {
        let mut people = People::default();
        let user = |name: &str, role| User {
            user_id: uuid::Uuid::from_u128(1).into(),
            name: name.to_owned(),
            role,
            demo: false,
        };
        people.register(user("Ann", Role::Admin)).unwrap();
        assert_eq!(
            people.add(user("Ann", Role::Trader)),
            Ok(Registered::Unchanged(user("Ann", Role::Admin)))
        );
        assert_eq!(people.add(user("Eve", Role::Trader)).unwrap_err().code, Code::IdReused);
        assert_eq!(people.changed().collect::<Vec<_>>(), [&user("Ann", Role::Admin)]);
        let house = User { user_id: HOUSE, ..user("House", Role::Trader) };
        assert!(people.add(house).is_err());
    }

    #[test]
    fn the_house_and_the_nameless_are_refused() {
        check(
            "
            house House admin
            1 _ trader
            ",
            expect![[r#"
                refused: user_id: expected a person's or a program's id, got 00000000-0000-7000-8000-000000000001, the house's own (invalid_value)
                refused: name: expected 1 to 64 visible characters, got " " (0 of them) (invalid_value)
                0 to save
            "#]],
        );
    }
}
