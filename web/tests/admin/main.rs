//! What admins do over REST, and that nobody else does.

mod parked;
mod people;
#[path = "../support/mod.rs"]
mod support;

use contracts::accounts::Role;
use expect_test::{Expect, expect};
use serde_json::{Value, json};
use support::{Stage, instrument, market, shown, token_of};

async fn check(request: reqwest::RequestBuilder, expected: Expect) {
    expected.assert_eq(&shown(request.send().await.unwrap()).await);
}

async fn stage() -> Stage {
    let script = |to: &str, message: &Value| match to {
        "stock-data.0" => Some(Ok(instrument("ACME"))),
        _ => market(to, message),
    };
    Stage::open(script).await.ready().await
}

#[tokio::test(flavor = "multi_thread")]
async fn an_admin_lists_changes_halts_and_resumes_in_his_name() {
    let stage = stage().await;
    let admin = token_of(7, Role::Admin, 600);
    let post = |path: &str| stage.http.post(stage.url(path)).bearer_auth(&admin);
    check(post("/api/v1/admin/stocks").json(&instrument("ACME")), expect![[r#"
        201
        location: /api/v1/stocks/ACME
        {"currency":"USD","lot_size":"1","name":"ACME","previous_close":"100","state":"open","symbol":"ACME","tick_size":"0.01"}"#]]).await;
    let patch = stage.http.patch(stage.url("/api/v1/admin/stocks/ACME")).bearer_auth(&admin);
    assert_eq!(patch.json(&json!({ "name": "Acme Inc." })).send().await.unwrap().status(), 200);
    for word in ["halt", "resume"] {
        let answer = post(&format!("/api/v1/admin/stocks/ACME/{word}")).send().await.unwrap();
        assert_eq!(answer.status(), 200);
    }
    let asked = stage.actors.asked.lock().unwrap().clone();
    let said: Vec<_> =
        asked.into_iter().filter(|(to, _)| to == "stock-data.0").map(|(_, said)| said).collect();
    let by = "00000000-0000-0000-0000-000000000007";
    let change =
        |change: Value| json!({ "change_instrument": { "by": by, "symbol": "ACME", "change": change } });
    assert_eq!(
        said,
        [
            json!({ "add_instrument": { "by": by, "instrument": instrument("ACME") } }),
            change(json!({ "name": "Acme Inc." })),
            change(json!({ "state": "halted" })),
            change(json!({ "state": "open" })),
        ]
    );
    for (body, field) in [
        (json!({ "tick_size": "1" }), "tick_size"),
        (json!({ "state": "closed" }), "state"),
        (json!({ "previous_close": 5 }), "previous_close"),
    ] {
        let patch = stage.http.patch(stage.url("/api/v1/admin/stocks/ACME")).bearer_auth(&admin);
        let response = patch.json(&body).send().await.unwrap();
        assert_eq!(response.status(), 400);
        assert_eq!(response.json::<Value>().await.unwrap()["field"], field);
    }
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn others_are_refused_whatever_they_send_and_nothing_is_said() {
    let stage = stage().await;
    for (path, method) in [
        ("admin/stocks", "POST"),
        ("admin/stocks/ACME", "PATCH"),
        ("admin/stocks/ACME/halt", "POST"),
        ("admin/stocks/ACME/resume", "POST"),
        ("admin/stocks/upload", "POST"),
        ("admin/stocks/upload/undo", "POST"),
        ("admin/users", "GET"),
        ("admin/users", "POST"),
        ("admin/users/00000000-0000-0000-0000-000000000002", "GET"),
        ("admin/users/00000000-0000-0000-0000-000000000002", "DELETE"),
        ("admin/users/00000000-0000-0000-0000-000000000002/password", "POST"),
        ("admin/users/00000000-0000-0000-0000-000000000002/deposits", "POST"),
        ("admin/users/00000000-0000-0000-0000-000000000002/withdrawals", "POST"),
        ("admin/parked", "GET"),
        ("admin/parked/redrive", "POST"),
    ] {
        let url = stage.url(&format!("/api/v1/{path}"));
        let request = || stage.http.request(method.parse().unwrap(), &url).json(&json!({ "nonsense": 1 }));
        assert_eq!(request().send().await.unwrap().status(), 401, "{path}");
        for role in [Role::Trader, Role::Bot] {
            let response = request().bearer_auth(token_of(1, role, 600)).send().await.unwrap();
            assert_eq!(response.status(), 403, "{path}");
            assert_eq!(response.json::<Value>().await.unwrap()["code"], "not_allowed");
        }
    }
    // What web itself asks to know the market apart, nobody has been asked anything.
    let ours =
        |message: &Value| ["stocks", "depths", "trades"].iter().any(|name| message.get(name).is_some());
    let asked = stage.actors.asked.lock().unwrap().clone();
    assert_eq!(asked.into_iter().filter(|(_, message)| !ours(message)).collect::<Vec<_>>(), []);
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn a_sheet_goes_to_stock_data_as_it_is() {
    let stage = stage().await;
    let admin = token_of(7, Role::Admin, 600);
    let post = |path: &str| stage.http.post(stage.url(path)).bearer_auth(&admin);
    let csv =
        |path: &str, body: Vec<u8>| post(path).header("content-type", "text/csv; charset=utf-8").body(body);
    let sheet = "symbol,name\nACME,Acme\n";
    let path = "/api/v1/admin/stocks/upload";
    for (path, status) in [
        ("/api/v1/admin/stocks/upload?dry_run=true", 200),
        (path, 200),
        ("/api/v1/admin/stocks/upload?dry_run=perhaps", 400),
        ("/api/v1/admin/stocks/upload?dryrun=true", 400),
    ] {
        assert_eq!(csv(path, sheet.into()).send().await.unwrap().status(), status, "{path}");
    }
    assert_eq!(post("/api/v1/admin/stocks/upload/undo").send().await.unwrap().status(), 200);
    assert_eq!(post(path).json(&json!({})).send().await.unwrap().status(), 415);
    assert_eq!(csv(path, vec![b'a'; 48 * 1024 + 1]).send().await.unwrap().status(), 413);
    assert_eq!(csv(path, vec![0xff]).send().await.unwrap().status(), 400);
    let asked = stage.actors.asked.lock().unwrap().clone();
    let said: Vec<_> =
        asked.into_iter().filter(|(to, _)| to == "stock-data.0").map(|(_, said)| said).collect();
    let by = "00000000-0000-0000-0000-000000000007";
    let upload =
        |dry_run: bool| json!({ "upload_instruments": { "by": by, "sheet": sheet, "dry_run": dry_run } });
    assert_eq!(said, [upload(true), upload(false), json!({ "undo_upload": { "by": by, "dry_run": false } })]);
    stage.web.stop().await.unwrap();
}
