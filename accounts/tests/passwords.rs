//! Passwords, sessions and keys from the question to the row, on a real database: the answers' own
//! commands go to the partition's steps, as over the broker.

#[path = "passwords/admins.rs"]
mod admins;

use accounts::{Accounts, Partition, Questions};
use async_trait::async_trait;
use chassis::ask::AskError;
use chassis::settings::Secret;
use chassis::testing::{Bench, fresh_database, place};
use chassis::{Answers, session};
use contracts::accounts::{AccountsCommand, Claims, Hidden, NewUser, Question, Role, Scope, User};
use contracts::{UserId, refusal::Answer, topology};
use serde_json::{Value, json};
use std::net::IpAddr;
use std::sync::{Arc, Mutex as Plain};
use tokio::sync::Mutex;
use uuid::Uuid;

const KEY: &str = "a key for tests, long enough for anyone";
const PASSWORD: &str = "correct horse battery";

/// The partition, and what it has said.
struct Steps {
    bench: Mutex<Bench<Accounts>>,
    said: Plain<Vec<Value>>,
}

impl Steps {
    async fn say(&self, sender: &str, command: &AccountsCommand) -> Value {
        let mut bench = self.bench.lock().await;
        bench.set_now(chrono::Utc::now());
        let said = bench.request(sender, command).await;
        let events = said.events.iter().flat_map(|(_, events)| events.clone());
        self.said.lock().unwrap().extend(events);
        said.replies[0].clone()
    }
}

struct OverTheBroker(Arc<Steps>);

#[async_trait]
impl Partition for OverTheBroker {
    async fn obey(&self, command: &AccountsCommand) -> Result<User, AskError> {
        let reply = self.0.say("accounts", command).await;
        // Delivered twice, the second time changes nothing.
        let before = self.0.said.lock().unwrap().len();
        assert_eq!(self.0.say("accounts", command).await, reply);
        assert_eq!(self.0.said.lock().unwrap().len(), before, "{command:?} was said twice");
        match serde_json::from_value(reply).unwrap() {
            Answer::Ok(user) => Ok(user),
            Answer::Refused(refusal) => Err(AskError::Refused(refusal)),
        }
    }
}

struct House {
    steps: Arc<Steps>,
    questions: Questions,
}

impl House {
    async fn open() -> Self {
        let url = fresh_database().await;
        migrations::migrate("accounts", &url).await.unwrap();
        let bench = Bench::<Accounts>::open(&url, place(topology::ACCOUNTS), ()).await;
        let db = bench.db().clone();
        let steps = Arc::new(Steps { bench: Mutex::new(bench), said: Plain::default() });
        let partition = Arc::new(OverTheBroker(steps.clone()));
        House { steps, questions: Questions::new(db, true, Secret::new(KEY), partition) }
    }

    async fn asked_by(&self, sender: &str, question: Question) -> Value {
        self.questions.answer(sender, question).await.unwrap().json()
    }

    async fn asked(&self, question: Question) -> Value {
        self.asked_by("web", question).await
    }

    async fn sign_up(&self, login: &str, password: &str) -> Value {
        self.asked(sign_up(login, password, Role::Trader)).await
    }

    async fn log_in(&self, login: &str, password: &str) -> Value {
        self.asked(log_in(login, password, "10.0.0.1")).await
    }

    async fn sql(&self, sql: &str) -> u64 {
        self.steps.bench.lock().await.sql(sql).await
    }

    fn said(&self) -> Vec<Value> {
        std::mem::take(&mut *self.steps.said.lock().unwrap())
    }
}

fn sign_up(login: &str, password: &str, role: Role) -> Question {
    let address = Some("10.0.0.1".parse().unwrap());
    let (name, password) = ("Ann".to_owned(), Hidden::new(password));
    Question::SignUp(NewUser { login: login.into(), name, password, role, address, by: None })
}

fn log_in(login: &str, password: &str, address: &str) -> Question {
    let address: IpAddr = address.parse().unwrap();
    Question::LogIn { login: login.into(), password: Hidden::new(password), address }
}

fn change(user_id: UserId, old: &str, new: &str) -> Question {
    let address = "10.0.0.1".parse().unwrap();
    Question::ChangePassword { user_id, old: Hidden::new(old), new: Hidden::new(new), address }
}

fn claims(answer: &Value) -> Claims {
    let token = answer["ok"]["token"].as_str().unwrap_or_else(|| panic!("no session: {answer}"));
    session::verify(token, &Secret::new(KEY), chrono::Utc::now()).unwrap()
}

fn code(answer: &Value) -> &str {
    answer["refused"]["code"].as_str().unwrap_or("ok")
}

#[tokio::test]
async fn whoever_signs_up_logs_in_with_that_password_alone() {
    let house = House::open().await;
    let ann = claims(&house.sign_up(" Ann@Example.org", PASSWORD).await);
    assert_eq!((ann.role, ann.name.as_str()), (Role::Trader, "Ann"));
    let user = json!({ "user_id": ann.sub, "name": "Ann", "role": "trader", "demo": false });
    assert_eq!(house.said(), [json!({ "user_changed": user })]);

    assert_eq!(claims(&house.log_in("ann@example.ORG", PASSWORD).await).sub, ann.sub);
    let (wrong, unknown) =
        (house.log_in("ann@example.org", "correct horse").await, house.log_in("bob", PASSWORD).await);
    assert_eq!(wrong, unknown, "nobody learns who has an account");
    assert_eq!(code(&wrong), "not_signed_in");
    assert_eq!(code(&house.sign_up("ANN@example.org", PASSWORD).await), "login_taken");
    let profile = house.asked(Question::Profile { user_id: ann.sub }).await;
    assert_eq!(profile["ok"]["login"], "ann@example.org");
    assert_eq!(house.said(), [] as [Value; 0]);
}

#[tokio::test]
async fn what_is_kept_is_a_salted_hash_and_a_bad_password_is_not_kept_at_all() {
    let house = House::open().await;
    for (login, password, field) in [
        ("ann", "password1", "password"),
        ("ann", "seven77", "password"),
        ("a", PASSWORD, "login"),
        ("ann'; drop table users --", PASSWORD, "login"),
    ] {
        assert_eq!(house.sign_up(login, password).await["refused"]["field"], field, "{login} {password}");
    }
    let megabyte = "x1y2".repeat(250_000);
    assert_eq!(code(&house.sign_up("ann", &megabyte).await), "invalid_value");
    assert_eq!(house.sql("update credentials set login = login").await, 0, "no row");
    for login in ["ann", "bob"] {
        claims(&house.sign_up(login, PASSWORD).await);
    }
    let good = "password_hash like '$argon2id$v=19$m=19456,t=2,p=1$%' and password_hash not like '%correct%'";
    let different = "(select count(distinct password_hash) from credentials) = 2";
    let updated =
        house.sql(&format!("update credentials set login = login where {good} and {different}")).await;
    assert_eq!(updated, 2);
}

#[tokio::test]
async fn only_an_admin_opens_an_admins_account_or_sets_a_password() {
    let house = House::open().await;
    for role in [Role::Admin, Role::Bot] {
        assert_eq!(code(&house.asked(sign_up("root", PASSWORD, role)).await), "not_allowed");
    }
    let root = claims(&house.asked_by("admin", sign_up("root", PASSWORD, Role::Admin)).await);
    assert_eq!(root.role, Role::Admin);
    let reset =
        || Question::ResetPassword { login: "Root".into(), password: Hidden::new("another horse"), by: None };
    assert_eq!(code(&house.asked(reset()).await), "not_allowed");
    assert_eq!(code(&house.asked_by("admin", reset()).await), "ok");
    assert_eq!(code(&house.log_in("root", PASSWORD).await), "not_signed_in");
    assert_eq!(claims(&house.log_in("root", "another horse").await).sub, root.sub);
    // Nor does anybody but accounts itself say what a password is.
    let forged = AccountsCommand::ChangePassword { user_id: root.sub, password_hash: Hidden::new("x") };
    for sender in ["web", "admin", "loadtest", "portfolio"] {
        assert_eq!(code(&house.steps.say(sender, &forged).await), "not_allowed");
    }
}

#[tokio::test]
async fn guessing_ends_after_five_and_the_owner_comes_in_elsewhere() {
    // Tries are counted in windows of five minutes; these are all to be in one.
    let left = 300 - chrono::Utc::now().timestamp().rem_euclid(300);
    if left < 30 {
        tokio::time::sleep(std::time::Duration::from_secs(left as u64 + 1)).await;
    }
    let house = House::open().await;
    claims(&house.sign_up("ann", PASSWORD).await);
    for _ in 0..5 {
        assert_eq!(code(&house.log_in("ann", "wrong horse").await), "not_signed_in");
    }
    assert_eq!(code(&house.log_in("ann", "wrong horse").await), "too_many_attempts");
    assert_eq!(code(&house.log_in("ANN ", PASSWORD).await), "too_many_attempts", "right or not");
    claims(&house.asked(log_in("ann", PASSWORD, "10.0.0.2")).await);
}

#[tokio::test]
async fn a_flood_of_log_ins_is_refused_and_other_questions_are_answered() {
    let house = House::open().await;
    let flood = (0..150).map(|n| {
        house.asked(log_in(&format!("user{n}"), PASSWORD, &format!("10.{}.{}.1", n / 200, n % 200)))
    });
    let flood = futures::future::join_all(flood);
    let others = async {
        for _ in 0..20 {
            assert_eq!(house.asked(Question::DemoUsers {}).await, json!({ "ok": [] }));
        }
    };
    let (answers, ()) = futures::join!(flood, others);
    let refused = answers.iter().filter(|answer| code(answer) == "too_many_requests").count();
    assert!(refused > 0, "{refused}");
    assert!(answers.iter().all(|answer| ["too_many_requests", "not_signed_in"].contains(&code(answer))));
}

#[tokio::test]
async fn another_password_ends_every_session_and_begins_one() {
    let house = House::open().await;
    let first = house.sign_up("ann", PASSWORD).await;
    let (ann, second) = (claims(&first), house.log_in("ann", PASSWORD).await);
    house.said();
    assert_eq!(house.asked(change(ann.sub, "wrong horse", "another horse")).await["refused"]["field"], "old");
    assert_eq!(house.asked(change(ann.sub, PASSWORD, "12345678")).await["refused"]["field"], "new");
    assert_eq!(house.said(), [] as [Value; 0]);

    let third = claims(&house.asked(change(ann.sub, PASSWORD, "another horse")).await);
    let said = house.said();
    let began_by = said[0]["sessions_ended"]["began_by"].as_i64().unwrap();
    assert_eq!(said, [json!({ "sessions_ended": { "user_id": ann.sub, "began_by": began_by } })]);
    assert!(ann.auth_time <= began_by && third.auth_time > began_by);
    for (old, expected) in [(&first, "not_signed_in"), (&second, "not_signed_in")] {
        let token = old["ok"]["token"].as_str().unwrap().to_owned();
        assert_eq!(code(&house.asked(Question::Renew { token }).await), expected);
    }
    let token = session::sign(&third, &Secret::new(KEY));
    assert_eq!(code(&house.asked(Question::Renew { token }).await), "ok");
    let ended = house.asked(Question::Ended {}).await;
    assert_eq!(ended["ok"]["users"], json!([{ "user_id": ann.sub, "began_by": began_by }]));
}

#[tokio::test]
async fn who_logs_out_is_out_and_what_ended_long_ago_is_forgotten() {
    let house = House::open().await;
    let answer = house.sign_up("ann", PASSWORD).await;
    let ann = claims(&answer);
    house
        .sql(&format!(
            "insert into ended_sessions values ('{}', now() - interval '2 days')",
            Uuid::from_u128(1)
        ))
        .await;
    house.said();
    let out = AccountsCommand::EndSession { user_id: ann.sub, session_id: ann.sid };
    for _ in 0..2 {
        assert_eq!(code(&house.steps.say("web", &out).await), "ok");
    }
    assert_eq!(house.said(), [json!({ "session_ended": { "session_id": ann.sid } })], "once");
    let token = answer["ok"]["token"].as_str().unwrap().to_owned();
    assert_eq!(code(&house.asked(Question::Renew { token }).await), "not_signed_in");
    let ended = house.asked(Question::Ended {}).await;
    assert_eq!(ended["ok"], json!({ "sessions": [ann.sid], "users": [] }));
    assert_eq!(house.sql("delete from ended_sessions").await, 1, "the old one is gone");
}

#[tokio::test]
async fn a_key_is_shown_once_and_opens_until_it_is_deleted() {
    let house = House::open().await;
    let ann = claims(&house.sign_up("ann", PASSWORD).await);
    let make = |name: &str, scopes: &[Scope]| Question::MakeKey {
        user_id: ann.sub,
        name: name.into(),
        scopes: scopes.to_vec(),
    };
    assert_eq!(code(&house.asked(make("bot", &[])).await), "invalid_value");
    let new = house.asked(make("bot", &[Scope::Trade, Scope::Read, Scope::Read])).await;
    let (text, key) = (new["ok"]["text"].as_str().unwrap().to_owned(), new["ok"]["key"].clone());
    assert_eq!(key["scopes"], json!(["read", "trade"]));
    let listed = house.asked(Question::Keys { user_id: ann.sub }).await;
    assert_eq!(listed["ok"], json!([key]));
    let secret = text.rsplit('_').next().unwrap();
    assert_eq!(house.sql(&format!("update api_keys set name = name where digest = '{secret}'")).await, 0);

    let used = |text: &str| house.asked(Question::UseKey { key: Hidden::new(text) });
    assert_eq!(used(&text).await["ok"]["user"]["user_id"], json!(ann.sub));
    let forged = format!("{}{}", &text[..text.len() - 1], if text.ends_with('0') { '1' } else { '0' });
    for bad in [forged.as_str(), "exk_", "' or 1=1"] {
        assert_eq!(code(&used(bad).await), "not_signed_in");
    }
    let key_id: Uuid = key["key_id"].as_str().unwrap().parse().unwrap();
    let theft = AccountsCommand::DropKey { user_id: Uuid::from_u128(9).into(), key_id };
    assert_eq!(code(&house.steps.say("web", &theft).await), "not_found");
    assert_eq!(house.asked(Question::Keys { user_id: ann.sub }).await["ok"], json!([key]));
    house.said();
    let drop = AccountsCommand::DropKey { user_id: ann.sub, key_id };
    assert_eq!(code(&house.steps.say("web", &drop).await), "ok");
    assert_eq!(house.said(), [json!({ "session_ended": { "session_id": key_id } })]);
    assert_eq!(code(&used(&text).await), "not_signed_in");
}

#[tokio::test]
async fn a_closed_account_leaves_an_id_and_no_way_in() {
    let house = House::open().await;
    let ann = claims(&house.sign_up("ann", PASSWORD).await);
    let new = house
        .asked(Question::MakeKey { user_id: ann.sub, name: "bot".into(), scopes: vec![Scope::Read] })
        .await;
    house.said();
    let close = AccountsCommand::CloseAccount { user_id: ann.sub };
    for _ in 0..2 {
        let reply = house.steps.say("web", &close).await;
        assert_eq!(reply["ok"]["name"], "Former user");
    }
    let said = house.said();
    let words: Vec<&str> =
        said.iter().flat_map(|event| event.as_object().unwrap().keys().map(String::as_str)).collect();
    assert_eq!(words.iter().filter(|word| **word == "user_changed").count(), 1, "{words:?}");
    assert_eq!(words.len(), 3, "{words:?}");
    assert_eq!(code(&house.log_in("ann", PASSWORD).await), "not_signed_in");
    let key = Hidden::new(new["ok"]["text"].as_str().unwrap());
    assert_eq!(code(&house.asked(Question::UseKey { key }).await), "not_signed_in");
    // The login is free again, for another user.
    assert_ne!(claims(&house.sign_up("ann", PASSWORD).await).sub, ann.sub);
}

#[tokio::test]
async fn a_payment_service_removes_whom_it_has_added_or_anybody_who_trades_once() {
    let house = House::open().await;
    let (id, other_id) = (Uuid::from_u128(100), Uuid::from_u128(101));
    let added = UserId(Uuid::from_u128(1));
    let add = AccountsCommand::AddUser { user_id: added, name: "Bob".into() };
    house.steps.say("web", &add).await;
    let ann = claims(&house.sign_up("ann", PASSWORD).await);
    house.said();
    let asks = |id, user_id| Question::Removal { id, user_id };
    let removes = |id, user_id| AccountsCommand::RemoveUser { id, user_id };
    assert_eq!(house.asked(asks(id, added)).await["ok"]["is_done"], false);
    assert_eq!(code(&house.steps.say("admin", &removes(id, added)).await), "not_allowed");

    for _ in 0..2 {
        let reply = house.steps.say("web", &removes(id, added)).await;
        assert_eq!(reply["ok"]["name"], "Former user");
    }
    assert_eq!(house.said().len(), 2, "the user, and the end of his sessions: once");
    assert_eq!(house.asked(asks(id, added)).await["ok"]["is_done"], true);

    // The same id with another content, before and as it is carried out; and who is gone already.
    for user_id in [ann.sub, UserId(Uuid::from_u128(2))] {
        assert_eq!(code(&house.asked(asks(id, user_id)).await), "id_reused");
        assert_eq!(code(&house.steps.say("web", &removes(id, user_id)).await), "id_reused");
    }
    for user_id in [added, UserId(Uuid::from_u128(2))] {
        assert_eq!(code(&house.asked(asks(other_id, user_id)).await), "unknown_user");
        assert_eq!(code(&house.steps.say("web", &removes(other_id, user_id)).await), "unknown_user");
    }
    assert_eq!(house.said(), [] as [Value; 0]);
    assert_eq!(code(&house.steps.say("web", &add).await), "id_reused", "an id never changes hands");

    // Somebody with a password is shut out as well.
    assert_eq!(house.steps.say("web", &removes(other_id, ann.sub)).await["ok"]["name"], "Former user");
    assert_eq!(code(&house.log_in("ann", PASSWORD).await), "not_signed_in");
}

#[tokio::test]
async fn nobody_takes_a_demo_account_from_the_others() {
    let house = House::open().await;
    let demo =
        User { user_id: Uuid::from_u128(1).into(), name: "Ann".into(), role: Role::Trader, demo: true };
    house.steps.say("admin", &AccountsCommand::RegisterUser(demo.clone())).await;
    house.said();
    let user_id = demo.user_id;
    for command in [
        AccountsCommand::Rename { user_id, name: "Mine".into() },
        AccountsCommand::CloseAccount { user_id },
        AccountsCommand::RemoveUser { id: Uuid::from_u128(7), user_id },
    ] {
        assert_eq!(code(&house.steps.say("web", &command).await), "not_allowed");
    }
    assert_eq!(code(&house.asked(change(user_id, "", "another horse")).await), "not_allowed");
    let key = Question::MakeKey { user_id, name: "bot".into(), scopes: vec![Scope::Read] };
    assert_eq!(code(&house.asked(key).await), "not_allowed");
    assert_eq!(house.said(), [] as [Value; 0]);
}

#[tokio::test]
async fn a_hash_of_older_rules_is_made_anew_at_log_in() {
    let house = House::open().await;
    let ann = claims(&house.sign_up("ann", PASSWORD).await);
    // The password "correct horse battery" with four mebibytes and three passes.
    let old = old_hash();
    house.sql(&format!("update credentials set password_hash = '{old}'")).await;
    house.said();
    assert_eq!(claims(&house.log_in("ann", PASSWORD).await).sub, ann.sub);
    let today = "password_hash like '$argon2id$v=19$m=19456,t=2,p=1$%'";
    assert_eq!(house.sql(&format!("update credentials set login = login where {today}")).await, 1);
    assert_eq!(house.said(), [] as [Value; 0], "no session ends by it");
    claims(&house.log_in("ann", PASSWORD).await);
}

fn old_hash() -> String {
    use argon2::{Algorithm, Argon2, Params, PasswordHasher, Version};
    let rules = Params::new(4_096, 3, 1, None).unwrap();
    Argon2::new(Algorithm::Argon2id, Version::V0x13, rules)
        .hash_password(PASSWORD.as_bytes())
        .unwrap()
        .to_string()
}
