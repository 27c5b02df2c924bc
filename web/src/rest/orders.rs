//! My orders. Placed and canceled as any client's, through intake; read from ordering's database.

use super::{Answer, PAGE_LENGTH, Shared, json, pass_on};
use crate::asking::{ANSWER_DEADLINE, ask_raw};
use crate::problem::Problem;
use crate::session::Session;
use crate::strict::{Json, Query};
use actix_web::http::{StatusCode, header};
use actix_web::web;
use contracts::intake::{Body, IntakeReply};
use contracts::{Code, OrderId, Refusal, UserId, ordering::Question, topology};
use serde::Deserialize;
use uuid::Uuid;

/// As a client of REST writes it. What the fields must be is ordering's to say.
#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    order_id: Option<String>,
    symbol: Option<String>,
    side: Option<String>,
    r#type: Option<String>,
    time_in_force: Option<String>,
    post_only: Option<bool>,
    quantity: Option<String>,
    limit_price: Option<String>,
}

/// `POST orders` → 201, after ordering's commit. The same again gives the same order.
pub async fn place(gateway: Shared, session: Session, Json(order): Json<NewOrder>) -> Answer {
    let user_id = session.user_id();
    let body = Body {
        kind: "place_order".into(),
        order_id: order.order_id.unwrap_or_else(|| Uuid::now_v7().to_string()).into(),
        user_id: user_id.to_string().into(),
        symbol: order.symbol.map(Into::into),
        side: order.side.map(Into::into),
        order_type: order.r#type.map(Into::into),
        time_in_force: order.time_in_force.map(Into::into),
        post_only: order.post_only,
        quantity: order.quantity.map(Into::into),
        limit_price: order.limit_price.map(Into::into),
    };
    answer(&gateway, user_id, body, StatusCode::CREATED).await
}

/// `DELETE orders/{id}` → 202: the cancel is on its way, and the order tells what came of it.
pub async fn cancel(gateway: Shared, session: Session, id: web::Path<String>) -> Answer {
    let user_id = session.user_id();
    let body = Body {
        kind: "cancel_order".into(),
        order_id: existing(&id)?.to_string().into(),
        user_id: user_id.to_string().into(),
        ..Body::default()
    };
    answer(&gateway, user_id, body, StatusCode::ACCEPTED).await
}

async fn answer(gateway: &Shared, user_id: UserId, body: Body<'_>, status: StatusCode) -> Answer {
    let IntakeReply { code, message, field, order, .. } =
        gateway.services.order(user_id, &body, ANSWER_DEADLINE).await?;
    if let Some(code) = code {
        // In REST's words the field has another name.
        let field = field.map(|field| if field == "order_type" { "type".into() } else { field });
        return Err(Refusal { code, message: message.unwrap_or_default(), field }.into());
    }
    let order = order.ok_or_else(|| Problem::unavailable("the answer has no order"))?;
    let mut response = json(status, &order);
    let location = format!("/api/v1/orders/{}", order.order_id);
    response.headers_mut().insert(header::LOCATION, location.parse().expect("an id is ASCII"));
    Ok(response)
}

/// What is no id is nobody's order.
fn existing(id: &str) -> Result<OrderId, Problem> {
    id.parse().map_err(|_| Refusal::new(Code::NotFound, "this order does not exist").into())
}

/// `GET orders?status=&symbol=&cursor=&limit=`, newest first.
pub async fn list(gateway: Shared, session: Session, mut query: Query) -> Answer {
    let question = Question::Orders {
        user_id: session.user_id(),
        status: query.take("status")?,
        symbol: query.take("symbol")?,
        cursor: query.take("cursor")?,
        limit: query.take_limit("limit", PAGE_LENGTH)?,
    };
    query.end()?;
    Ok(pass_on(ask_raw(&*gateway.services, topology::ORDERING, &question).await?))
}

/// `GET orders/{id}`, with its fills.
pub async fn one(gateway: Shared, session: Session, id: web::Path<String>, query: Query) -> Answer {
    query.end()?;
    let question = Question::OrderDetail { user_id: session.user_id(), order_id: existing(&id)? };
    Ok(pass_on(ask_raw(&*gateway.services, topology::ORDERING, &question).await?))
}
