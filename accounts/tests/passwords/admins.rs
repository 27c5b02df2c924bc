//! What admins see of people, and what they may do in their own names, as web says them.

use super::{House, PASSWORD, claims, code, log_in};
use contracts::UserId;
use contracts::accounts::{AccountsCommand, Hidden, NewUser, Question, Role, User};
use contracts::ids::HOUSE;
use serde_json::{Value, json};
use uuid::Uuid;

fn user(n: u128, name: &str, role: Role) -> User {
    User { user_id: Uuid::from_u128(n).into(), name: name.into(), role, demo: false }
}

async fn register(house: &House, user: User) -> UserId {
    house.steps.say("admin", &AccountsCommand::RegisterUser(user.clone())).await;
    user.user_id
}

fn opening(login: &str, role: Role, by: UserId) -> Question {
    let (login, name, password) = (login.to_owned(), login.to_owned(), Hidden::new(PASSWORD));
    Question::SignUp(NewUser { login, name, password, role, address: None, by: Some(by) })
}

#[tokio::test]
async fn web_opens_accounts_and_sets_passwords_in_the_name_of_admins_only() {
    let house = House::open().await;
    let ada = register(&house, user(1, "Ada", Role::Admin)).await;
    let others = [
        register(&house, user(2, "Ann", Role::Trader)).await,
        register(&house, user(3, "Bot", Role::Bot)).await,
        Uuid::from_u128(4).into(),
        HOUSE,
    ];
    let reset =
        |by| Question::ResetPassword { login: "eve".into(), password: Hidden::new("another horse"), by };
    let eve = claims(&house.asked(opening("eve", Role::Admin, ada)).await);
    assert_eq!(eve.role, Role::Admin);
    for by in others {
        for role in [Role::Trader, Role::Admin] {
            assert_eq!(code(&house.asked(opening("mallory", role, by)).await), "not_allowed", "{by}");
        }
        assert_eq!(code(&house.asked(reset(Some(by))).await), "not_allowed", "{by}");
    }
    assert_eq!(code(&house.asked(reset(None)).await), "not_allowed", "web has no rights of its own");
    assert_eq!(code(&house.log_in("eve", PASSWORD).await), "ok");
    assert_eq!(house.asked(reset(Some(ada))).await["ok"]["user_id"], json!(eve.sub));
    assert_eq!(code(&house.log_in("eve", PASSWORD).await), "not_signed_in");
    assert_eq!(code(&house.asked(log_in("eve", "another horse", "10.0.0.2")).await), "ok");
    // Who was an admin is none any more as soon as accounts knows.
    register(&house, user(1, "Ada", Role::Trader)).await;
    assert_eq!(code(&house.asked(opening("bob", Role::Trader, ada)).await), "not_allowed");
}

async fn page(house: &House, search: &str, cursor: Option<u128>, limit: u16) -> (String, Value) {
    let (search, cursor) = (Some(search.to_owned()), cursor.map(|n| Uuid::from_u128(n).into()));
    let answer = house.asked(Question::People { search, cursor, limit }).await;
    let items = answer["ok"]["items"].as_array().unwrap_or_else(|| panic!("{answer}"));
    let names: Vec<&str> = items.iter().map(|member| member["name"].as_str().unwrap()).collect();
    (names.join(" "), answer["ok"]["next_cursor"].clone())
}

#[tokio::test]
async fn people_are_found_by_name_login_or_id_a_page_at_a_time() {
    let house = House::open().await;
    for (n, name) in [(1, "Ann"), (2, "Hannah"), (3, "Bob"), (4, "100%_sure"), (5, "Zoë")] {
        register(&house, user(n, name, Role::Trader)).await;
    }
    let gone = claims(&house.sign_up("Annabel@example.org", PASSWORD).await).sub;
    for (search, found) in [
        ("", "Ann Zoë 100%_sure Bob Hannah Ann"),
        (" ANN ", "Ann Hannah Ann"),
        ("aBEL@", "Ann"),
        ("bob", "Bob"),
        ("%", "100%_sure"),
        ("_", "100%_sure"),
        ("'; drop table users", ""),
        ("zoë", "Zoë"),
        ("00000000-0000-0000-0000-000000000003", "Bob"),
        ("00000000", ""),
    ] {
        // A signed-up person's id is of today, and so the last.
        assert_eq!(page(&house, search, None, 50).await, (found.into(), Value::Null), "{search:?}");
    }
    let (names, next) = page(&house, "", Some(5), 2).await;
    assert_eq!((names.as_str(), next), ("100%_sure Bob", json!(Uuid::from_u128(3))));
    assert_eq!(page(&house, "", Some(3), 2).await, ("Hannah Ann".into(), Value::Null));
    assert_eq!(page(&house, "", Some(0), 2).await.0, "");

    let found =
        house.asked(Question::People { search: Some(gone.to_string()), cursor: None, limit: 1 }).await;
    let open = json!({ "user_id": gone, "name": "Ann", "role": "trader", "demo": false,
                       "login": "annabel@example.org", "closed_at": null });
    assert_eq!(found["ok"]["items"], json!([open]), "and nothing else: no hash, no key");
    house.steps.say("web", &AccountsCommand::CloseAccount { user_id: gone }).await;
    let found =
        house.asked(Question::People { search: Some(gone.to_string()), cursor: None, limit: 1 }).await;
    let closed = &found["ok"]["items"][0];
    assert_eq!((&closed["name"], &closed["login"]), (&json!("Former user"), &Value::Null));
    assert!(closed["closed_at"].is_string(), "{closed}");

    for (search, limit, expected) in [
        (" ".repeat(65), 1, "invalid_value"),
        ("a\0".into(), 1, "invalid_value"),
        ("x".into(), 0, "out_of_range"),
        ("x".into(), 201, "out_of_range"),
    ] {
        let answer = house.asked(Question::People { search: Some(search), cursor: None, limit }).await;
        assert_eq!(code(&answer), expected);
    }
    let refused = house.asked_by("bots", Question::People { search: None, cursor: None, limit: 1 }).await;
    assert_eq!(code(&refused), "not_allowed");
}
