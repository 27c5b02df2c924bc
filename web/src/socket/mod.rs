//! Socket.IO: who may connect, and what a connection may say. The rest is the hub's.
//!
//! Promises: a connection is its session's user, or nobody; what it says is taken in its order.

mod connection;
mod door;
mod frame;
mod outgoing;
mod outlet;
mod transport;
mod websocket;

pub use connection::Connection;
use outlet::Outlets;
use transport::NotOurs;
pub use transport::{Transport, serve};
pub use websocket::STALL_MAX;

use crate::client::{self, Anyone, Commands};
use crate::push::{Acknowledgement, Client, Command, Resumption, Subscription};
use crate::session::{Sessions, Visitor};
use contracts::accounts::Scope;
use contracts::{Code, Refusal};
use serde::Deserialize;
use socketioxide::SocketIo;
use socketioxide::extract::{AckSender, SocketRef, TryData};
use std::future::ready;
use std::sync::Arc;
use std::time::Duration;

/// What a client sends is a subscription; nothing of ours is longer.
pub const MAX_PAYLOAD: u64 = 32 * 1024;
/// Packets that a connection may be behind: several of the largest steps' news of one user. A client
/// that has not read by then does not read.
pub const MAX_BUFFER_SIZE: usize = 4_096;
/// A connection that is gone without a word is noticed after these two together.
pub const PING_INTERVAL: Duration = Duration::from_secs(15);
pub const PING_TIMEOUT: Duration = Duration::from_secs(10);
/// To name the namespace after the transport is there.
const CONNECT_TIMEOUT: Duration = Duration::from_secs(10);

#[derive(Default, Deserialize)]
struct Auth {
    token: Option<String>,
}

/// Whose connection it is, if anybody's.
#[derive(Clone, Copy)]
struct Admitted(Option<Visitor>);

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
    let sessions = Arc::new(sessions);
    let admit = move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        let sessions = sessions.clone();
        async move {
            let admitted = admit(&sessions, &socket, auth.ok()).await?;
            socket.extensions.insert(admitted);
            Ok::<(), String>(())
        }
    };
    // Not an `async` block: it would run in a task of its own, after the client's first words.
    let outlets = Outlets::default();
    let known = outlets.clone();
    let welcome = move |socket: SocketRef| {
        welcome(socket, &commands, &known);
        ready(())
    };
    io.ns("/", welcome.with(admit));
    (Transport::new(service, outlets), io)
}

async fn admit(sessions: &Sessions, socket: &SocketRef, auth: Option<Auth>) -> Result<Admitted, String> {
    let auth = auth.ok_or("auth: expected an object with a token")?;
    let cookies = socket.req_parts().headers.get_all("cookie");
    let cookie = cookies.iter().find_map(|value| sessions.cookie_in(value.to_str().ok()?));
    let Some(token) = auth.token.as_deref().or(cookie) else { return Ok(Admitted(None)) };
    let session = sessions.admit(token).await.map_err(|refusal| refusal.message)?;
    session.must(Some(Scope::Read)).map_err(|refusal| refusal.message)?;
    Ok(Admitted(Some(session.visitor())))
}

/// Handlers run in the order of the client's messages only up to their first wait, so they wait for
/// nothing: they hand over to the hub. They hold no socket, because it holds them.
fn welcome(socket: SocketRef, commands: &Commands, outlets: &Outlets) {
    let visitor = socket.extensions.get::<Admitted>().and_then(|Admitted(visitor)| visitor);
    let outlet = outlets.add();
    let client = Anyone::SocketIo(Connection { socket: socket.clone(), outlet: outlet.clone() });
    if commands.try_send(Command::Join { client, visitor }).is_err() {
        let _ = socket.disconnect();
        return;
    }
    let (subscribe, way) = (commands.clone(), outlet.clone());
    socket.on(
        "subscribe",
        move |socket: SocketRef, TryData(said): TryData<serde_json::Value>, ack: AckSender| {
            let client = Connection { socket, outlet: way.clone() };
            take(
                said.ok(),
                ack,
                client,
                &subscribe,
                Subscription::read,
                |client, subscription, acknowledge| Command::Subscribe { client, subscription, acknowledge },
            );
            ready(())
        },
    );
    let (unsubscribe, way) = (commands.clone(), outlet.clone());
    socket.on(
        "unsubscribe",
        move |socket: SocketRef, TryData(said): TryData<serde_json::Value>, ack: AckSender| {
            let client = Connection { socket, outlet: way.clone() };
            take(
                said.ok(),
                ack,
                client,
                &unsubscribe,
                Subscription::read,
                |client, subscription, acknowledge| Command::Unsubscribe {
                    id: client.id(),
                    subscription,
                    acknowledge,
                },
            );
            ready(())
        },
    );
    let (resume, way) = (commands.clone(), outlet);
    socket.on(
        "resume",
        move |socket: SocketRef, TryData(said): TryData<serde_json::Value>, ack: AckSender| {
            let client = Connection { socket, outlet: way.clone() };
            take(said.ok(), ack, client, &resume, Resumption::read, |client, resumption, acknowledge| {
                Command::Resume { client, resumption, acknowledge }
            });
            ready(())
        },
    );
    let leave = commands.clone();
    socket.on_disconnect(async move |socket: SocketRef| {
        // The hub is gone: so is the room.
        let _ = leave.send(Command::Leave { id: client::Id::SocketIo(socket.id) }).await;
    });
}

type Acknowledge = Box<dyn FnOnce(Acknowledgement) + Send>;

fn take<T>(
    said: Option<serde_json::Value>,
    ack: AckSender,
    client: Connection,
    commands: &Commands,
    read: fn(serde_json::Value) -> Result<T, Refusal>,
    command: impl FnOnce(Anyone, T, Acknowledge) -> Command<Anyone>,
) {
    let asked = client.clone();
    let acknowledge = move |answer: Acknowledgement| asked.acknowledge(ack, &answer);
    let wanted = match read(said.unwrap_or_default()) {
        Ok(wanted) => wanted,
        Err(refusal) => return acknowledge(Err(refusal).into()),
    };
    match commands.try_reserve() {
        Ok(permit) => permit.send(command(Anyone::SocketIo(client), wanted, Box::new(acknowledge))),
        Err(_) => {
            let rule = "too much is going on; try again in a moment";
            acknowledge(Err(Refusal::new(Code::Unavailable, rule)).into());
        }
    }
}
