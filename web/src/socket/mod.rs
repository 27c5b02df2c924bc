//! Socket.IO: who may connect, and what a connection may say. The rest is the hub's.
//!
//! Promises: a connection is its session's user, or nobody; what it says is taken in its order.

mod connection;
mod door;
mod frame;
mod outgoing;
mod outlet;
mod threshold;
mod transport;
mod websocket;

pub use connection::Connection;
use outlet::{Outlet, Outlets};
use threshold::Threshold;
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

/// Somebody who is about to come in.
#[derive(Clone)]
struct Guest {
    /// Whose connection it is, if anybody's.
    visitor: Option<Visitor>,
    outlet: Arc<Outlet>,
    threshold: Threshold<Word>,
}

/// Something that a client asks.
struct Word {
    ask: Ask,
    said: Option<serde_json::Value>,
    ack: AckSender,
    client: Connection,
}

#[derive(Clone, Copy)]
enum Ask {
    Subscribe,
    Unsubscribe,
    Resume,
}

/// A Socket.IO server for the default namespace.
pub fn build(sessions: Sessions, commands: Commands) -> (Transport, SocketIo) {
    build_with(sessions, commands, welcome)
}

fn build_with(
    sessions: Sessions,
    commands: Commands,
    welcome: fn(SocketRef, &Commands),
) -> (Transport, SocketIo) {
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
    let outlets = Outlets::default();
    let (known, asked) = (outlets.clone(), commands.clone());
    let admit = move |socket: SocketRef, TryData(auth): TryData<Auth>| {
        let (sessions, commands, known) = (sessions.clone(), asked.clone(), known.clone());
        async move {
            let visitor = admit(&sessions, &socket, auth.ok()).await?;
            let guest = Guest { visitor, outlet: known.add(), threshold: Threshold::default() };
            listen(&socket, &guest, &commands);
            socket.extensions.insert(guest);
            Ok::<(), String>(())
        }
    };
    // Not an `async` block: it would run in a task of its own, still later.
    let welcome = move |socket: SocketRef| {
        welcome(socket, &commands);
        ready(())
    };
    io.ns("/", welcome.with(admit));
    (Transport::new(service, outlets), io)
}

async fn admit(
    sessions: &Sessions,
    socket: &SocketRef,
    auth: Option<Auth>,
) -> Result<Option<Visitor>, String> {
    let auth = auth.ok_or("auth: expected an object with a token")?;
    let cookies = socket.req_parts().headers.get_all("cookie");
    let cookie = cookies.iter().find_map(|value| sessions.cookie_in(value.to_str().ok()?));
    let Some(token) = auth.token.as_deref().or(cookie) else { return Ok(None) };
    let session = sessions.admit(token).await.map_err(|refusal| refusal.message)?;
    session.must(Some(Scope::Read)).map_err(|refusal| refusal.message)?;
    Ok(Some(session.visitor()))
}

/// Before the client is told that it is connected: from then on it may speak.
///
/// Handlers run in the order of the client's messages only up to their first wait, so they wait for
/// nothing: they hand over to the hub. They hold no socket, because it holds them.
fn listen(socket: &SocketRef, guest: &Guest, commands: &Commands) {
    for (event, ask) in
        [("subscribe", Ask::Subscribe), ("unsubscribe", Ask::Unsubscribe), ("resume", Ask::Resume)]
    {
        let (outlet, threshold, commands) = (guest.outlet.clone(), guest.threshold.clone(), commands.clone());
        socket.on(
            event,
            move |socket: SocketRef, TryData(said): TryData<serde_json::Value>, ack: AckSender| {
                let client = Connection { socket, outlet: outlet.clone() };
                let word = Word { ask, said: said.ok(), ack, client };
                if let Err(word) = threshold.say(word, |word| hear(word, &commands)) {
                    word.client.acknowledge(word.ack, &too_much());
                }
                ready(())
            },
        );
    }
    let (leave, threshold) = (commands.clone(), guest.threshold.clone());
    socket.on_disconnect(async move |socket: SocketRef| {
        if threshold.leave() {
            // The hub is gone: so is the room.
            let _ = leave.send(Command::Leave { id: client::Id::SocketIo(socket.id) }).await;
        }
    });
}

fn welcome(socket: SocketRef, commands: &Commands) {
    let Guest { visitor, outlet, threshold } = socket.extensions.get().expect("it was admitted");
    let client = Anyone::SocketIo(Connection { socket: socket.clone(), outlet });
    let join = || commands.try_send(Command::Join { client, visitor }).is_ok();
    if !threshold.enter(join, |word| hear(word, commands)) {
        let _ = socket.disconnect();
    }
}

fn hear(word: Word, commands: &Commands) {
    match word.ask {
        Ask::Subscribe => take(word, commands, Subscription::read, |client, subscription, acknowledge| {
            Command::Subscribe { client, subscription, acknowledge }
        }),
        Ask::Unsubscribe => take(word, commands, Subscription::read, |client, subscription, acknowledge| {
            Command::Unsubscribe { id: client.id(), subscription, acknowledge }
        }),
        Ask::Resume => take(word, commands, Resumption::read, |client, resumption, acknowledge| {
            Command::Resume { client, resumption, acknowledge }
        }),
    }
}

type Acknowledge = Box<dyn FnOnce(Acknowledgement) + Send>;

fn take<T>(
    Word { ask: _, said, ack, client }: Word,
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
        Err(_) => acknowledge(too_much()),
    }
}

fn too_much() -> Acknowledgement {
    Err(Refusal::new(Code::Unavailable, "too much is going on; try again in a moment")).into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::session::tests::sessions;
    use futures::{SinkExt, StreamExt};
    use hyper::Request;
    use tokio::sync::mpsc;
    use tokio_tungstenite::WebSocketStream;
    use tokio_tungstenite::tungstenite::{Message, protocol::Role};

    /// For a client to hear that it is connected and to speak.
    const A_MOMENT: Duration = Duration::from_millis(300);

    fn slow_welcome(socket: SocketRef, commands: &Commands) {
        std::thread::sleep(A_MOMENT);
        welcome(socket, commands);
    }

    #[tokio::test(flavor = "multi_thread", worker_threads = 4)]
    async fn the_first_words_of_a_client_are_heard_however_slowly_it_is_taken_in() {
        let (commands, mut obeyed) = mpsc::channel(9);
        let (transport, _io) = build_with(sessions(), commands, slow_welcome);
        let (theirs, ours) = tokio::io::duplex(4096);
        let uri = "/socket.io/?EIO=4&transport=websocket";
        transport.accept(ours, Request::builder().uri(uri).body(()).unwrap()).unwrap();
        let mut client = WebSocketStream::from_raw_socket(theirs, Role::Client, None).await;
        client.send(Message::text("40")).await.unwrap();
        while !client.next().await.unwrap().unwrap().into_text().unwrap().starts_with("40{") {}
        for n in 1..=2 {
            let word = format!("42{n}[\"unsubscribe\",{{\"channel\":\"prices\"}}]");
            client.send(Message::text(word)).await.unwrap();
        }
        assert!(matches!(obeyed.recv().await, Some(Command::Join { .. })));
        for answer in [r#"431[{"ok":true}]"#, r#"432[{"ok":true}]"#] {
            let Some(Command::Unsubscribe { acknowledge, .. }) = obeyed.recv().await else {
                panic!("not what it said")
            };
            acknowledge(Ok(()).into());
            let mut heard = String::new();
            while !heard.starts_with("43") {
                heard = client.next().await.unwrap().unwrap().into_text().unwrap().to_string();
            }
            assert_eq!(heard, answer);
        }
        drop(client);
        assert!(matches!(obeyed.recv().await, Some(Command::Leave { .. })));
    }
}
