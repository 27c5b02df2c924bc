//! How web itself is doing.

use super::{Answer, Shared, json, ok};
use crate::session::Sessions;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use serde_json::json as object;

pub async fn live() -> HttpResponse {
    ok(&object!({ "status": "live" }))
}

/// Ready when it can ask, and knows the market and whom not to believe. 503 otherwise, with what is missing.
pub async fn ready(gateway: Shared, sessions: web::Data<Sessions>) -> Answer {
    let (broker, market) = (gateway.services.is_connected(), gateway.market().is_known());
    let sessions = sessions.are_known();
    let (status, word) = match broker && market && sessions {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    };
    Ok(json(status, &object!({ "status": word, "broker": broker, "market": market, "sessions": sessions })))
}

pub async fn metrics() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; version=0.0.4"))
        .body(chassis::telemetry::metrics_text())
}
