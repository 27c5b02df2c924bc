//! My orders. Placed, replaced, amended and canceled as any client's, through intake; read from ordering's
//! database.

use super::{Answer, Gateway, PAGE_LENGTH, Shared, json, told};
use crate::asking::ANSWER_DEADLINE;
use crate::problem::Problem;
use crate::session::{Reader, Session, Trader};
use crate::strict::{Json, NoBody, Query};
use actix_web::http::{StatusCode, header};
use actix_web::web;
use contracts::intake::{Body, IntakeReply};
use contracts::schema::Moment;
use contracts::{
    Code, OrderId, OrderType, Price, Quantity, Refusal, SelfTradePrevention, Side, Symbol, TimeInForce,
    ordering::Question, topology,
};
use serde::{Deserialize, Serialize};
use utoipa::ToSchema;
use uuid::Uuid;

/// As a client of REST writes it. What the fields must be is ordering's to say.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewOrder {
    /// Yours, so that it can be sent again; best of version 7.
    #[schema(value_type = Option<OrderId>)]
    order_id: Option<String>,
    #[schema(value_type = Symbol)]
    symbol: Option<String>,
    #[schema(value_type = Side)]
    side: Option<String>,
    #[schema(value_type = OrderType)]
    r#type: Option<String>,
    #[schema(value_type = Quantity)]
    quantity: Option<String>,
    #[schema(value_type = Option<Price>)]
    limit_price: Option<String>,
    /// `gtc`, if absent; of a market order `ioc`.
    #[schema(value_type = Option<TimeInForce>)]
    time_in_force: Option<String>,
    /// Of a `gtd` order: at most 366 days ahead.
    #[schema(value_type = Option<Moment>)]
    expires_at: Option<String>,
    /// Rests or is canceled, but never trades as it comes in.
    post_only: Option<bool>,
    /// Of a post-only order: rather one tick away than not at all.
    reprice: Option<bool>,
    /// Of an iceberg: how much of it others see at a time.
    #[schema(value_type = Option<Quantity>)]
    display_quantity: Option<String>,
    #[schema(value_type = Option<Price>)]
    stop_price: Option<String>,
    /// How far a trailing stop follows the market.
    #[schema(value_type = Option<Price>)]
    trail_amount: Option<String>,
    /// Of an `oco` order: its limit once its stop price is met.
    #[schema(value_type = Option<Price>)]
    stop_limit_price: Option<String>,
    #[schema(value_type = Option<SelfTradePrevention>)]
    self_trade_prevention: Option<String>,
    /// Of a bracket: the id of the order that leaves again, yours as well.
    #[schema(value_type = Option<OrderId>)]
    exit_order_id: Option<String>,
    #[schema(value_type = Option<Price>)]
    take_profit_price: Option<String>,
    #[schema(value_type = Option<Price>)]
    stop_loss_price: Option<String>,
}

/// `POST orders` → 201, after ordering's commit. The same again gives the same order.
pub async fn place(gateway: Shared, Trader(session): Trader, Json(order): Json<NewOrder>) -> Answer {
    let body = placing(&session, order);
    with_order(send(&gateway, "POST /api/v1/orders", &session, body).await?, StatusCode::CREATED)
}

/// `POST orders/{id}/replace` → 201: the new order, which comes in as that one leaves, or not at all.
pub async fn replace(
    gateway: Shared,
    session: Session,
    id: web::Path<String>,
    query: Query,
    Json(order): Json<NewOrder>,
) -> Answer {
    query.end()?;
    let replaces = Some(existing(&id)?.to_string().into());
    let body = Body { kind: "replace_order".into(), replaces, ..placing(&session, order) };
    let door = "POST /api/v1/orders/{id}/replace";
    with_order(send(&gateway, door, &session, body).await?, StatusCode::CREATED)
}

/// A new order, in the name of the session.
pub fn placing(session: &Session, order: NewOrder) -> Body<'static> {
    Body {
        order_id: Some(order.order_id.unwrap_or_else(|| Uuid::now_v7().to_string()).into()),
        symbol: order.symbol.map(Into::into),
        side: order.side.map(Into::into),
        order_type: order.r#type.map(Into::into),
        quantity: order.quantity.map(Into::into),
        limit_price: order.limit_price.map(Into::into),
        time_in_force: order.time_in_force.map(Into::into),
        expires_at: order.expires_at.map(Into::into),
        post_only: order.post_only,
        reprice: order.reprice,
        display_quantity: order.display_quantity.map(Into::into),
        stop_price: order.stop_price.map(Into::into),
        trail_amount: order.trail_amount.map(Into::into),
        stop_limit_price: order.stop_limit_price.map(Into::into),
        self_trade_prevention: order.self_trade_prevention.map(Into::into),
        exit_order_id: order.exit_order_id.map(Into::into),
        take_profit_price: order.take_profit_price.map(Into::into),
        stop_loss_price: order.stop_loss_price.map(Into::into),
        ..mine(session, "place_order")
    }
}

/// What is absent stays as it is.
#[derive(Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
#[schema(as = OrderChange)]
pub struct Change {
    /// Of the whole order, what has been filled included.
    #[schema(value_type = Option<Quantity>)]
    quantity: Option<String>,
    #[schema(value_type = Option<Price>)]
    limit_price: Option<String>,
}

/// `PATCH orders/{id}` → 202: the change is on its way, and the order tells what came of it.
pub async fn amend(
    gateway: Shared,
    Trader(session): Trader,
    id: web::Path<String>,
    query: Query,
    Json(change): Json<Change>,
) -> Answer {
    query.end()?;
    let body = Body {
        order_id: Some(existing(&id)?.to_string().into()),
        quantity: change.quantity.map(Into::into),
        limit_price: change.limit_price.map(Into::into),
        ..mine(&session, "amend_order")
    };
    with_order(send(&gateway, "PATCH /api/v1/orders/{id}", &session, body).await?, StatusCode::ACCEPTED)
}

/// `DELETE orders/{id}` → 202: the cancel is on its way, and the order tells what came of it.
pub async fn cancel(gateway: Shared, Trader(session): Trader, id: web::Path<String>) -> Answer {
    let body = canceling(&session, &id)?;
    with_order(send(&gateway, "DELETE /api/v1/orders/{id}", &session, body).await?, StatusCode::ACCEPTED)
}

/// A cancel, in the name of the session.
pub fn canceling(session: &Session, id: &str) -> Result<Body<'static>, Problem> {
    Ok(Body { order_id: Some(existing(id)?.to_string().into()), ..mine(session, "cancel_order") })
}

#[derive(Serialize, ToSchema)]
struct Canceling {
    count: u32,
}

/// `DELETE orders?symbol=&side=` → 202: so many cancels are on their way.
pub async fn cancel_many(gateway: Shared, Trader(session): Trader, mut query: Query, _: NoBody) -> Answer {
    let (symbol, side) = (query.take::<Symbol>("symbol")?, query.take::<Side>("side")?);
    query.end()?;
    let body = Body {
        symbol: symbol.map(|symbol| symbol.to_string().into()),
        side: side.map(|side| side.as_str().into()),
        ..mine(&session, "cancel_orders")
    };
    let reply = send(&gateway, "DELETE /api/v1/orders", &session, body).await?;
    let count = reply.count.ok_or_else(|| Problem::unavailable("the answer has no count"))?;
    Ok(json(StatusCode::ACCEPTED, &Canceling { count }))
}

/// A message to intake, in the name of the session.
fn mine<'a>(session: &Session, kind: &'static str) -> Body<'a> {
    Body { kind: kind.into(), user_id: session.user_id().to_string().into(), ..Body::default() }
}

/// Routed by the user, whose partition keeps all of their orders. `door` is by which it came.
pub async fn send(
    gateway: &Gateway,
    door: &'static str,
    session: &Session,
    body: Body<'_>,
) -> Result<IntakeReply, Problem> {
    let received_at = chrono::Utc::now();
    let reply = gateway.services.order(session.user_id(), &body, ANSWER_DEADLINE).await;
    let now = chrono::Utc::now();
    gateway.journeys.own.asked(door, &body, received_at, reply.as_ref().ok(), now);
    let reply = reply?;
    let Some(code) = reply.code else { return Ok(reply) };
    // In REST's words the field has another name.
    let field = reply.field.map(|field| if field == "order_type" { "type".into() } else { field });
    Err(Refusal { code, message: reply.message.unwrap_or_default(), field }.into())
}

fn with_order(reply: IntakeReply, status: StatusCode) -> Answer {
    let order = reply.order.ok_or_else(|| Problem::unavailable("the answer has no order"))?;
    let mut response = json(status, &order);
    let location = format!("/api/v1/orders/{}", order.order_id);
    response.headers_mut().insert(header::LOCATION, location.parse().expect("an id is ASCII"));
    Ok(response)
}

/// What is no id is nobody's order.
pub(super) fn existing(id: &str) -> Result<OrderId, Problem> {
    id.parse().map_err(|_| Refusal::new(Code::NotFound, "this order does not exist").into())
}

/// `GET orders?status=&symbol=&cursor=&limit=`, newest first.
pub async fn list(gateway: Shared, Reader(session): Reader, mut query: Query) -> Answer {
    let question = Question::Orders {
        user_id: session.user_id(),
        status: query.take("status")?,
        symbol: query.take("symbol")?,
        cursor: query.take("cursor")?,
        limit: query.take_limit("limit", PAGE_LENGTH)?,
    };
    query.end()?;
    Ok(told(gateway.reads.ask(Some(session.user_id()), topology::ORDERING, &question).await?))
}

/// `GET orders/{id}`, with its fills.
pub async fn one(gateway: Shared, Reader(session): Reader, id: web::Path<String>, query: Query) -> Answer {
    query.end()?;
    let question = Question::OrderDetail { user_id: session.user_id(), order_id: existing(&id)? };
    Ok(told(gateway.reads.ask(Some(session.user_id()), topology::ORDERING, &question).await?))
}

pub mod said;
