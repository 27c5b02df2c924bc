//! Socket.IO: who may connect, and what a connection may say. The rest is the hub's.
//!
//! Promises: a connection is its session's user, or nobody; what it says is taken in its order.

mod door;
mod transport;
mod websocket;

use transport::NotOurs;
pub use transport::{Transport, serve};
pub use websocket::STALL_MAX;

use crate::push::{Acknowledgement, Client, Command, Lost, Subscription};
use crate::session::Sessions;
use contracts::{Code, Refusal, UserId};
use serde::Deserialize;
use serde_json::value::RawValue;
use socketioxide::extract::{AckSender, SocketRef, TryData};
use socketioxide::socket::Sid;
use socketioxide::{SendError, SocketError, SocketIo};
use std::future::ready;
use std::time::Duration;
use tokio::sync::mpsc;

/// What a client sends is a subscription; nothing of ours is longer.
pub const MAX_PAYLOAD: u64 = 32 * 1024;
/// Packets that a connection may be behind: several of the largest steps' news of one user. A client
/// that has not read by then does not read.
pub const MAX_BUFFER_SIZE: usize = 4_096;
/// A connection that is gone without a word is noticed after these two together.
const PING_INTERVAL: Duration = Duration::from_secs(15);
const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// To name the namespace after the transport is there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

type Commands = mpsc::Sender<Command<SocketRef>>;

#[derive(Default, Deserialize)]
struct Auth {
    token: Option<String>,
}

/// Whose connection it is.
#[derive(Clone, Copy)]
struct Visitor(Option<UserId>);

/// A Socket.IO server for the default namespace.
pub fn build(sessions: Sessions, commands: Commands) -> (Transport, SocketIo) {
    let (service, io) = SocketIo::builder()
        .max_payload(MAX_PAYLOAD)
        .ws_max_message_size(MAX_PAYLOAD as usize)
        .ws_max_frame_size(MAX_PAYLOAD as usize)
        .max_buffer_size(MAX_BUFFER_SIZE)
        .ping_interval(PING_INTERVAL)
        .ping_timeout(PING_TIMEOUT)
        .connect_timeout(CONNECT_TIMEOUT)
        .build_with_inner_svc(NotOurs);
    use socketioxide::handler::ConnectHandler;
    let admit = move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        let admitted = admit(&sessions, &socket, auth.ok());
        ready(admitted.map(|visitor| {
            socket.extensions.insert(visitor);
        }))
    };
    // Not an `async` block: it would run in a task of its own, after the client's first words.
    let welcome = move |socket: SocketRef| {
        welcome(socket, &commands);
        ready(())
    };
    io.ns("/", welcome.with(admit));
    (Transport::new(service), io)
}

fn admit(sessions: &Sessions, socket: &SocketRef, auth: Option<Auth>) -> Result<Visitor, String> {
    let auth = auth.ok_or("auth: expected an object with a token")?;
    let cookies = socket.req_parts().headers.get_all("cookie");
    let cookie = cookies.iter().find_map(|value| crate::session::cookie_of(value.to_str().ok()?));
    let Some(token) = auth.token.as_deref().or(cookie) else { return Ok(Visitor(None)) };
    let claims = sessions.verify(token).map_err(|refusal| refusal.message)?;
    Ok(Visitor(Some(claims.sub)))
}

/// Handlers run in the order of the client's messages only up to their first wait, so they wait for
/// nothing: they hand over to the hub.
fn welcome(socket: SocketRef, commands: &Commands) {
    let user_id = socket.extensions.get::<Visitor>().and_then(|Visitor(user_id)| user_id);
    if commands.try_send(Command::Join { client: socket.clone(), user_id }).is_err() {
        let _ = socket.disconnect();
        return;
    }
    let subscribe = commands.clone();
    socket.on(
        "subscribe",
        move |client: SocketRef, TryData(said): TryData<serde_json::Value>, ack: AckSender| {
            take(said.ok(), ack, &subscribe, |subscription, acknowledge| Command::Subscribe {
                client,
                subscription,
                acknowledge,
            });
            ready(())
        },
    );
    let unsubscribe = commands.clone();
    socket.on(
        "unsubscribe",
        move |client: SocketRef, TryData(said): TryData<serde_json::Value>, ack: AckSender| {
            take(said.ok(), ack, &unsubscribe, |subscription, acknowledge| Command::Unsubscribe {
                id: client.id,
                subscription,
                acknowledge,
            });
            ready(())
        },
    );
    let leave = commands.clone();
    socket.on_disconnect(async move |client: SocketRef| {
        // The hub is gone: so is the room.
        let _ = leave.send(Command::Leave { id: client.id }).await;
    });
}

fn take(
    said: Option<serde_json::Value>,
    ack: AckSender,
    commands: &Commands,
    command: impl FnOnce(Subscription, Box<dyn FnOnce(Acknowledgement) + Send>) -> Command<SocketRef>,
) {
    let acknowledge = move |answer: Acknowledgement| {
        // A client too slow for an acknowledgement is found out by the next message.
        let _ = ack.send(&answer);
    };
    let subscription = match Subscription::read(said.unwrap_or_default()) {
        Ok(subscription) => subscription,
        Err(refusal) => return acknowledge(Err(refusal).into()),
    };
    match commands.try_reserve() {
        Ok(permit) => permit.send(command(subscription, Box::new(acknowledge))),
        Err(_) => {
            let rule = "too much is going on; try again in a moment";
            acknowledge(Err(Refusal::new(Code::Unavailable, rule)).into());
        }
    }
}

impl Client for SocketRef {
    type Id = Sid;

    fn id(&self) -> Sid {
        self.id
    }

    fn emit(&self, event: &str, payload: &RawValue) -> Result<(), Lost> {
        use std::ops::Deref;
        match self.deref().emit(event, payload) {
            Ok(()) => Ok(()),
            Err(SendError::Socket(SocketError::InternalChannelFull)) => Err(Lost::Full),
            Err(SendError::Socket(SocketError::Closed)) => Err(Lost::Gone),
            Err(SendError::Serialize(error)) => unreachable!("{error}: JSON text can be sent"),
        }
    }

    fn disconnect(&self) -> bool {
        match self.clone().disconnect() {
            Err(SocketError::InternalChannelFull) => false,
            Ok(()) | Err(SocketError::Closed) => true,
        }
    }
}
