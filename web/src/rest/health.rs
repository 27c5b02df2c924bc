//! How web itself is doing.

use super::{Answer, Shared, json, ok};
use crate::session::Sessions;
use actix_web::http::{StatusCode, header};
use actix_web::{HttpResponse, web};
use serde::Serialize;
use utoipa::ToSchema;

#[derive(Serialize, ToSchema)]
struct Live {
    /// `live`.
    status: &'static str,
}

pub async fn live() -> HttpResponse {
    ok(&Live { status: "live" })
}

#[derive(Serialize, ToSchema)]
struct Readiness {
    /// `ready`, or `not ready`.
    status: &'static str,
    broker: bool,
    market: bool,
    sessions: bool,
}

/// Ready when it can ask, and knows the market and whom not to believe. 503 otherwise, with what is missing.
pub async fn ready(gateway: Shared, sessions: web::Data<Sessions>) -> Answer {
    let (broker, market) = (gateway.services.is_connected(), gateway.market().is_known());
    let sessions = sessions.are_known();
    let (code, status) = match broker && market && sessions {
        true => (StatusCode::OK, "ready"),
        false => (StatusCode::SERVICE_UNAVAILABLE, "not ready"),
    };
    Ok(json(code, &Readiness { status, broker, market, sessions }))
}

pub async fn metrics() -> HttpResponse {
    HttpResponse::Ok()
        .insert_header((header::CONTENT_TYPE, "text/plain; version=0.0.4"))
        .body(chassis::telemetry::metrics_text())
}

pub mod said {
    use super::{Live, Readiness};
    use crate::openapi::{Said, Tag};
    use utoipa::openapi::schema::Type;

    fn new(id: &str, summary: &str) -> Said {
        Said::new(id, Tag::Operators, summary).offline().uncounted()
    }

    pub fn live() -> Said {
        of_live("live")
    }

    pub fn ready() -> Said {
        of_ready("ready")
    }

    pub mod below {
        //! The same below `/api/v1`.

        use super::{Said, of_live, of_ready};

        pub fn live() -> Said {
            of_live("live_v1")
        }

        pub fn ready() -> Said {
            of_ready("ready_v1")
        }
    }

    fn of_live(id: &str) -> Said {
        new(id, "Whether it runs").answers::<Live>(200, "It does.")
    }

    fn of_ready(id: &str) -> Said {
        new(id, "Whether it can be asked")
            .answers::<Readiness>(200, "It can ask, and knows the market and which sessions were ended.")
            .answers::<Readiness>(503, "Not yet.")
    }

    pub fn metrics() -> Said {
        let kind = "text/plain; version=0.0.4";
        new("metrics", "Figures for Prometheus").answers_any(
            200,
            kind,
            "As Prometheus reads them.",
            Type::String,
        )
    }
}
