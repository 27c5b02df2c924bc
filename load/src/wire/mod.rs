//! AMQP as cheaply as it can be had: two blocking threads and two buffers a connection, no task, no
//! lock and no allocation for each message. The generator shares the machine with what it measures.
//!
//! Promises: a writer never waits for an answer; it waits only when the broker does not read, and
//! tells for how long.

mod publish;
mod read;

pub use publish::{Encoder, Property};
pub use read::{Event, Reader};

use amq_protocol::frame::{AMQPFrame, ProtocolVersion, WriteContext, gen_frame, parse_frame};
use amq_protocol::protocol::{AMQPClass, basic, channel, confirm, connection, exchange, queue};
use amq_protocol::types::{AMQPValue, FieldTable, LongString};
use amq_protocol::uri::AMQPUri;
use anyhow::{Context, Result, bail};
use std::io::{Read, Write};
use std::net::TcpStream;
use std::time::{Duration, Instant};

const CHANNEL: u16 = 1;
/// What the broker has not answered by then it will not.
const ANSWER_LIMIT: Duration = Duration::from_secs(10);
/// As the broker proposes; our messages are far smaller.
const FRAME_BYTES_MAX: u32 = 131_072;
/// A write that took longer has waited for the broker to read.
const WRITE_WAITS: Duration = Duration::from_millis(1);

/// A connection with one channel whose publications are confirmed.
pub struct Connection {
    stream: TcpStream,
    /// Read, and not yet understood.
    rest: Vec<u8>,
}

impl Connection {
    /// `name` is how the broker's pages call it.
    pub fn open(url: &str, name: &str) -> Result<Self> {
        let uri: AMQPUri = url.parse().map_err(|error| anyhow::anyhow!("the broker's URL: {error}"))?;
        let address = (uri.authority.host.as_str(), uri.authority.port);
        let stream = TcpStream::connect(address)
            .with_context(|| format!("RabbitMQ does not answer on {}:{}", address.0, address.1))?;
        stream.set_nodelay(true)?;
        stream.set_read_timeout(Some(ANSWER_LIMIT))?;
        let mut connection = Connection { stream, rest: Vec::new() };
        connection.send(&AMQPFrame::ProtocolHeader(ProtocolVersion::amqp_0_9_1()))?;
        connection.receive()?;
        let user = &uri.authority.userinfo;
        let start = connection::StartOk {
            client_properties: properties(name),
            mechanism: "PLAIN".into(),
            response: LongString::from(format!("\0{}\0{}", user.username, user.password)),
            locale: "en_US".into(),
        };
        connection.method(0, AMQPClass::Connection(connection::AMQPMethod::StartOk(start)))?;
        let tuned = connection.receive().context("RabbitMQ does not let the user in")?;
        let AMQPFrame::Method(_, AMQPClass::Connection(connection::AMQPMethod::Tune(tune))) = tuned else {
            bail!("RabbitMQ says {tuned:?} instead of tune");
        };
        let ok = connection::TuneOk {
            channel_max: tune.channel_max,
            frame_max: FRAME_BYTES_MAX.min(tune.frame_max.max(4096)),
            // On a connection that is used all the time a silent end is noticed by what is missing.
            heartbeat: 0,
        };
        connection.method(0, AMQPClass::Connection(connection::AMQPMethod::TuneOk(ok)))?;
        let open = connection::Open { virtual_host: uri.vhost.as_str().into() };
        connection.ask(0, AMQPClass::Connection(connection::AMQPMethod::Open(open)))?;
        connection.ask(CHANNEL, AMQPClass::Channel(channel::AMQPMethod::Open(channel::Open {})))?;
        let select = confirm::Select { nowait: false };
        connection.ask(CHANNEL, AMQPClass::Confirm(confirm::AMQPMethod::Select(select)))?;
        Ok(connection)
    }

    /// A queue of our own, gone with the connection.
    pub fn declare_own(&mut self, name: &str) -> Result<()> {
        self.declare(name, queue::Declare { exclusive: true, auto_delete: true, ..declaration(name) })?;
        Ok(())
    }

    /// A durable quorum queue. `unused_ms` after nobody used it the broker deletes it.
    pub fn declare_quorum(&mut self, name: &str, unused_ms: i32) -> Result<()> {
        let mut arguments = FieldTable::default();
        arguments.insert("x-queue-type".into(), AMQPValue::LongString("quorum".into()));
        arguments.insert("x-expires".into(), AMQPValue::LongInt(unused_ms));
        self.declare(name, queue::Declare { durable: true, arguments, ..declaration(name) })?;
        Ok(())
    }

    /// How many messages wait in a queue that there is.
    pub fn depth(&mut self, name: &str) -> Result<u32> {
        self.declare(name, queue::Declare { passive: true, ..declaration(name) })
    }

    fn declare(&mut self, name: &str, declare: queue::Declare) -> Result<u32> {
        let answer = self.ask(CHANNEL, AMQPClass::Queue(queue::AMQPMethod::Declare(declare)));
        match answer.with_context(|| format!("the queue {name}"))? {
            AMQPFrame::Method(_, AMQPClass::Queue(queue::AMQPMethod::DeclareOk(ok))) => Ok(ok.message_count),
            other => bail!("the queue {name}: RabbitMQ says {other:?}"),
        }
    }

    /// A direct exchange that is gone with its last binding.
    pub fn declare_exchange(&mut self, name: &str) -> Result<()> {
        let declare = exchange::Declare {
            exchange: name.into(),
            kind: "direct".into(),
            passive: false,
            durable: false,
            auto_delete: true,
            internal: false,
            nowait: false,
            arguments: FieldTable::default(),
        };
        self.ask(CHANNEL, AMQPClass::Exchange(exchange::AMQPMethod::Declare(declare)))?;
        Ok(())
    }

    pub fn bind(&mut self, queue: &str, exchange: &str) -> Result<()> {
        let bind = queue::Bind {
            queue: queue.into(),
            exchange: exchange.into(),
            routing_key: queue.into(),
            nowait: false,
            arguments: FieldTable::default(),
        };
        self.ask(CHANNEL, AMQPClass::Queue(queue::AMQPMethod::Bind(bind)))?;
        Ok(())
    }

    /// `unacked_max` bounds what is delivered and not acknowledged; none is acknowledged without it.
    pub fn consume(&mut self, queue: &str, unacked_max: Option<u16>) -> Result<()> {
        if let Some(prefetch_count) = unacked_max {
            let qos = basic::Qos { prefetch_count, global: false };
            self.ask(CHANNEL, AMQPClass::Basic(basic::AMQPMethod::Qos(qos)))?;
        }
        let consume = basic::Consume {
            queue: queue.into(),
            consumer_tag: "load".into(),
            no_local: false,
            no_ack: unacked_max.is_none(),
            exclusive: false,
            nowait: false,
            arguments: FieldTable::default(),
        };
        self.ask(CHANNEL, AMQPClass::Basic(basic::AMQPMethod::Consume(consume)))?;
        Ok(())
    }

    pub fn delete_queue(&mut self, name: &str) -> Result<()> {
        let delete = queue::Delete { queue: name.into(), if_unused: false, if_empty: false, nowait: false };
        self.ask(CHANNEL, AMQPClass::Queue(queue::AMQPMethod::Delete(delete)))?;
        Ok(())
    }

    /// From here on one thread writes and one reads.
    pub fn split(self) -> Result<(Writer, Reader)> {
        self.stream.set_read_timeout(None)?;
        let writing = self.stream.try_clone()?;
        Ok((Writer::new(writing), Reader::new(self.stream, self.rest)))
    }

    fn ask(&mut self, channel: u16, method: AMQPClass) -> Result<AMQPFrame> {
        self.method(channel, method)?;
        self.receive()
    }

    fn method(&mut self, channel: u16, method: AMQPClass) -> Result<()> {
        self.send(&AMQPFrame::Method(channel, method))
    }

    fn send(&mut self, frame: &AMQPFrame) -> Result<()> {
        self.stream.write_all(&encoded(frame))?;
        Ok(())
    }

    /// The next method; heartbeats are none. A close is an error with the broker's words.
    fn receive(&mut self) -> Result<AMQPFrame> {
        loop {
            if let Some(length) = read::frame_length(&self.rest) {
                let bytes: Vec<u8> = self.rest.drain(..length).collect();
                let (_, frame) = parse_frame(bytes.as_slice())
                    .map_err(|error| anyhow::anyhow!("RabbitMQ says what cannot be read: {error:?}"))?;
                match &frame {
                    AMQPFrame::Heartbeat => continue,
                    AMQPFrame::Method(_, AMQPClass::Connection(connection::AMQPMethod::Close(close))) => {
                        bail!("{} {}", close.reply_code, close.reply_text);
                    }
                    AMQPFrame::Method(_, AMQPClass::Channel(channel::AMQPMethod::Close(close))) => {
                        bail!("{} {}", close.reply_code, close.reply_text);
                    }
                    _ => return Ok(frame),
                }
            }
            let mut chunk = [0; 8192];
            match self.stream.read(&mut chunk)? {
                0 => bail!("RabbitMQ has closed the connection"),
                count => self.rest.extend_from_slice(&chunk[..count]),
            }
        }
    }
}

fn encoded(frame: &AMQPFrame) -> Vec<u8> {
    let written = gen_frame(frame)(WriteContext::from(Vec::new()));
    written.expect("a frame fits into memory").into_inner().0
}

fn declaration(name: &str) -> queue::Declare {
    queue::Declare {
        queue: name.into(),
        passive: false,
        durable: false,
        exclusive: false,
        auto_delete: false,
        nowait: false,
        arguments: FieldTable::default(),
    }
}

fn properties(name: &str) -> FieldTable {
    let mut capabilities = FieldTable::default();
    for capability in
        ["publisher_confirms", "connection.blocked", "basic.nack", "authentication_failure_close"]
    {
        capabilities.insert(capability.into(), AMQPValue::Boolean(true));
    }
    let mut properties = FieldTable::default();
    properties.insert("product".into(), AMQPValue::LongString("exchange load".into()));
    properties.insert("connection_name".into(), AMQPValue::LongString(name.into()));
    properties.insert("capabilities".into(), AMQPValue::FieldTable(capabilities));
    properties
}

/// The writing end.
pub struct Writer {
    stream: TcpStream,
    buffer: Vec<u8>,
    /// How long writes have waited for the broker to read.
    pub waited: Duration,
}

/// Written at once, when there is so much.
const BUFFER_BYTES: usize = 64 * 1024;

impl Writer {
    fn new(stream: TcpStream) -> Self {
        Writer { stream, buffer: Vec::with_capacity(BUFFER_BYTES), waited: Duration::ZERO }
    }

    pub fn publish(
        &mut self,
        encoder: &Encoder,
        key: &[u8],
        properties: Property,
        body: &[u8],
    ) -> Result<()> {
        encoder.publish(&mut self.buffer, key, properties, body);
        if self.buffer.len() >= BUFFER_BYTES { self.flush() } else { Ok(()) }
    }

    /// Acknowledges a delivery and all before it.
    pub fn acknowledge(&mut self, delivery_tag: u64) -> Result<()> {
        publish::acknowledge(&mut self.buffer, delivery_tag);
        self.flush()
    }

    pub fn flush(&mut self) -> Result<()> {
        if self.buffer.is_empty() {
            return Ok(());
        }
        let begun = Instant::now();
        self.stream.write_all(&self.buffer).context("the connection to RabbitMQ is lost")?;
        self.buffer.clear();
        let took = begun.elapsed();
        if took > WRITE_WAITS {
            self.waited += took;
        }
        Ok(())
    }

    /// Ends the connection, and with it the reader.
    pub fn close(mut self) {
        let close =
            connection::Close { reply_code: 200, reply_text: "done".into(), class_id: 0, method_id: 0 };
        let frame = AMQPFrame::Method(0, AMQPClass::Connection(connection::AMQPMethod::Close(close)));
        self.buffer.extend_from_slice(&encoded(&frame));
        // The reader ends when the broker has answered, or when there is nobody to answer.
        if self.flush().is_err() {
            let _ = self.stream.shutdown(std::net::Shutdown::Both);
        }
    }
}
