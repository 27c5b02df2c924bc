//! `/ws`: the same channels and messages as Socket.IO on a plain WebSocket, as
//! `{"event": …, "data": …}`, and orders in the name of the session.
//!
//! Promises: a connection is its session's user, or nobody; whatever a client sends, it is answered
//! in words or its own connection ends, and nobody else notices.

mod connection;
mod fragments;
mod frames;
mod orders;
mod said;
mod visitor;

pub use connection::Connection;

use crate::client::Commands;
use crate::problem::Problem;
use crate::rest::Gateway;
use crate::session::Sessions;
use actix_web::{HttpRequest, HttpResponse, web};
use actix_web_actors::ws::WsResponseBuilder;
use contracts::accounts::Scope;
use frames::Frames;
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};
use tokio::runtime::Handle;
use visitor::Visitor;

pub const PATH: &str = "/ws";
/// An order with everything that it may have has less than one kilobyte.
pub const FRAME_BYTES_MAX: usize = 16 * 1024;

/// What connections share. Cheap to clone.
#[derive(Clone)]
pub struct Door {
    commands: Commands,
    numbers: Arc<AtomicU64>,
    /// Has the tasks that outlive a connection.
    runtime: Handle,
}

impl Door {
    /// Its tasks run on the current runtime.
    pub fn new(commands: Commands) -> Self {
        Door { commands, numbers: Arc::default(), runtime: Handle::current() }
    }

    fn number(&self) -> u64 {
        self.numbers.fetch_add(1, Ordering::Relaxed)
    }
}

pub async fn serve(
    request: HttpRequest,
    payload: web::Payload,
    door: web::Data<Door>,
    gateway: web::Data<Gateway>,
    sessions: web::Data<Sessions>,
) -> Result<HttpResponse, Problem> {
    let session = sessions.guest(request.headers()).await?;
    session.as_ref().map_or(Ok(()), |session| session.must(Some(Scope::Read)))?;
    let frames = Frames::new(payload, FRAME_BYTES_MAX as u64);
    let visitor = Visitor::new(door.get_ref().clone(), gateway, session, frames.broke());
    WsResponseBuilder::new(visitor, &request, frames)
        .frame_size(FRAME_BYTES_MAX)
        .start()
        .map_err(|error| Problem::malformed(error.to_string()))
}
