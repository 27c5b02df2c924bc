//! Whether the broker talks to clients.

use std::io::{Read, Write};
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// A port that is open answers at once; one that is opening is asked again.
const ANSWER_LIMIT: Duration = Duration::from_secs(1);

/// Says hello as a client does. RabbitMQ opens this port last, after the definitions.
pub(super) fn answers_amqp(port: u16) -> bool {
    let ask = || -> std::io::Result<u8> {
        let mut stream = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        stream.set_read_timeout(Some(ANSWER_LIMIT))?;
        stream.write_all(b"AMQP\x00\x00\x09\x01")?;
        let mut kind = [0];
        stream.read_exact(&mut kind)?;
        Ok(kind[0])
    };
    const METHOD_FRAME: u8 = 1;
    ask().is_ok_and(|kind| kind == METHOD_FRAME)
}
