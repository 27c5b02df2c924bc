//! A Socket.IO client over a bare WebSocket: as much of the protocol as the exchange uses.

use anyhow::{Context, bail};
use futures::{SinkExt, StreamExt};
use serde_json::{Value, json};
use std::time::Duration;
use tokio::net::{TcpSocket, TcpStream};
use tokio_tungstenite::tungstenite::{Message, client::IntoClientRequest};
use tokio_tungstenite::{WebSocketStream, client_async};

pub struct Socket(WebSocketStream<TcpStream>);

const PING: &str = "2";
const PONG: &str = "3";
/// Out of the namespace: nothing more is said here.
const DISCONNECT: &str = "41";
/// To connect and be let in.
const OPEN_LIMIT: Duration = Duration::from_secs(10);

impl Socket {
    /// `receive_bytes` makes the kernel's own buffer so small that not reading is soon noticed.
    pub async fn open(url: &str, token: Option<&str>, receive_bytes: Option<u32>) -> anyhow::Result<Self> {
        tokio::time::timeout(OPEN_LIMIT, Self::enter(url, token, receive_bytes)).await?
    }

    async fn enter(url: &str, token: Option<&str>, receive_bytes: Option<u32>) -> anyhow::Result<Self> {
        let address = url.strip_prefix("http://").context("an http URL")?;
        let tcp = TcpSocket::new_v4()?;
        if let Some(bytes) = receive_bytes {
            tcp.set_recv_buffer_size(bytes)?;
        }
        let stream = tcp.connect(address.parse()?).await?;
        let request = format!("ws://{address}/socket.io/?EIO=4&transport=websocket").into_client_request()?;
        let mut socket = Socket(client_async(request, stream).await?.0);
        socket.text().await?;
        let auth = token.map_or_else(String::new, |token| json!({ "token": token }).to_string());
        socket.send(format!("40{auth}")).await?;
        loop {
            let said = socket.text().await?;
            if said == PING {
                socket.send(PONG.to_owned()).await?;
            } else if said.starts_with("40") {
                return Ok(socket);
            } else {
                bail!("not let in: {said}");
            }
        }
    }

    pub async fn send(&mut self, text: String) -> anyhow::Result<()> {
        Ok(self.0.send(Message::text(text)).await?)
    }

    pub async fn subscribe(&mut self, channel: &str, symbol: Option<&str>) -> anyhow::Result<()> {
        let mut wish = json!({ "channel": channel });
        if let Some(symbol) = symbol {
            wish["symbol"] = json!(symbol);
        }
        // With an id: it will be acknowledged.
        self.send(format!("421{}", json!(["subscribe", wish]))).await
    }

    /// The next event with its payload; answers pings.
    pub async fn next(&mut self) -> anyhow::Result<(String, Value)> {
        loop {
            let text = self.text().await?;
            if text == PING {
                self.send(PONG.to_owned()).await?;
            } else if let Some(event) = text.strip_prefix("42") {
                let (name, payload) = serde_json::from_str(event)?;
                return Ok((name, payload));
            } else if text == DISCONNECT {
                bail!("the server has ended the connection");
            } else if let Some(refused) = text.strip_prefix("431").filter(|t| t.contains("\"ok\":false")) {
                bail!("a subscription is refused: {refused}");
            }
        }
    }

    async fn text(&mut self) -> anyhow::Result<String> {
        loop {
            match self.0.next().await.context("the connection has ended")?? {
                Message::Text(text) => return Ok(text.to_string()),
                Message::Close(_) => bail!("the connection was closed"),
                Message::Ping(_) | Message::Pong(_) | Message::Binary(_) | Message::Frame(_) => {}
            }
        }
    }
}
