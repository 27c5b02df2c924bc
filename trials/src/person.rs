//! Somebody who trades over REST, as a browser would.

use anyhow::Context;
use contracts::UserId;
use serde_json::{Value, json};
use std::time::{Duration, Instant};
use uuid::Uuid;

/// What must come, comes sooner; on a busy machine not much.
pub(crate) const PATIENCE: Duration = Duration::from_secs(30);
/// The exchange answers within two seconds, or says that it cannot; past this nobody waits.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
pub(crate) const LOOK_AGAIN: Duration = Duration::from_millis(50);

#[derive(Clone)]
pub struct Person {
    pub name: String,
    pub user_id: UserId,
    pub token: String,
    url: String,
    http: reqwest::Client,
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
        let http = reqwest::Client::builder().timeout(ANSWER_LIMIT).build()?;
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
        let http = reqwest::Client::builder().timeout(ANSWER_LIMIT).build()?;
        let given = json!({ "login": login, "password": password });
        let response = http.post(format!("{url}/api/v1/auth/{door}")).json(&given).send().await?;
        let (status, body) = (response.status(), response.json::<Value>().await?);
        let token = body["token"].as_str().with_context(|| format!("{status} {body}"))?.to_owned();
        let user_id = body["user_id"].as_str().context("an id")?.parse()?;
        Ok(Person { name: login.into(), user_id, token, url: url.into(), http })
    }

    /// A response's status and body.
    pub async fn call(&self, method: &str, path: &str, body: Option<Value>) -> anyhow::Result<(u16, Value)> {
        let method = method.parse()?;
        let mut request =
            self.http.request(method, format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.token);
        if let Some(body) = body {
            request = request.json(&body);
        }
        let response = request.send().await?;
        let status = response.status().as_u16();
        let text = response.text().await?;
        Ok((status, serde_json::from_str(&text).unwrap_or(Value::String(text))))
    }

    /// Sends a sheet.
    pub async fn uploads(&self, path: &str, sheet: &str) -> anyhow::Result<(u16, Value)> {
        let request = self.http.post(format!("{}/api/v1/{path}", self.url)).bearer_auth(&self.token);
        let response = request.header("content-type", "text/csv").body(sheet.to_owned()).send().await?;
        Ok((response.status().as_u16(), response.json().await?))
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

    /// All live orders, or those of `?symbol=…&side=…`. Answers how many.
    pub async fn cancels_all(&self, query: &str) -> u64 {
        let (status, body) = self.call("DELETE", &format!("orders{query}"), None).await.expect("an answer");
        assert_eq!(status, 202, "{body}");
        body["count"].as_u64().expect("a count")
    }

    pub async fn cancels(&self, order_id: &str) {
        let (status, body) =
            self.call("DELETE", &format!("orders/{order_id}"), None).await.expect("an answer");
        assert_eq!(status, 202, "{body}");
    }
}
