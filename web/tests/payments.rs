//! The payment service's door, with a script in the place of accounts and portfolio.

mod support;

use chassis::desk::Clerk;
use contracts::{Code, Partitions, Refusal, topology};
use serde_json::{Value, json};
use std::sync::Arc;
use support::Actors;
use web::payments::Payments;

const ID: &str = "01980a5e-0000-7000-8000-000000000001";
const ANN: &str = "01980a5e-0000-7000-8000-0000000000aa";

/// Under this id Ann was removed before.
const DONE: &str = "01980a5e-0000-7000-8000-000000000009";
const BOB: &str = "01980a5e-0000-7000-8000-0000000000bb";

fn former() -> Value {
    json!({ "user_id": ANN, "name": "Former user", "role": "trader", "demo": false })
}

/// Ann is known and has 70; whoever is added is known at once.
fn script(to: &str, message: &Value) -> Option<Result<Value, Refusal>> {
    let (name, fields) = message.as_object()?.iter().next()?;
    let cash = json!({ "total": "70", "held": "10", "available": "60" });
    match (to, name.as_str()) {
        ("accounts.0", "add_user") => Some(Ok(
            json!({ "user_id": fields["user_id"], "name": fields["name"], "role": "trader", "demo": false }),
        )),
        ("accounts", "users") if fields["user_ids"][0] == ANN => {
            Some(Ok(json!([{ "user_id": ANN, "name": "Ann", "role": "trader", "demo": false }])))
        }
        ("accounts", "users") => Some(Ok(json!([]))),
        ("portfolio", "balances") => Some(Ok(json!([{ "user_id": fields["user_ids"][0], "cash": cash }]))),
        ("accounts", "removal") if fields["id"] == DONE && fields["user_id"] == ANN => {
            Some(Ok(json!({ "user": former(), "is_done": true })))
        }
        ("accounts", "removal") if fields["id"] == DONE => {
            Some(Err(Refusal::of_field(Code::IdReused, "id", "the id has removed another user")))
        }
        ("accounts", "removal") => Some(Ok(json!({ "user": former(), "is_done": false }))),
        ("orders", _) => Some(Ok(json!({ "status": "pending", "count": 0 }))),
        ("ordering", "orders") => Some(Ok(json!({ "items": [] }))),
        ("portfolio.0", "close_books") if fields["user_id"] == ANN => Some(Err(Refusal::new(
            Code::StillOwned,
            "the account still has 70 in cash; sell and withdraw first",
        ))),
        ("portfolio.0", "close_books") => Some(Ok(json!({ "user_id": fields["user_id"], "cash": cash }))),
        ("accounts.0", "remove_user") => Some(Ok(former())),
        ("portfolio.0", "deposit") => Some(Ok(json!({ "id": fields["id"], "cash": cash }))),
        ("portfolio.0", "withdraw") => {
            Some(Err(Refusal::of_field(Code::InsufficientCash, "amount", "more than is available")))
        }
        _ => None,
    }
}

fn payments() -> (Payments, Arc<Actors>) {
    let actors = Arc::new(Actors::playing(script));
    (Payments { services: actors.clone(), partitions: Partitions { users: 1, symbols: 1 } }, actors)
}

async fn answer(payments: &Payments, sender: &str, body: Value) -> Value {
    serde_json::from_slice(&payments.serve(sender, body.to_string().as_bytes()).await).unwrap()
}

#[tokio::test]
async fn each_message_is_answered_with_what_was_done() {
    let (payments, actors) = payments();
    for (message, expected) in [
        (
            json!({ "type": "add_user", "id": ID, "name": "Bob" }),
            json!({ "id": ID, "status": "ok", "user_id": ID, "amount": "70", "message": "Bob added" }),
        ),
        (
            json!({ "type": "deposit", "id": ID, "user_id": ANN, "amount": "5" }),
            json!({ "id": ID, "status": "ok", "user_id": ANN, "amount": "70", "message": "5 deposited" }),
        ),
        (
            json!({ "type": "withdraw", "id": ID, "user_id": ANN, "amount": "5" }),
            json!({ "id": ID, "status": "error", "code": "insufficient_cash", "message": "amount: more than is available" }),
        ),
        (
            json!({ "type": "user_info", "id": ID, "user_id": ANN }),
            json!({ "id": ID, "status": "ok", "user_id": ANN, "amount": "70", "message": "Ann" }),
        ),
        (
            json!({ "type": "user_info", "id": ID, "user_id": ID }),
            json!({ "id": ID, "status": "error", "code": "unknown_user", "message": "user_id: no such user" }),
        ),
    ] {
        assert_eq!(answer(&payments, topology::GATEWAY, message).await, expected);
    }
    // The sender's id goes along: what it moves, it moves once.
    let asked = actors.asked.lock().unwrap();
    let moved = |to: &str, message: &Value| to == "portfolio.0" && message["deposit"]["id"] == ID;
    assert!(asked.iter().any(|(to, message)| moved(to, message)), "{asked:?}");
}

/// What was asked of whom that may change something, in turn.
fn changes(actors: &Actors) -> Vec<String> {
    let asked = std::mem::take(&mut *actors.asked.lock().unwrap());
    let name = |message: &Value| match message["type"].as_str() {
        Some(kind) => kind.to_owned(),
        None => message.as_object().unwrap().keys().next().unwrap().clone(),
    };
    let changes = asked.iter().filter(|(to, _)| to == "orders" || to.ends_with(".0"));
    changes.map(|(to, message)| format!("{to} {}", name(message))).collect()
}

#[tokio::test]
async fn who_owns_nothing_is_removed_and_whom_an_id_has_removed_is_not_touched_again() {
    let (payments, actors) = payments();
    let remove = |id: &str, user: &str| json!({ "type": "remove_user", "id": id, "user_id": user });
    assert_eq!(
        answer(&payments, topology::GATEWAY, remove(ID, BOB)).await,
        json!({ "id": ID, "status": "ok", "user_id": BOB, "message": "removed" })
    );
    assert_eq!(
        changes(&actors),
        ["orders cancel_orders", "portfolio.0 close_books", "accounts.0 remove_user"]
    );

    let refused = answer(&payments, topology::GATEWAY, remove(ID, ANN)).await;
    assert_eq!((&refused["status"], &refused["code"]), (&json!("error"), &json!("still_owned")));
    assert!(refused["message"].as_str().unwrap().contains("70 in cash"), "{refused}");
    assert_eq!(changes(&actors), ["orders cancel_orders", "portfolio.0 close_books"]);

    assert_eq!(
        answer(&payments, topology::GATEWAY, remove(DONE, ANN)).await,
        json!({ "id": DONE, "status": "ok", "user_id": ANN, "message": "removed" })
    );
    let reused = answer(&payments, topology::GATEWAY, remove(DONE, BOB)).await;
    assert_eq!(reused["code"], "id_reused");
    assert_eq!(changes(&actors), [] as [String; 0], "nothing of theirs is touched");
}

#[tokio::test]
async fn nobody_else_is_served_and_silence_is_no_failure() {
    let (payments, actors) = payments();
    let deposit = json!({ "type": "deposit", "id": ID, "user_id": ANN, "amount": "5" });
    for sender in ["loadtest", "bots", "web"] {
        let answer = answer(&payments, sender, deposit.clone()).await;
        assert_eq!(
            (&answer["status"], &answer["code"]),
            (&json!("error"), &json!("not_allowed")),
            "{sender}"
        );
    }
    assert!(actors.asked.lock().unwrap().is_empty());

    let silent = Payments {
        services: Arc::new(Actors::playing(|_, _| None)),
        partitions: Partitions { users: 1, symbols: 1 },
    };
    let answer = answer(&silent, topology::GATEWAY, deposit).await;
    assert_eq!((&answer["code"], &answer["id"]), (&json!("unavailable"), &json!(ID)));
}
