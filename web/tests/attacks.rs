//! The attacks that web must stand by itself (docs/security.md has all 25). Each asserts the status,
//! that no service was asked to change anything, and the audit log's line.

mod support;

use chassis::session;
use chassis::settings::Secret;
use contracts::accounts::{Claims, Role, TOKEN_AUDIENCE, TOKEN_ISSUER};
use contracts::{Code, Refusal};
use reqwest::RequestBuilder;
use serde_json::{Value, json};
use std::io::Write;
use std::sync::{Mutex, Once};
use std::time::Duration;
use support::{KEY, Stage, market, settings, token};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use uuid::Uuid;

static LOG: Mutex<Vec<u8>> = Mutex::new(Vec::new());

struct IntoLog;

impl Write for IntoLog {
    fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
        LOG.lock().unwrap().extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> std::io::Result<()> {
        Ok(())
    }
}

fn keep_log() {
    static KEPT: Once = Once::new();
    KEPT.call_once(|| {
        tracing_subscriber::fmt().with_ansi(false).with_writer(|| IntoLog).init();
    });
}

/// The audit log's lines that have all of these in them.
fn logged(wanted: &[&str]) -> Vec<String> {
    let log = String::from_utf8(LOG.lock().unwrap().clone()).unwrap();
    let is_one = |line: &&str| line.contains("audit:") && wanted.iter().all(|wanted| line.contains(wanted));
    log.lines().filter(is_one).map(str::to_owned).collect()
}

async fn stage() -> Stage {
    stage_with(|_| {}).await
}

async fn stage_with(change: impl FnOnce(&mut chassis::settings::Settings)) -> Stage {
    keep_log();
    let mut settings = settings();
    change(&mut settings);
    Stage::open_with(settings, 0, |to, message| match to {
        "orders" => Some(Err(Refusal::new(Code::UnknownSymbol, "no such instrument is listed"))),
        "accounts.0" | "portfolio.0" => Some(Ok(json!({}))),
        "accounts" if message.get("log_in").is_some() => {
            Some(Err(Refusal::new(Code::TooManyAttempts, "too many attempts; try again in five minutes")))
        }
        _ => market(to, message),
    })
    .await
}

/// What could have changed something.
fn changes(stage: &Stage) -> Vec<(String, Value)> {
    let asked = stage.actors.asked.lock().unwrap().clone();
    asked
        .into_iter()
        .filter(|(to, _)| ["orders", "accounts.0", "portfolio.0"].contains(&to.as_str()))
        .collect()
}

/// Refused with this status and code, nothing changed, and it is in the log with its path.
async fn refused(stage: &Stage, request: RequestBuilder, status: u16, code: &str) -> Value {
    let request = request.build().unwrap();
    let path = request.url().path().to_owned();
    let mut response = stage.http.execute(request.try_clone().unwrap()).await.unwrap();
    while status == 429 && response.status() != 429 {
        // A place had just become free.
        response = stage.http.execute(request.try_clone().unwrap()).await.unwrap();
    }
    let got = response.status().as_u16();
    let body: Value = serde_json::from_str(&response.text().await.unwrap()).unwrap_or_default();
    assert_eq!((got, body["code"].as_str().unwrap_or_default()), (status, code), "{path}: {body}");
    assert_eq!(changes(stage), [], "{path}");
    let line = logged(&["refused", &format!("status={status}"), &format!("code={code}"), &path]);
    assert!(!line.is_empty(), "{status} {path} is not in the audit log");
    body
}

fn order() -> Value {
    json!({ "order_id": Uuid::now_v7(), "symbol": "ACME", "side": "buy", "type": "limit", "quantity": "1", "limit_price": "1" })
}

#[tokio::test(flavor = "multi_thread")]
async fn s03_nobody_assigns_what_is_not_his_to_say() {
    let stage = stage().await;
    for (path, field, value) in [
        ("orders", "user_id", json!(Uuid::from_u128(2))),
        ("orders", "status", json!("closed")),
        ("orders", "filled_quantity", json!("1")),
        ("orders", "fee", json!("0")),
        ("auth/signup", "role", json!("admin")),
        ("auth/signup", "user_id", json!(Uuid::from_u128(2))),
        ("auth/password", "user_id", json!(Uuid::from_u128(2))),
        ("auth/keys", "user_id", json!(Uuid::from_u128(2))),
        ("portfolio/deposits", "user_id", json!(Uuid::from_u128(2))),
    ] {
        let mut body = match path {
            "orders" => order(),
            "auth/signup" => json!({ "login": "eve", "password": "correct horse" }),
            "auth/password" => json!({ "old": "a", "new": "b" }),
            "auth/keys" => json!({ "name": "bot", "scopes": ["read"] }),
            _ => json!({ "id": Uuid::now_v7(), "amount": "1" }),
        };
        body[field] = value;
        let request = stage.post(&format!("/api/v1/{path}"), &body).bearer_auth(token(3, 600));
        let problem = refused(&stage, request, 400, "unknown_field").await;
        assert_eq!(problem["field"], field, "{path}");
    }
    let name = stage.http.patch(stage.url("/api/v1/auth/me")).bearer_auth(token(3, 600));
    refused(&stage, name.json(&json!({ "name": "Eve", "role": "admin" })), 400, "unknown_field").await;
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s04_a_method_is_what_it_says_and_a_key_does_what_it_is_for() {
    keep_log();
    let stage = Stage::open_with(settings(), 0, |to, message| {
        let owner = json!({
            "user": { "user_id": Uuid::from_u128(4), "name": "Ann", "role": "trader", "demo": false },
            "key": { "key_id": Uuid::from_u128(44), "name": "bot", "scopes": ["read"], "made_at": "2026-01-01T00:00:00Z" },
        });
        match message.as_object()?.keys().next()?.as_str() {
            "use_key" if message["use_key"]["key"] == "exk_good" => Some(Ok(owner)),
            "use_key" => Some(Err(Refusal::new(Code::NotSignedIn, "the API key is not valid"))),
            "orders" => Some(Ok(json!({ "items": [] }))),
            _ => market(to, message),
        }
    })
    .await;
    let overridden =
        stage.get("/api/v1/orders").bearer_auth("exk_good").header("x-http-method-override", "DELETE");
    assert_eq!(overridden.send().await.unwrap().status(), 200, "it is a GET");
    assert_eq!(changes(&stage), []);
    for (method, path, body) in [
        ("POST", "orders", order()),
        ("DELETE", "orders/01890000-0000-7000-8000-00000000000a", Value::Null),
        ("POST", "portfolio/withdrawals", json!({ "id": Uuid::now_v7(), "amount": "1" })),
        ("POST", "auth/password", json!({ "old": "a", "new": "b" })),
        ("POST", "auth/keys", json!({ "name": "more", "scopes": ["trade"] })),
        ("DELETE", "auth/me", Value::Null),
        ("POST", "auth/logout", json!({})),
    ] {
        let request = stage.http.request(method.parse().unwrap(), stage.url(&format!("/api/v1/{path}")));
        let request = if body.is_null() { request } else { request.json(&body) };
        refused(&stage, request.bearer_auth("exk_good"), 403, "not_allowed").await;
    }
    refused(&stage, stage.get("/api/v1/orders").bearer_auth("exk_bad"), 401, "not_signed_in").await;
    refused(&stage, stage.http.put(stage.url("/api/v1/auth/me")), 405, "method_not_allowed").await;
    stage.web.stop().await.unwrap();
}

/// A token that claims what it likes, signed with a key.
fn forged(change: impl FnOnce(&mut Claims), key: &str) -> String {
    let now = chrono::Utc::now().timestamp();
    let mut claims = Claims {
        iss: TOKEN_ISSUER.into(),
        aud: TOKEN_AUDIENCE.into(),
        sub: Uuid::from_u128(5).into(),
        name: "Ann".into(),
        role: Role::Trader,
        sid: Uuid::from_u128(55),
        auth_time: now,
        iat: now,
        exp: now + 600,
    };
    change(&mut claims);
    session::sign(&claims, &Secret::new(key))
}

#[tokio::test(flavor = "multi_thread")]
async fn s05_a_token_that_we_did_not_sign_or_not_for_this_is_nobodys() {
    let stage = stage().await;
    let good = forged(|_| {}, KEY);
    let (signed, signature) = good.rsplit_once('.').unwrap();
    let (_, payload) = signed.split_once('.').unwrap();
    let now = chrono::Utc::now().timestamp();
    for bad in [
        // {"alg":"none"} and {"alg":"RS256","typ":"JWT"}; {"alg":"HS256","kid":"../../dev/null"}
        format!("eyJhbGciOiJub25lIn0.{payload}."),
        format!("eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.{payload}.{signature}"),
        format!("eyJhbGciOiJIUzI1NiIsImtpZCI6Ii4uLy4uL2Rldi9udWxsIn0.{payload}.{signature}"),
        format!("{signed}.{}", signature.chars().rev().collect::<String>()),
        forged(|_| {}, "another key for tests, just as long"),
        forged(|claims| claims.exp = now - 6, KEY),
        forged(|claims| claims.iss = "exchange/web".into(), KEY),
        forged(|claims| claims.aud = "exchange/admin".into(), KEY),
    ] {
        let request = stage.post("/api/v1/orders", &order()).bearer_auth(&bad);
        refused(&stage, request, 401, "not_signed_in").await;
    }
    assert!(logged(&[signature]).is_empty(), "a token is in the log");
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s06_a_session_that_was_ended_is_refused_and_its_sockets_close() {
    let stage = stage().await;
    let base = stage.url("/socket.io/?EIO=4&transport=polling");
    let open = stage.http.get(&base).send().await.unwrap().text().await.unwrap();
    let open: Value = serde_json::from_str(open.strip_prefix('0').unwrap()).unwrap();
    let polling = format!("{base}&sid={}", open["sid"].as_str().unwrap());
    let mine = forged(|_| {}, KEY);
    stage.http.post(&polling).body(format!("40{}", json!({ "token": mine }))).send().await.unwrap();
    let mut let_in = String::new();
    // A ping may come first.
    while !let_in.contains("40{") {
        let said = stage.http.get(&polling).send().await.unwrap();
        assert_eq!(said.status(), 200, "{let_in}");
        let_in += &said.text().await.unwrap();
    }

    let ended = json!([{ "session_ended": { "session_id": Uuid::from_u128(55) } }]);
    stage.hear("accounts.0>web", 1, ended).await;
    let goodbye = async {
        loop {
            let said = stage.http.get(&polling).send().await.unwrap();
            if said.status() != 200 || said.text().await.unwrap().contains("41") {
                return;
            }
        }
    };
    tokio::time::timeout(Duration::from_secs(60), goodbye).await.expect("the socket is closed");
    refused(&stage, stage.post("/api/v1/orders", &order()).bearer_auth(&mine), 401, "not_signed_in").await;
    // Another session of the same user goes on, until the password is another.
    let other = forged(|claims| claims.sid = Uuid::from_u128(56), KEY);
    assert_eq!(stage.get("/api/v1/auth/me").bearer_auth(&other).send().await.unwrap().status(), 200);
    let began_by = chrono::Utc::now().timestamp() + 1;
    let cut = json!([{ "sessions_ended": { "user_id": Uuid::from_u128(5), "began_by": began_by } }]);
    stage.hear("accounts.0>web", 2, cut).await;
    stage.until_as(&other, "/api/v1/auth/me", 401).await;
    refused(&stage, stage.post("/api/v1/orders", &order()).bearer_auth(&other), 401, "not_signed_in").await;
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s07_no_other_site_acts_with_somebodys_cookie() {
    let stage = stage().await;
    let cookie = format!("session={}", token(7, 600));
    let post = |path: &str| stage.post(&format!("/api/v1/{path}"), &order()).header("cookie", &cookie);
    for path in ["orders", "auth/logout", "auth/password", "auth/keys", "portfolio/withdrawals"] {
        for (name, value) in [
            ("origin", "https://evil.example"),
            ("origin", "null"),
            ("sec-fetch-site", "cross-site"),
            ("sec-fetch-site", "same-site"),
            ("referer", "https://evil.example/"),
            ("x-nothing", "neither origin nor site"),
        ] {
            refused(&stage, post(path).header(name, value), 403, "foreign_origin").await;
        }
    }
    let as_text =
        stage.http.post(stage.url("/api/v1/orders")).header("cookie", &cookie).body(order().to_string());
    let as_text = as_text.header("content-type", "text/plain").header("sec-fetch-site", "same-origin");
    refused(&stage, as_text, 415, "unsupported_media_type").await;
    // A GET changes nothing, wherever it comes from.
    for path in ["auth/logout", "auth/password", "demo/switch", "portfolio/deposits", "portfolio/withdrawals"]
    {
        let get = stage.get(&format!("/api/v1/{path}")).header("cookie", &cookie);
        refused(&stage, get, 405, "method_not_allowed").await;
    }
    let ours = post("orders").header("origin", stage.url(""));
    assert_ne!(ours.send().await.unwrap().status(), 403);
    assert_eq!(changes(&stage).len(), 1, "our own page may");
    stage.web.stop().await.unwrap();
}

async fn websocket_status(stage: &Stage, path: &str, more: &str) -> String {
    let mut stream = TcpStream::connect(stage.web.address).await.unwrap();
    let opening = format!(
        "GET {path} HTTP/1.1\r\nHost: {}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n\
         Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n{more}\r\n",
        stage.web.address
    );
    stream.write_all(opening.as_bytes()).await.unwrap();
    let mut buffer = [0; 12];
    stream.read_exact(&mut buffer).await.unwrap();
    String::from_utf8_lossy(&buffer[9..]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn s08_no_other_site_opens_a_socket_with_somebodys_cookie() {
    let stage = stage().await;
    let cookie = format!("session={}", token(8, 600));
    let path = "/socket.io/?EIO=4&transport=polling";
    for (name, value) in [
        ("origin", "https://evil.example"),
        ("origin", "null"),
        ("sec-fetch-site", "cross-site"),
        ("x-nothing", "neither origin nor site"),
    ] {
        let polling = stage.get(path).header("cookie", &cookie).header(name, value);
        refused(&stage, polling, 403, "foreign_origin").await;
        let more = format!("Cookie: {cookie}\r\n{name}: {value}\r\n");
        let status = websocket_status(&stage, "/socket.io/?EIO=4&transport=websocket", &more).await;
        assert_eq!(status, "403", "{name}: {value}");
    }
    let ours = format!("Cookie: {cookie}\r\nOrigin: http://{}\r\n", stage.web.address);
    assert_eq!(websocket_status(&stage, "/socket.io/?EIO=4&transport=websocket", &ours).await, "101");
    assert_eq!(
        websocket_status(&stage, "/socket.io/?EIO=4&transport=websocket", "").await,
        "101",
        "a program"
    );
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s09_only_listed_origins_are_shared_with() {
    let stage =
        stage_with(|settings| settings.web.allowed_origins = vec!["https://desk.example".into()]).await;
    for (origin, shared) in [
        ("https://desk.example", Some("https://desk.example")),
        ("https://evil.example", None),
        ("null", None),
        ("https://desk.example.evil.example", None),
    ] {
        let response = stage.get("/api/v1/auth/me").header("origin", origin).send().await.unwrap();
        let allowed = response.headers().get("access-control-allow-origin");
        assert_eq!(allowed.map(|value| value.to_str().unwrap()), shared, "{origin}");
        let credentials = response.headers().get("access-control-allow-credentials");
        assert_eq!(credentials.is_some(), shared.is_some(), "{origin}");
    }
    let cross = stage.post("/api/v1/orders", &order()).bearer_auth(token(9, 600));
    refused(&stage, cross.header("origin", "https://evil.example"), 403, "foreign_origin").await;
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s13_who_guesses_is_told_when_to_come_back() {
    let stage = stage().await;
    let guess = json!({ "login": "ann", "password": "hunter2 hunter2" });
    refused(&stage, stage.post("/api/v1/auth/login", &guess), 429, "too_many_attempts").await;
    let response = stage.post("/api/v1/auth/login", &guess).send().await.unwrap();
    assert_eq!(response.headers()["retry-after"], "300");
    assert!(logged(&["hunter2"]).is_empty(), "a password is in the log");
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s14_a_password_of_a_megabyte_is_not_read() {
    let stage = stage().await;
    let long = json!({ "login": "ann", "password": "x".repeat(1_000_000) });
    refused(&stage, stage.post("/api/v1/auth/login", &long), 413, "body_too_large").await;
    assert!(stage.actors.asked.lock().unwrap().iter().all(|(_, message)| message.get("log_in").is_none()));
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s16_a_flood_is_limited_by_user_and_by_address_and_no_header_helps() {
    let stage = stage_with(|settings| {
        settings.limits.requests_per_user = 5;
        settings.limits.requests_per_address = 5;
    })
    .await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    let spoofed = (0..40).map(|n| {
        let spoofed = stage.get("/api/v1/demo/users").header("x-forwarded-for", format!("10.0.0.{n}"));
        async { spoofed.send().await.unwrap().status().as_u16() }
    });
    let statuses = futures::future::join_all(spoofed).await;
    assert!(statuses.contains(&429), "{statuses:?}");
    refused(&stage, stage.get("/api/v1/demo/users"), 429, "too_many_requests").await;
    // A user is counted for himself, wherever he is.
    let mine = |user| stage.get("/api/v1/auth/me").bearer_auth(token(user, 600));
    let first = mine(16).send().await.unwrap();
    assert_eq!((first.status().as_u16(), &first.headers()["ratelimit-limit"]), (200, &"10".parse().unwrap()));
    futures::future::join_all((0..40).map(|_| mine(16).send())).await;
    refused(&stage, mine(16), 429, "too_many_requests").await;
    assert_eq!(mine(17).send().await.unwrap().status(), 200);
    // Those who watch over us are answered.
    assert_ne!(stage.get("/health/live").send().await.unwrap().status(), 429);
    stage.web.stop().await.unwrap();
}

/// The status of a request with a header of so many bytes, all of which arrive at once.
async fn head_of(stage: &Stage, path: &str, bytes: usize) -> String {
    let mut stream = TcpStream::connect(stage.web.address).await.unwrap();
    let (host, long) = (stage.web.address, "x".repeat(bytes));
    stream
        .write_all(format!("GET {path} HTTP/1.1\r\nHost: {host}\r\nx-long: {long}\r\n\r\n").as_bytes())
        .await
        .unwrap();
    let mut status = [0; 12];
    stream.read_exact(&mut status).await.unwrap();
    String::from_utf8_lossy(&status[9..]).into_owned()
}

#[tokio::test(flavor = "multi_thread")]
async fn s17_what_is_too_large_is_refused_at_the_door() {
    let stage = stage().await;
    let large = stage.post("/api/v1/orders", &json!({ "symbol": "x".repeat(10_000_000) }));
    refused(&stage, large.bearer_auth(token(17, 600)), 413, "body_too_large").await;
    let page = stage.get("/api/v1/orders?limit=1000000000").bearer_auth(token(17, 600));
    refused(&stage, page, 400, "invalid_value").await;
    for path in ["/api/v1/stocks", "/socket.io/?EIO=4&transport=polling", "/ws", "/"] {
        // The library refuses by itself what does not arrive at once, or closes the connection.
        let long = stage.get(path).header("x-long", "x".repeat(200_000)).send().await;
        assert!(long.is_err() || long.unwrap().status().is_client_error(), "{path}");
        assert_eq!(head_of(&stage, path, web::head::HEAD_BYTES_MAX).await, "431", "{path}");
    }
    assert_ne!(head_of(&stage, "/api/v1/stocks", web::head::HEAD_BYTES_MAX - 500).await, "431");
    refused(&stage, stage.get("/api/v1/stocks").header("x-long", "x".repeat(20_000)), 431, "head_too_large")
        .await;
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s19_nobody_writes_lines_into_the_log_or_words_into_a_query() {
    let stage = stage().await;
    let id = "%0d%0a2026-01-01T00:00:00Z%20WARN%20audit:%20event=forged";
    let request = stage.http.delete(stage.url(&format!("/api/v1/orders/{id}"))).bearer_auth(token(19, 600));
    let response = request.send().await.unwrap();
    assert_eq!((response.status().as_u16(), changes(&stage)), (404, vec![]));
    let lines = logged(&["event=forged"]);
    assert!(lines.iter().all(|line| line.contains("refused")), "{lines:?}");
    for query in ["status=open';drop table orders--", "symbol=A%27%20or%201=1", "sort=price"] {
        let response =
            stage.get(&format!("/api/v1/orders?{query}")).bearer_auth(token(19, 600)).send().await.unwrap();
        assert_eq!(response.status(), 400, "{query}");
    }
    assert!(stage.actors.asked.lock().unwrap().iter().all(|(to, _)| to != "ordering"));
    stage.web.stop().await.unwrap();
}

#[tokio::test(flavor = "multi_thread")]
async fn s20_pages_run_our_scripts_alone_and_errors_tell_nothing_of_the_inside() {
    let stage = stage_with(|settings| settings.web.secure_cookie = true).await;
    let page = stage.get("/").send().await.unwrap();
    let header = |name: &str| page.headers()[name].to_str().unwrap().to_owned();
    let policy = header("content-security-policy");
    assert!(policy.contains("default-src 'self'") && !policy.contains("unsafe"), "{policy}");
    assert!(policy.contains("connect-src 'self';") && policy.contains("frame-ancestors 'none'"), "{policy}");
    assert_eq!(header("x-content-type-options"), "nosniff");
    assert_eq!(header("cross-origin-resource-policy"), "same-origin");
    assert!(header("strict-transport-security").starts_with("max-age="));
    let broken = stage.http.post(stage.url("/api/v1/orders")).bearer_auth(token(20, 600));
    let problem =
        refused(&stage, broken.header("content-type", "application/json").body("{"), 400, "malformed").await;
    let text = problem.to_string();
    assert!(!text.contains(".rs") && !text.contains("panicked"), "{text}");
    stage.web.stop().await.unwrap();
}
