//! Somebody who trades over REST, as a browser would.

use anyhow::{Context, ensure};
use contracts::UserId;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What must come, comes sooner; on a busy machine not much.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);
/// The exchange answers within two seconds, or says that it cannot; past this nobody waits.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(50);
const ASK_AGAIN: Duration = Duration::from_millis(200);
/// Who is asked again may have done it already: what is answered then, and what it means.
const DONE: [(&str, &str, &str, u16); 5] = [
    ("DELETE", "orders/", "order_not_live", 202),
    ("DELETE", "auth/me", "not_signed_in", 204),
    ("POST", "auth/password", "not_signed_in", 200),
    ("POST", "admin/users", "login_taken", 201),
    ("POST", "admin/stocks/upload/undo", "not_found", 200),
];

#[derive(Clone)]
pub struct Person {
    pub name: String,
    pub user_id: UserId,
    pub token: String,
    url: String,
    http: reqwest::Client,
}

/// Each request has a connection of its own: the server may just be closing one that is idle.
fn client() -> reqwest::Result<reqwest::Client> {
    reqwest::Client::builder().timeout(ANSWER_LIMIT).pool_max_idle_per_host(0).build()
}

pub fn order_id() -> String {
    Uuid::now_v7().to_string()
}

impl Person {
    /// Enters a demo account by its name.
    pub async fn enter(url: &str, name: &str) -> anyhow::Result<Self> {
        let begun = Instant::now();
        loop {
            match Self::try_to_enter(url, name).await {
                Ok(person) => return Ok(person),
                Err(error) if begun.elapsed() > PATIENCE => return Err(error),
                Err(_) => tokio::time::sleep(LOOK_AGAIN).await,
            }
        }
    }

    /// Once: a fault may keep everybody out.
    pub async fn try_to_enter(url: &str, name: &str) -> anyhow::Result<Self> {
        let http = client()?;
        let users: Value = http.get(format!("{url}/api/v1/demo/users")).send().await?.json().await?;
        let users = users["items"].as_array().with_context(|| format!("no users in {users}"))?;
        let user = users
            .iter()
            .find(|user| user["name"] == name)
            .with_context(|| format!("nobody is called {name}"))?;
        let switch = json!({ "user_id": user["user_id"] });
        let response =
            http.post(format!("{url}/api/v1/demo/switch")).json(&switch).send().await?.error_for_status()?;
        let cookie = response.headers().get("set-cookie").context("a session's cookie")?.to_str()?;
        let token =
            cookie.strip_prefix("session=").and_then(|rest| rest.split(';').next()).context("a token")?;
        let user_id = user["user_id"].as_str().context("an id")?.parse()?;
        Ok(Person { name: name.into(), user_id, token: token.into(), url: url.into(), http })
    }

    /// Opens an account.
    pub async fn sign_up(url: &str, login: &str, password: &str) -> anyhow::Result<Self> {
        Self::with_password(url, "signup", login, password).await
    }

    pub async fn log_in(url: &str, login: &str, password: &str) -> anyhow::Result<Self> {
        Self::with_password(url, "login", login, password).await
    }

    async fn with_password(url: &str, door: &str, login: &str, password: &str) -> anyhow::Result<Self> {
        let http = client()?;
        let given = json!({ "login": login, "password": password });
        let (begun, mut door, mut is_again) = (Instant::now(), door, false);
        let body = loop {
            let response = http.post(format!("{url}/api/v1/auth/{door}")).json(&given).send().await?;
            let (status, body) = (response.status(), response.json::<Value>().await?);
            match body["code"].as_str() {
                _ if status == 503 => is_again = true,
                // He has his account, and was not told.
                Some("login_taken") if is_again => door = "login",
                _ => break body,
            }
            ensure!(begun.elapsed() < PATIENCE, "{status} {body}");
            tokio::time::sleep(ASK_AGAIN).await;
        };
        let token = body["token"].as_str().with_context(|| body.to_string())?.to_owned();
        let user_id = body["user_id"].as_str().context("an id")?.parse()?;
        Ok(Person { name: login.into(), user_id, token, url: url.into(), http })
    }

    /// The status and body of an answer that holds: who is not told how it is now asks again, for the same
    /// order if it is one.
    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> anyhow::Result<(u16, Value)> {
        let (status, body, _) = self.ask_until_told(method, path, body).await?;
        Ok((status, body))
    }

    /// The same for what must be done by now, perhaps by a call that was not answered.
    pub async fn does(&self, method: &str, path: &str, body: Option<Value>) -> anyhow::Result<(u16, Value)> {
        let (status, body, is_again) = self.ask_until_told(method, path, body).await?;
        let is_done = |(of, at, code, _): &&(&str, &str, &str, u16)| {
            is_again && *of == method && path.starts_with(at) && body["code"] == *code
        };
        Ok((DONE.iter().find(is_done).map_or(status, |(.., means)| *means), body))
    }

    /// And whether it was asked again.
    async fn ask_until_told(
        &self,
        method: &str,
        path: &str,
        mut body: Option<Value>,
    ) -> anyhow::Result<(u16, Value, bool)> {
        if let (("POST", "orders"), Some(order)) = ((method, path), &mut body)
            && order["order_id"].is_null()
        {
            order["order_id"] = json!(order_id());
        }
        let (begun, mut is_again) = (Instant::now(), false);
        loop {
            let answer = self.ask(method, path, body.clone()).await;
            let holds = match &answer {
                Ok((status, _, is_old)) => *status != 503 && !(method == "GET" && *is_old),
                Err(_) => method != "GET",
            };
            if holds || begun.elapsed() > PATIENCE {
                let (status, body, _) = answer?;
                return Ok((status, body, is_again));
            }
            is_again = true;
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }

    /// Once, whatever is answered.
    pub async fn call_once(
        &self,
        method: &str,
        path: &str,
        body: Option<Value>,
    ) -> anyhow::Result<(u16, Value)> {
        let (status, body, _) = self.ask(method, path, body).await?;
        Ok((status, body))
    }

    /// A response's status and body, and whether it says that it is an old one.
    async fn ask(&self, method: &str, path: &str, body: Option<Value>) -> anyhow::Result<(u16, Value, bool)> {
        let mut request = self
            .http
            .request(method.parse()?, format!("{}/api/v1/{path}", self.url))
            .bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let (status, is_old) = (response.status().as_u16(), response.headers().contains_key("age"));
        let text = response.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text)), is_old))
    }

    /// Sends a sheet.
    pub async fn uploads(&self, path: &str, sheet: &str) -> anyhow::Result<(u16, Value)> {
        let begun = Instant::now();
        loop {
            let request = self.http.post(format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.token);
            let response = request.header("content-type", "text/csv").body(sheet.to_owned()).send().await?;
            if response.status() != 503 || begun.elapsed() > PATIENCE {
                return Ok((response.status().as_u16(), response.json().await?));
            }
            tokio::time::sleep(ASK_AGAIN).await;
        }
    }

    pub async fn get(&self, path: &str) -> Value {
        let (status, body) = self.call("GET", path, None).await.expect("an answer");
        assert_eq!(status, 200, "GET {path}: {body}");
        body
    }

    /// Places a limit order; answers its id.
    pub async fn places(&self, side: &str, quantity: u32, symbol: &str, price: &str) -> String {
        let order = json!({
            "order_id": order_id(), "symbol": symbol, "side": side, "type": "limit",
            "quantity": quantity.to_string(), "limit_price": price,
        });
        let (status, body) = self.call("POST", "orders", Some(order)).await.expect("an answer");
        assert_eq!(status, 201, "{} {side}s {quantity} {symbol} @ {price}: {body}", self.name);
        body["order_id"].as_str().expect("an id").to_owned()
    }

    pub async fn buys(&self, quantity: u32, symbol: &str, price: &str) -> String {
        self.places("buy", quantity, symbol, price).await
    }

    pub async fn sells(&self, quantity: u32, symbol: &str, price: &str) -> String {
        self.places("sell", quantity, symbol, price).await
    }

    /// Places an order of any type; answers its id.
    pub async fn orders(&self, order: Value) -> String {
        let (status, body) = self.call("POST", "orders", Some(order.clone())).await.expect("an answer");
        assert_eq!(status, 201, "{} orders {order}: {body}", self.name);
        body["order_id"].as_str().expect("an id").to_owned()
    }

    /// Asks for a change; what comes of it is seen at the order.
    pub async fn amends(&self, order_id: &str, change: Value) {
        let path = format!("orders/{order_id}");
        let (status, body) = self.call("PATCH", &path, Some(change.clone())).await.expect("an answer");
        assert_eq!(status, 202, "{} amends {order_id} by {change}: {body}", self.name);
    }

    /// All live orders, or those of `?symbol=…&side=…`: so many, or fewer when it was asked again.
    pub async fn cancels_all(&self, query: &str, expected: u64) {
        let path = format!("orders{query}");
        let (status, body, is_again) = self.ask_until_told("DELETE", &path, None).await.expect("an answer");
        assert_eq!(status, 202, "{body}");
        let count = body["count"].as_u64().expect("a count");
        assert!(count == expected || (is_again && count < expected), "{body}, not {expected}");
    }

    pub async fn cancels(&self, order_id: &str) {
        let (status, body) =
            self.does("DELETE", &format!("orders/{order_id}"), None).await.expect("an answer");
        assert_eq!(status, 202, "{body}");
    }
}
