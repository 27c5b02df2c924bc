//! Steps and answers of accounts on a real database.

use accounts::{Accounts, Partition, Questions, audit};
use chassis::{
    Answers,
    ask::AskError,
    session,
    settings::{Secret, Settings},
    testing::{Bench, fresh_database, place},
};
use contracts::{
    UserId,
    accounts::{AccountsCommand, Question, Role, Session, User},
    ids::HOUSE,
    refusal::Answer,
    topology,
};
use serde_json::{Value, json};
use std::{path::Path, sync::Arc};
use uuid::Uuid;

/// Nothing that is asked here leads to a command.
struct Nobody;

#[async_trait::async_trait]
impl Partition for Nobody {
    async fn obey(&self, command: &AccountsCommand) -> Result<User, AskError> {
        panic!("nobody said so: {command:?}")
    }
}

const TO_ALL: &str = "accounts.0>*";

fn user(n: u128, name: &str, role: Role, demo: bool) -> User {
    User { user_id: Uuid::from_u128(n).into(), name: name.into(), role, demo }
}

fn key() -> Secret {
    Secret::new("a key for tests, long enough for anyone")
}

async fn bench() -> Bench<Accounts> {
    let url = fresh_database().await;
    migrations::migrate("accounts", &url).await.unwrap();
    Bench::open(&url, place(topology::ACCOUNTS), ()).await
}

async fn register(bench: &mut Bench<Accounts>, user: User) -> (Vec<Value>, Value) {
    let said = bench.request("admin", &AccountsCommand::RegisterUser(user)).await;
    assert_eq!(said.replies.len(), 1, "every request is answered once");
    (said.on(TO_ALL), said.replies[0].clone())
}

async fn asked(questions: &Questions, question: Question) -> Value {
    questions.answer("web", question).await.unwrap().json()
}

fn names(answer: &Value) -> Vec<&str> {
    let users = answer["ok"].as_array().unwrap();
    users.iter().map(|user| user["name"].as_str().unwrap()).collect()
}

#[tokio::test]
async fn a_user_is_registered_once_and_changed_when_he_is_different() {
    let mut bench = bench().await;
    let ann = user(1, "Ann", Role::Trader, true);
    let as_json = |user: &User| serde_json::to_value(user).unwrap();

    let (said, reply) = register(&mut bench, ann.clone()).await;
    assert_eq!(said, [json!({ "user_changed": as_json(&ann) })]);
    assert_eq!(reply, json!({ "ok": as_json(&ann) }));

    // Delivered twice, before and after a restart: nothing is said, and the answer is the same.
    for _ in 0..2 {
        let again = register(&mut bench, User { name: " Ann ".into(), ..ann.clone() }).await;
        assert_eq!(again, (vec![], json!({ "ok": as_json(&ann) })));
        bench.reopen().await;
    }

    let promoted = User { role: Role::Admin, ..ann };
    let (said, _) = register(&mut bench, promoted.clone()).await;
    assert_eq!(said, [json!({ "user_changed": as_json(&promoted) })]);

    let (said, reply) = register(&mut bench, user(2, "Bob\n\u{7}", Role::Bot, false)).await;
    assert_eq!((said.len(), &reply["refused"]["field"]), (0, &json!("name")));
    let (said, reply) = register(&mut bench, User { user_id: HOUSE, ..user(0, "Me", Role::Bot, true) }).await;
    assert_eq!((said.len(), &reply["refused"]["field"]), (0, &json!("user_id")));

    let questions = Questions::new(bench.db().clone(), true, key(), Arc::new(Nobody));
    let user_ids = [1, 2].map(|n| Uuid::from_u128(n).into()).to_vec();
    assert_eq!(asked(&questions, Question::Users { user_ids }).await, json!({ "ok": [as_json(&promoted)] }));
}

#[tokio::test]
async fn only_admin_registers_and_a_broken_command_is_answered() {
    let mut bench = bench().await;
    for sender in ["web", "portfolio", "loadtest"] {
        let command = AccountsCommand::RegisterUser(user(1, "Eve", Role::Admin, true));
        let said = bench.request(sender, &command).await;
        assert_eq!((said.events.len(), &said.replies[0]["refused"]["code"]), (0, &json!("not_allowed")));
    }
    let extra = json!({ "register_user": {
        "user_id": Uuid::from_u128(1), "name": "Eve", "role": "trader", "demo": true, "cash": "1000000",
    }});
    let said = bench.request("admin", &extra).await;
    assert_eq!((said.events.len(), &said.replies[0]["refused"]["code"]), (0, &json!("unknown_field")));
    let questions = Questions::new(bench.db().clone(), true, key(), Arc::new(Nobody));
    assert_eq!(asked(&questions, Question::DemoUsers {}).await, json!({ "ok": [] }));
    let nosy = questions.answer("loadtest", Question::DemoUsers {}).await.unwrap().json();
    assert_eq!(nosy["refused"]["code"], "not_allowed");
}

#[tokio::test]
async fn a_demo_account_is_entered_and_its_session_renewed() {
    let mut bench = bench().await;
    for person in [
        user(1, "Bob", Role::Trader, true),
        user(2, "Ann", Role::Trader, true),
        user(3, "Root", Role::Admin, false),
    ] {
        register(&mut bench, person).await;
    }
    let demo = Questions::new(bench.db().clone(), true, key(), Arc::new(Nobody));
    let real = Questions::new(bench.db().clone(), false, key(), Arc::new(Nobody));
    let enter = |n: u128| Question::EnterDemo { user_id: UserId(Uuid::from_u128(n)) };
    let code = |answer: Value| answer["refused"]["code"].as_str().unwrap_or("accepted").to_owned();

    assert_eq!(names(&asked(&demo, Question::DemoUsers {}).await), ["Ann", "Bob"]);
    assert_eq!(names(&asked(&real, Question::DemoUsers {}).await), [""; 0]);
    assert_eq!(code(asked(&real, enter(1)).await), "not_allowed");
    assert_eq!(code(asked(&demo, enter(3)).await), "not_allowed");
    assert_eq!(code(asked(&demo, enter(4)).await), "not_found");

    let first = asked(&demo, enter(1)).await;
    let Answer::Ok(Session { token, expires_in_s: 600, user: bob }) = serde_json::from_value(first).unwrap()
    else {
        panic!("no session of ten minutes")
    };
    let old = session::verify(&token, &key(), chrono::Utc::now()).unwrap();
    assert_eq!((old.sub, old.role), (bob.user_id, Role::Trader));

    register(&mut bench, user(1, "Robert", Role::Bot, true)).await;
    let renewed = asked(&demo, Question::Renew { token: token.clone() }).await;
    let Answer::Ok(Session { token: next, user: robert, .. }) = serde_json::from_value(renewed).unwrap()
    else {
        panic!("no renewed session")
    };
    let new = session::verify(&next, &key(), chrono::Utc::now()).unwrap();
    assert_eq!((new.sid, new.auth_time), (old.sid, old.auth_time));
    assert_eq!((new.role, robert.name.as_str()), (Role::Bot, "Robert"));

    let other_key = Questions::new(
        bench.db().clone(),
        true,
        Secret::new("another key, just as long as it"),
        Arc::new(Nobody),
    );
    assert_eq!(code(asked(&other_key, Question::Renew { token: token.clone() }).await), "not_signed_in");
    bench.sql("delete from users where name = 'Robert'").await;
    assert_eq!(code(asked(&demo, Question::Renew { token }).await), "not_signed_in");
}

#[tokio::test]
async fn without_a_good_key_for_sessions_it_does_not_start() {
    for key in ["", "a key of thirty-one characters."] {
        let mut settings = Settings::load(Path::new("/nowhere")).unwrap();
        settings.secrets.jwt_key = Secret::new(key);
        let error = accounts::run(settings).await.unwrap_err().to_string();
        assert_eq!(error, "settings: secrets.jwt_key must have at least 32 bytes");
    }
}

#[tokio::test]
async fn the_audit_finds_what_no_step_would_have_written() {
    let mut bench = bench().await;
    register(&mut bench, user(1, "Ann", Role::Trader, true)).await;
    assert_eq!(audit::check(bench.db()).await.unwrap(), []);
    bench.sql("update users set name = E'Ann\\n'").await;
    bench.sql(&format!("insert into users values ('{HOUSE}', 'House', 'admin', false)")).await;
    let findings = audit::check(bench.db()).await.unwrap();
    let mut rules: Vec<_> = findings.iter().map(|finding| finding.rule).collect();
    rules.sort();
    assert_eq!(rules, ["a name is visible text", "the house is no user"]);
}
