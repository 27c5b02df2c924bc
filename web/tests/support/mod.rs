//! The gateway on a port of its own, with a test in the place of the services and the streams.

#![allow(dead_code, reason = "each test takes what it needs")]

use async_trait::async_trait;
use chassis::ask::AskError;
use chassis::hear::Heard;
use chassis::session;
use chassis::settings::{Secret, Settings};
use contracts::accounts::{Claims, Role, TOKEN_AUDIENCE, TOKEN_ISSUER};
use contracts::intake::{Body, IntakeReply};
use contracts::{Code, Refusal, UserId};
use serde_json::value::{RawValue, to_raw_value};
use serde_json::{Value, json};
use std::sync::{Arc, Mutex};
use std::time::Duration;
use tokio::sync::mpsc;
use uuid::Uuid;
use web::Web;
use web::asking::Services;

pub const KEY: &str = "a key for tests, long enough for anyone";

/// Answers `(to, message)`; `None` is silence.
type Script = Box<dyn Fn(&str, &Value) -> Option<Result<Value, Refusal>> + Send + Sync>;

pub struct Actors {
    script: Script,
    pub asked: Mutex<Vec<(String, Value)>>,
}

impl Actors {
    pub fn playing(
        script: impl Fn(&str, &Value) -> Option<Result<Value, Refusal>> + Send + Sync + 'static,
    ) -> Self {
        Actors { script: Box::new(script), asked: Mutex::default() }
    }

    async fn play(&self, to: &str, message: Value, deadline: Duration) -> Result<Value, AskError> {
        // Asked by web itself, of its own accord.
        if to == "accounts" && message.get("ended").is_some() {
            return Ok(json!({ "sessions": [], "users": [] }));
        }
        let answer = (self.script)(to, &message);
        self.asked.lock().unwrap().push((to.to_owned(), message));
        match answer {
            Some(answer) => answer.map_err(AskError::Refused),
            None => {
                tokio::time::sleep(deadline).await;
                Err(AskError::Unavailable(format!("no answer from {to} within {} ms", deadline.as_millis())))
            }
        }
    }
}

#[async_trait]
impl Services for Actors {
    async fn question(&self, to: &str, q: &RawValue, deadline: Duration) -> Result<Box<RawValue>, AskError> {
        let answer = self.play(to, serde_json::from_str(q.get()).unwrap(), deadline).await?;
        Ok(to_raw_value(&answer).unwrap())
    }

    async fn command(&self, to: &str, c: &RawValue, deadline: Duration) -> Result<Box<RawValue>, AskError> {
        self.question(to, c, deadline).await
    }

    async fn order(
        &self,
        user: UserId,
        body: &Body<'_>,
        deadline: Duration,
    ) -> Result<IntakeReply, AskError> {
        let mut message = serde_json::to_value(body).unwrap();
        message["routing_key"] = user.to_string().into();
        match self.play("orders", message, deadline).await {
            Ok(answer) => Ok(serde_json::from_value(answer).unwrap()),
            Err(AskError::Refused(refusal)) => Ok(IntakeReply::rejected(None, refusal)),
            Err(unavailable) => Err(unavailable),
        }
    }

    fn is_connected(&self) -> bool {
        true
    }
}

pub struct Stage {
    pub web: Web,
    pub actors: Arc<Actors>,
    pub streams: mpsc::Sender<Heard>,
    pub http: reqwest::Client,
}

pub fn instrument(symbol: &str) -> Value {
    json!({ "symbol": symbol, "name": symbol, "currency": "USD", "tick_size": "0.01", "lot_size": "1",
            "previous_close": "100", "state": "open" })
}

pub fn stock(symbol: &str) -> Value {
    let mut stock = instrument(symbol);
    for (field, value) in
        [("last_price", "100"), ("volume", "0"), ("change", "0"), ("change_percent", "0.00")]
    {
        stock[field] = value.into();
    }
    stock
}

/// One stock, ACME, with one bid: 5 at 10, and nobody's trades.
pub fn market(to: &str, message: &Value) -> Option<Result<Value, Refusal>> {
    match (to, message.as_object()?.keys().next()?.as_str()) {
        ("stock-data", "stocks") => Some(Ok(json!([stock("ACME")]))),
        ("stock-data", "trades") => Some(Ok(json!([]))),
        ("matching.0", "depths") => {
            let depth = json!({ "symbol": "ACME", "sequence": 1, "bids": [["10", "5"]], "asks": [] });
            Some(Ok(json!({ "seq": 1, "depths": [depth] })))
        }
        _ => Some(Err(Refusal::new(Code::NotFound, format!("no script for {to} {message}")))),
    }
}

pub fn settings() -> Settings {
    let mut settings = Settings::load(&std::env::temp_dir()).unwrap();
    settings.secrets.jwt_key = Secret::new(KEY);
    // Tests ask a lot; those about limits set their own.
    settings.limits.requests_per_user = 100_000;
    settings.limits.requests_per_address = 100_000;
    settings
}

/// Within what a busy machine may need.
async fn eventually(what: &str, holds: impl AsyncFn() -> bool) {
    for _ in 0..3_000 {
        if holds().await {
            return;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
    panic!("never: {what}");
}

impl Stage {
    pub async fn open(
        script: impl Fn(&str, &Value) -> Option<Result<Value, Refusal>> + Send + Sync + 'static,
    ) -> Self {
        Self::open_with(settings(), 0, script).await
    }

    pub async fn open_with(
        settings: Settings,
        port: u16,
        script: impl Fn(&str, &Value) -> Option<Result<Value, Refusal>> + Send + Sync + 'static,
    ) -> Self {
        let actors = Arc::new(Actors::playing(script));
        let (streams, heard) = mpsc::channel(100);
        let listener = web::server::listen("127.0.0.1", port).unwrap();
        let web = Web::start(&settings, listener, actors.clone(), heard).unwrap();
        // Web ends a connection that is idle for five seconds, maybe just when it is used again.
        let http = reqwest::Client::builder().pool_idle_timeout(Duration::from_secs(1)).build().unwrap();
        let stage = Stage { web, actors, streams, http };
        stage.until("/api/v1/auth/me", 200).await;
        stage
    }

    /// Waits until somebody who is signed in gets this status.
    async fn until(&self, path: &str, status: u16) {
        self.until_as(&token(1, 600), path, status).await;
    }

    pub async fn until_as(&self, token: &str, path: &str, status: u16) {
        eventually(&format!("{path} comes to {status}"), async || {
            self.get(path).bearer_auth(token).send().await.unwrap().status() == status
        })
        .await;
    }

    /// Waits until everybody is shown this.
    pub async fn until_shown(&self, path: &str, text: &str) {
        eventually(&format!("{path} shows {text}"), async || {
            self.get(path).send().await.unwrap().text().await.unwrap().contains(text)
        })
        .await;
    }

    /// Connects the streams and waits for the first snapshots.
    pub async fn ready(self) -> Self {
        self.streams.send(Heard::Connected).await.unwrap();
        self.until("/health/ready", 200).await;
        self
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.web.address)
    }

    pub fn get(&self, path: &str) -> reqwest::RequestBuilder {
        self.http.get(self.url(path))
    }

    pub fn post(&self, path: &str, body: &Value) -> reqwest::RequestBuilder {
        self.http.post(self.url(path)).json(body)
    }

    pub async fn hear(&self, stream: &str, seq: u64, events: Value) {
        let events = serde_json::to_vec(&events).unwrap();
        let heard = Heard::Batch { stream: stream.into(), seq, at: chrono::Utc::now(), events };
        self.streams.send(heard).await.unwrap();
    }
}

/// A session of 900 seconds, of which so many are left.
pub fn token(user: u128, good_for_s: i64) -> String {
    token_of(user, Role::Trader, good_for_s)
}

pub fn token_of(user: u128, role: Role, good_for_s: i64) -> String {
    let now = chrono::Utc::now().timestamp();
    let claims = Claims {
        iss: TOKEN_ISSUER.into(),
        aud: TOKEN_AUDIENCE.into(),
        sub: Uuid::from_u128(user).into(),
        name: "Ann".into(),
        role,
        sid: Uuid::from_u128(8),
        auth_time: now,
        iat: now + good_for_s - 900,
        exp: now + good_for_s,
    };
    session::sign(&claims, &Secret::new(KEY))
}

/// From now on tells of every panic of the test process. The program itself would end with the first.
pub fn panics() -> impl Fn() -> String {
    static SEEN: Mutex<String> = Mutex::new(String::new());
    let report = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        report(info);
        // A panic while it is held would be this very one.
        SEEN.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).push_str(&format!("{info}\n"));
    }));
    || SEEN.lock().unwrap_or_else(|poisoned| poisoned.into_inner()).clone()
}

/// Status, what is worth seeing of the headers, and the body.
pub async fn shown(response: reqwest::Response) -> String {
    let mut shown = response.status().as_u16().to_string();
    for name in ["location", "allow", "retry-after", "set-cookie"] {
        if let Some(value) = response.headers().get(name) {
            shown += &format!("\n{name}: {}", value.to_str().unwrap());
        }
    }
    format!("{shown}\n{}", response.text().await.unwrap())
}
