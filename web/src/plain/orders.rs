//! Orders in the name of the session, as REST has them.

use super::PATH;
use super::said::{Id, OrderEvent, answer, refused};
use crate::problem::Problem;
use crate::rest::{Gateway, orders};
use crate::session::Session;
use bytestring::ByteString;
use contracts::accounts::Scope;
use contracts::json;
use serde::{Deserialize, Serialize};
use serde_json::Value;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cancel {
    order_id: String,
}

#[derive(Serialize)]
struct Taken<'a> {
    ok: bool,
    order: &'a contracts::Order,
}

/// Answered after ordering's commit, or with why not. No answer from ordering means unknown.
pub async fn carry_out(
    event: OrderEvent,
    data: Value,
    id: Id,
    session: Option<Session>,
    gateway: &Gateway,
) -> ByteString {
    match attempt(event, &data, session, gateway).await {
        Ok(order) => answer(event.name(), &id, Taken { ok: true, order: &order }),
        Err(problem) => refused(event.name(), &id, &problem),
    }
}

async fn attempt(
    event: OrderEvent,
    data: &Value,
    session: Option<Session>,
    gateway: &Gateway,
) -> Result<contracts::Order, Problem> {
    let session = session.ok_or_else(Problem::not_signed_in)?;
    session.must(Some(Scope::Trade))?;
    let body = match event {
        OrderEvent::Cancel => orders::canceling(&session, &json::read_value::<Cancel>(data)?.order_id)?,
        OrderEvent::Place => orders::placing(&session, json::read_value(data)?),
    };
    let reply = orders::send(gateway, PATH, &session, body).await?;
    reply.order.ok_or_else(|| Problem::unavailable("the answer has no order"))
}
