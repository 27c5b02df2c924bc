//! The audit log: who was refused what. Lines of the target `audit`, with the same fields everywhere.
//! What accounts decides about people it logs itself, under the same target.
//!
//! Promises: one line a refusal, whatever was sent; no more lines than a reader or a disk can bear; no
//! secret in them.

use crate::address;
use crate::problem::Told;
use crate::session::Sessions;
use actix_web::body::BoxBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::middleware::Next;
use actix_web::{Error, web};
use contracts::refusal::line;
use std::sync::Mutex;
use std::time::{Duration, Instant};

/// A flood is told by its count.
const LINES_A_SECOND_MAX: u32 = 100;
const PATH_CHARACTERS_MAX: usize = 120;

#[derive(Default)]
pub struct Audit(Mutex<Option<Second>>);

struct Second {
    began: Instant,
    lines: u32,
}

impl Audit {
    /// Whether one more line may be written; and how many were not, in a second that is over.
    fn admits(&self, now: Instant) -> (bool, u32) {
        let mut second = self.0.lock().expect("no panic while held");
        let is_over = second.as_ref().is_none_or(|s| now.duration_since(s.began) >= Duration::from_secs(1));
        let before = if is_over { second.replace(Second { began: now, lines: 0 }) } else { None };
        let suppressed = before.map_or(0, |before| before.lines.saturating_sub(LINES_A_SECOND_MAX));
        let second = second.as_mut().expect("it has begun");
        second.lines = second.lines.saturating_add(1);
        (second.lines <= LINES_A_SECOND_MAX, suppressed)
    }
}

/// Logs what was refused to somebody.
pub async fn keep(request: ServiceRequest, next: Next<BoxBody>) -> Result<ServiceResponse<BoxBody>, Error> {
    let response = next.call(request).await?;
    let (request, status) = (response.request(), response.status());
    let concerns = ["/api/", "/socket.io", "/ws"].iter().any(|ours| request.path().starts_with(ours));
    if !(status.is_client_error() && concerns) {
        return Ok(response);
    }
    let audit = request.app_data::<web::Data<Audit>>().expect("the audit log is registered");
    let (is_admitted, suppressed) = audit.admits(Instant::now());
    if suppressed > 0 {
        tracing::warn!(target: "audit", suppressed, "more was refused than is logged");
    }
    if is_admitted {
        let sessions = request.app_data::<web::Data<Sessions>>().expect("sessions are registered");
        let user_id = sessions.user_of(request.headers()).map(|id| id.to_string()).unwrap_or_default();
        let told = response.response().extensions().get::<Told>().cloned();
        let code = told.map(|Told(code)| code).unwrap_or_default();
        let path = line(request.path().to_owned(), PATH_CHARACTERS_MAX);
        tracing::info!(
            target: "audit", event = "refused", status = status.as_u16(), code = %code,
            method = ?line(request.method().to_string(), 20), path = ?path, user.id = %user_id,
            address = %address::of(request), "a request was refused",
        );
    }
    Ok(response)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_flood_is_told_by_its_count() {
        let (audit, now) = (Audit::default(), Instant::now());
        let admitted = (0..1_000).filter(|_| audit.admits(now).0).count();
        assert_eq!(admitted, LINES_A_SECOND_MAX as usize);
        assert_eq!(audit.admits(now + Duration::from_secs(1)), (true, 900));
        assert_eq!(audit.admits(now + Duration::from_secs(1)), (true, 0));
    }
}
