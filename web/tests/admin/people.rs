//! What admins do to people: who is asked for it, in whose name, and what is not done.

use super::support::{Stage, market, token_of};
use contracts::accounts::Role;
use contracts::{Code, Refusal};
use expect_test::expect;
use reqwest::Method;
use serde_json::{Value, json};

const ANN: &str = "00000000-0000-0000-0000-000000000001";
const MAKER: &str = "00000000-0000-0000-0000-000000000002";
const GONE: &str = "00000000-0000-0000-0000-000000000003";
const ADMIN: &str = "00000000-0000-0000-0000-000000000007";

fn member(id: &str) -> Option<Value> {
    let member = |name: &str, role: &str, login: Option<&str>, closed_at: Option<&str>| json!({ "user_id": id, "name": name, "role": role, "demo": false, "login": login, "closed_at": closed_at });
    match id {
        ANN => Some(member("Ann", "trader", Some("ann"), None)),
        MAKER => Some(member("Maker", "bot", None, None)),
        GONE => Some(member("Former user", "trader", None, Some("2026-11-28T10:00:00Z"))),
        ADMIN => Some(member("Ada", "admin", Some("ada"), None)),
        _ => None,
    }
}

fn play(to: &str, message: &Value) -> Option<Result<Value, Refusal>> {
    let cash = json!({ "total": "12.5", "held": "0", "available": "12.5" });
    let (kind, said) = message.as_object()?.iter().next()?;
    let user = json!({ "user_id": ANN, "name": "Ann", "role": "trader", "demo": false });
    Some(Ok(match (to, kind.as_str()) {
        ("accounts", "people") => {
            let items: Vec<Value> = member(said["search"].as_str().unwrap_or(ANN)).into_iter().collect();
            json!({ "items": items })
        }
        ("accounts", "profile") => json!({ "user": user, "login": "ann" }),
        ("accounts", "sign_up") => json!({ "token": "secret", "expires_in_s": 600, "user": user }),
        ("accounts", "reset_password") | ("accounts.0", "close_account") => user,
        ("portfolio", "portfolio") if said["user_id"] == ANN => {
            json!({ "user_id": ANN, "cash": cash, "holdings": [], "market_value": "0", "unrealised_profit": "0",
                    "realised_profit": "0", "total_value": "12.5" })
        }
        ("portfolio", "portfolio") => return Some(Err(Refusal::new(Code::UnknownUser, "nobody"))),
        ("portfolio.0", "close_books") => json!({ "user_id": ANN, "cash": cash }),
        ("portfolio.0", "deposit" | "withdraw") => json!({ "id": said["id"], "cash": cash }),
        ("orders", _) => json!({ "order_id": null, "status": "pending", "count": 0 }),
        ("ordering", "orders") => json!({ "items": [] }),
        _ => return market(to, message),
    }))
}

async fn stage() -> Stage {
    Stage::open(play).await.ready().await
}

/// Status and body of what an admin gets; and what was asked for it.
async fn done(stage: &Stage, method: Method, path: &str, body: Option<Value>) -> (u16, Value, Vec<String>) {
    stage.actors.asked.lock().unwrap().clear();
    let request = stage.http.request(method, stage.url(&format!("/api/v1/admin/users{path}")));
    let request = request.bearer_auth(token_of(7, Role::Admin, 600));
    let request = if let Some(body) = body { request.json(&body) } else { request };
    let response = request.send().await.unwrap();
    let status = response.status().as_u16();
    let text = response.text().await.unwrap();
    let body = if text.is_empty() { Value::Null } else { serde_json::from_str(&text).unwrap() };
    let ours = |to: &str| !["stock-data", "matching.0"].contains(&to);
    let asked = stage.actors.asked.lock().unwrap().clone();
    let asked = asked.into_iter().filter(|(to, _)| ours(to)).map(|(to, said)| format!("{to} {said}"));
    (status, body, asked.collect())
}

#[tokio::test(flavor = "multi_thread")]
async fn people_are_listed_by_the_page_and_shown_with_what_they_have() {
    let stage = stage().await;
    let (status, page, asked) = done(&stage, Method::GET, "?search=ann&limit=2", None).await;
    assert_eq!((status, &page), (200, &json!({ "items": [] })));
    assert_eq!(asked, [r#"accounts {"people":{"cursor":null,"limit":2,"search":"ann"}}"#]);
    let (_, page, _) = done(&stage, Method::GET, &format!("?cursor={GONE}"), None).await;
    assert_eq!(page["items"], json!([member(ANN).unwrap()]));
    let (status, ann, _) = done(&stage, Method::GET, &format!("/{ANN}"), None).await;
    assert_eq!(
        (status, &ann["login"], &ann["portfolio"]["total_value"]),
        (200, &json!("ann"), &json!("12.5"))
    );
    let (status, maker, _) = done(&stage, Method::GET, &format!("/{MAKER}"), None).await;
    assert_eq!((status, &maker["portfolio"]), (200, &Value::Null), "portfolio has not heard of him");
    for path in ["/nobody", "/00000000-0000-0000-0000-000000000009"] {
        assert_eq!(done(&stage, Method::GET, path, None).await.0, 404, "{path}");
    }
    for query in ["?cursor=x", "?limit=0", "?limit=201", "?name=ann"] {
        assert_eq!(done(&stage, Method::GET, query, None).await.0, 400, "{query}");
    }
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_opened_in_the_admins_name_and_its_session_is_nobodys() {
    let stage = stage().await;
    let new = json!({ "login": "ann", "password": "correct horse", "role": "admin" });
    let (status, person, asked) = done(&stage, Method::POST, "", Some(new)).await;
    assert_eq!((status, person), (201, json!({ "user_id": ANN, "name": "Ann", "role": "trader" })));
    expect![[r#"accounts {"sign_up":{"address":null,"by":"00000000-0000-0000-0000-000000000007","login":"ann","name":"ann","password":"correct horse","role":"admin"}}"#]]
        .assert_eq(&asked.join("\n"));
    let unknown = json!({ "login": "ann", "password": "correct horse", "demo": true });
    assert_eq!(done(&stage, Method::POST, "", Some(unknown)).await.0, 400);
    let (status, _, asked) =
        done(&stage, Method::POST, &format!("/{ANN}/password"), Some(json!({ "password": "another horse" })))
            .await;
    assert_eq!(status, 204);
    assert_eq!(
        asked[1],
        format!(
            r#"accounts {{"reset_password":{{"by":"{ADMIN}","login":"ann","password":"another horse"}}}}"#
        )
    );
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn what_has_no_password_keeps_none_and_nobody_does_it_to_himself() {
    let stage = stage().await;
    let password = || Some(json!({ "password": "another horse" }));
    for (path, body) in
        [(format!("/{MAKER}/password"), password()), (format!("/{ADMIN}/password"), password())]
    {
        let (status, problem, asked) = done(&stage, Method::POST, &path, body).await;
        assert_eq!((status, &problem["code"]), (403, &json!("not_allowed")), "{path}");
        assert_eq!(asked.len(), 1, "{asked:?}");
    }
    let (status, problem, asked) = done(&stage, Method::DELETE, &format!("/{ADMIN}"), None).await;
    assert_eq!((status, &problem["code"], asked.len()), (403, &json!("not_allowed"), 1));
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn an_account_is_closed_after_its_orders_and_its_books() {
    let stage = stage().await;
    let (status, _, asked) = done(&stage, Method::DELETE, &format!("/{ANN}"), None).await;
    assert_eq!(status, 204);
    let done_at = |what: &str| asked.iter().position(|step| step.contains(what)).unwrap();
    assert!(done_at("cancel_orders") < done_at("close_books"));
    assert!(done_at("close_books") < done_at("close_account"));
    let (status, _, asked) = done(&stage, Method::DELETE, &format!("/{GONE}"), None).await;
    assert_eq!((status, asked.len()), (204, 1), "closed already");
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn cash_goes_to_whom_the_path_names() {
    let stage = stage().await;
    let id = "01980a5e-6f3b-7c1d-9a52-3f1f0f6f7a20";
    for (word, kind) in [("deposits", "deposit"), ("withdrawals", "withdraw")] {
        let path = format!("/{ANN}/{word}");
        let (status, moved, asked) =
            done(&stage, Method::POST, &path, Some(json!({ "id": id, "amount": "12.50" }))).await;
        assert_eq!((status, &moved["id"], &moved["cash"]["total"]), (200, &json!(id), &json!("12.5")));
        assert_eq!(
            asked,
            [format!(r#"portfolio.0 {{"{kind}":{{"amount":"12.5","id":"{id}","user_id":"{ANN}"}}}}"#)]
        );
        for body in [
            json!({ "id": id, "amount": 12.5 }),
            json!({ "id": "x", "amount": "1" }),
            json!({ "id": id, "amount": "1e3" }),
            json!({ "id": id, "amount": "1", "user_id": MAKER }),
        ] {
            let (status, _, asked) = done(&stage, Method::POST, &path, Some(body)).await;
            assert_eq!((status, asked.len()), (400, 0));
        }
    }
    stage.web.stop().await.unwrap();
}
