//! The failure lab over REST: there in a demo only, and for those who have signed in.

mod support;

use serde_json::{Value, json};
use support::{Stage, market, settings, token};
use tokio::io::{AsyncBufReadExt, AsyncWriteExt, BufReader};
use tokio::net::UnixListener;

async fn stage(demo: bool, folder: &std::path::Path) -> Stage {
    let mut settings = settings();
    settings.demo = demo;
    settings.directory = folder.to_owned();
    Stage::open_with(settings, 0, market).await.ready().await
}

async fn told(request: reqwest::RequestBuilder) -> (u16, Value) {
    let answer = request.send().await.unwrap();
    (answer.status().as_u16(), answer.json().await.unwrap())
}

/// Answers every question with itself, as `up` would with something better.
fn somebody_answers(folder: &std::path::Path) {
    let listener = UnixListener::bind(folder.join(contracts::lab::SOCKET)).unwrap();
    tokio::spawn(async move {
        while let Ok((mut stream, _)) = listener.accept().await {
            let mut line = String::new();
            BufReader::new(&mut stream).read_line(&mut line).await.unwrap();
            let asked: Value = serde_json::from_str(&line).unwrap();
            let answer = format!("{}\n", json!({ "ok": { "asked": asked } }));
            stream.write_all(answer.as_bytes()).await.unwrap();
        }
    });
}

#[tokio::test(flavor = "multi_thread")]
async fn what_is_asked_reaches_the_lab_and_only_from_those_who_signed_in() {
    let folder = tempfile::tempdir().unwrap();
    let stage = stage(true, folder.path()).await;
    let kill = json!({ "fault": "kill", "process": "matching" });
    let faults = |body: &Value| stage.post("/api/v1/system/faults", body);
    // Nobody is there yet.
    let (status, problem) = told(stage.get("/api/v1/system")).await;
    assert_eq!((status, problem["code"].as_str()), (503, Some("unavailable")));

    somebody_answers(folder.path());
    let (status, answer) = told(stage.get("/api/v1/system")).await;
    assert_eq!((status, answer), (200, json!({ "asked": { "status": {} } })));
    let (status, answer) = told(faults(&kill).bearer_auth(token(1, 600))).await;
    assert_eq!((status, answer), (202, json!({ "asked": { "fault": kill } })));

    assert_eq!(told(faults(&kill)).await.0, 401);
    let foreign = faults(&kill).bearer_auth(token(1, 600)).header("Origin", "http://elsewhere.example");
    assert_eq!(told(foreign).await.0, 403);
    let unknown = json!({ "fault": "kill", "process": "exchange" });
    assert_eq!(told(faults(&unknown).bearer_auth(token(1, 600))).await.0, 400);
}

#[tokio::test(flavor = "multi_thread")]
async fn outside_of_a_demo_there_is_nothing_to_break() {
    let folder = tempfile::tempdir().unwrap();
    somebody_answers(folder.path());
    let stage = stage(false, folder.path()).await;
    assert_eq!(told(stage.get("/api/v1/system")).await.0, 404);
    for (path, body) in [("faults", json!({ "fault": "duplicate" })), ("audit", json!(null))] {
        let mut request = stage.http.post(stage.url(&format!("/api/v1/system/{path}")));
        request = if body.is_null() { request } else { request.json(&body) };
        let (status, problem) = told(request.bearer_auth(token(1, 600))).await;
        assert_eq!((status, problem["code"].as_str()), (404, Some("not_found")), "{path}");
    }
}
