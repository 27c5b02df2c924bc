//! The actor of one connection. It runs when the network has room for more, and only then: a client
//! that does not read stops its own actor, fills its mailbox, and is dropped by the hub.

use super::connection::{Connection, Unread};
use super::fragments::{Assembled, Fragments};
use super::orders;
use super::said::{Event, Id, OrderEvent, RoomEvent, Said, answer, refused};
use super::{Door, FRAME_BYTES_MAX};
use crate::client::{self, Anyone};
use crate::pace::Pace;
use crate::problem::Problem;
use crate::push::{Acknowledgement, Client, Command, Resumption, Subscription, Why};
use crate::rest::Gateway;
use crate::session::Session;
use crate::socket::{MAX_BUFFER_SIZE, PING_INTERVAL, PING_TIMEOUT};
use actix::fut::WrapFuture;
use actix::{Actor, ActorContext, ActorFutureExt, AsyncContext, Handler, StreamHandler};
use actix_web::web;
use actix_web_actors::ws::{CloseCode, CloseReason, Message, ProtocolError, WebsocketContext};
use bytestring::ByteString;
use contracts::{Code, Refusal};
use serde_json::Value;
use std::cell::Cell;
use std::rc::Rc;
use std::time::Instant;

/// A second's worth of a fast program; what is more is refused, message by message.
const MESSAGES_PER_SECOND_MAX: u32 = 50;
const MESSAGES_AT_ONCE_MAX: u32 = 100;
/// Each waits for ordering for at most two seconds.
const ORDERS_AT_ONCE_MAX: usize = 64;

pub struct Visitor {
    door: Door,
    gateway: web::Data<Gateway>,
    session: Option<Session>,
    number: u64,
    unread: Unread,
    fragments: Fragments,
    pace: Pace,
    heard: Instant,
    orders_under_way: usize,
    is_too_long: Rc<Cell<bool>>,
}

/// What others have this connection say.
#[derive(actix::Message)]
#[rtype(result = "()")]
pub enum Tell {
    Text(ByteString),
    End(Why),
}

type Context = WebsocketContext<Visitor>;

impl Visitor {
    pub fn new(
        door: Door,
        gateway: web::Data<Gateway>,
        session: Option<Session>,
        is_too_long: Rc<Cell<bool>>,
    ) -> Self {
        let (number, now) = (door.number(), Instant::now());
        Visitor {
            door,
            gateway,
            session,
            number,
            unread: Unread::default(),
            fragments: Fragments::default(),
            pace: Pace::new(MESSAGES_PER_SECOND_MAX, MESSAGES_AT_ONCE_MAX, now),
            heard: now,
            orders_under_way: 0,
            is_too_long,
        }
    }

    fn connection(&self, ctx: &Context) -> Connection {
        Connection::new(self.number, ctx.address(), self.unread.clone())
    }

    fn take(&mut self, text: &[u8], ctx: &mut Context) {
        let said = match Said::read(text) {
            Ok(said) => said,
            Err((id, refusal)) => return ctx.text(refused("error", &id, &refusal.into())),
        };
        if !self.pace.admits(Instant::now()) {
            let rule = format!("at most {MESSAGES_PER_SECOND_MAX} messages a second");
            return ctx.text(refused(said.event.name(), &said.id, &Problem::rate_limited(rule)));
        }
        let Said { event, data, id } = said;
        match event {
            Event::Room(event) => self.room(event, data, id, ctx),
            Event::Order(event) => self.order(event, data, id, ctx),
        }
    }

    fn room(&self, event: RoomEvent, data: Value, id: Id, ctx: &mut Context) {
        let connection = self.connection(ctx);
        let (asked, asked_id) = (connection.clone(), id.clone());
        // A client too slow for an acknowledgement is found out by the next message.
        let acknowledge = Box::new(move |acknowledgement: Acknowledgement| {
            let _ = asked.say(answer(event.name(), &asked_id, acknowledgement));
        });
        let client = Anyone::WebSocket(connection);
        let command = match event {
            RoomEvent::Subscribe => Subscription::read(data).map(|subscription| Command::Subscribe {
                client,
                subscription,
                acknowledge,
            }),
            RoomEvent::Unsubscribe => Subscription::read(data).map(|subscription| Command::Unsubscribe {
                id: client.id(),
                subscription,
                acknowledge,
            }),
            RoomEvent::Resume => {
                Resumption::read(data).map(|resumption| Command::Resume { client, resumption, acknowledge })
            }
        };
        let command = match command {
            Ok(command) => command,
            Err(refusal) => return ctx.text(answer(event.name(), &id, Acknowledgement::from(Err(refusal)))),
        };
        if self.door.commands.try_send(command).is_err() {
            ctx.text(refused(event.name(), &id, &Problem::unavailable("too much is going on")));
        }
    }

    /// They are sent in the order in which they came, and answered as the answers come.
    fn order(&mut self, event: OrderEvent, data: Value, id: Id, ctx: &mut Context) {
        if self.orders_under_way >= ORDERS_AT_ONCE_MAX {
            let rule = format!("at most {ORDERS_AT_ONCE_MAX} orders may wait for their answers");
            return ctx.text(refused(event.name(), &id, &Problem::rate_limited(rule)));
        }
        self.orders_under_way += 1;
        let (gateway, session) = (self.gateway.clone(), self.session.clone());
        let carried_out = async move { orders::carry_out(event, data, id, session, &gateway).await };
        ctx.spawn(carried_out.into_actor(self).map(|answer, visitor, ctx| {
            visitor.orders_under_way -= 1;
            ctx.text(answer);
        }));
    }

    fn complain(&self, rule: impl Into<String>, ctx: &mut Context) {
        ctx.text(refused("error", &Id::NONE, &Refusal::new(Code::Malformed, rule).into()));
    }

    fn end(&self, code: CloseCode, ctx: &mut Context) {
        ctx.close(Some(CloseReason { code, description: None }));
        ctx.stop();
    }

    fn ping(&mut self, ctx: &mut Context) {
        if self.heard.elapsed() > PING_INTERVAL + PING_TIMEOUT {
            return self.end(CloseCode::Away, ctx);
        }
        ctx.ping(b"");
    }
}

impl Actor for Visitor {
    type Context = Context;

    fn started(&mut self, ctx: &mut Context) {
        ctx.set_mailbox_capacity(MAX_BUFFER_SIZE);
        let visitor = self.session.as_ref().map(Session::visitor);
        let client = Anyone::WebSocket(self.connection(ctx));
        if self.door.commands.try_send(Command::Join { client, visitor }).is_err() {
            return self.end(CloseCode::Again, ctx);
        }
        ctx.run_interval(PING_INTERVAL, Self::ping);
    }

    fn stopped(&mut self, _: &mut Context) {
        let (commands, id) = (self.door.commands.clone(), client::Id::WebSocket(self.number));
        // The hub is gone: so is the room.
        self.door.runtime.spawn(async move { commands.send(Command::Leave { id }).await });
    }
}

impl Handler<Tell> for Visitor {
    type Result = ();

    fn handle(&mut self, tell: Tell, ctx: &mut Context) {
        match tell {
            Tell::Text(text) => {
                self.unread.take(text.len());
                ctx.text(text);
            }
            Tell::End(Why::DoesNotRead | Why::SessionEnded) => self.end(CloseCode::Policy, ctx),
            Tell::End(Why::Shutdown) => self.end(CloseCode::Away, ctx),
        }
    }
}

impl StreamHandler<Result<Message, ProtocolError>> for Visitor {
    fn handle(&mut self, heard: Result<Message, ProtocolError>, ctx: &mut Context) {
        self.heard = Instant::now();
        match heard {
            Ok(Message::Text(text)) => self.take(text.as_bytes(), ctx),
            Ok(Message::Binary(_)) => self.complain("expected text, got a binary message", ctx),
            Ok(Message::Continuation(item)) => match self.fragments.add(item, FRAME_BYTES_MAX) {
                Assembled::NotYet => {}
                Assembled::Message(text) => self.take(&text, ctx),
                Assembled::Unwanted => {
                    self.complain(format!("expected text of at most {FRAME_BYTES_MAX} bytes"), ctx);
                    self.end(CloseCode::Size, ctx);
                }
            },
            Ok(Message::Ping(payload)) => ctx.pong(&payload),
            Ok(Message::Pong(_) | Message::Nop) => {}
            Ok(Message::Close(reason)) => {
                ctx.close(reason);
                ctx.stop();
            }
            Err(_) if self.is_too_long.get() => {
                self.complain(format!("a frame may have {FRAME_BYTES_MAX} bytes"), ctx);
                self.end(CloseCode::Size, ctx);
            }
            Err(error) => {
                self.complain(format!("not a frame of a WebSocket: {error}"), ctx);
                self.end(CloseCode::Protocol, ctx);
            }
        }
    }

    /// The client has closed its end.
    fn finished(&mut self, ctx: &mut Context) {
        ctx.stop();
    }
}
