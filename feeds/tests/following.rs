//! Sources behind a local server that speaks what they speak: it drops connections, falls silent, talks
//! nonsense, refuses, and is slow.

use chassis::settings::Secret;
use contracts::stock_data::FeedQuotes;
use feeds::{Adapter, Binance, Board, Patience, Polygon, Protocol, Socket, Trouble, follow};
use futures::{SinkExt, StreamExt};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::{TcpListener, TcpStream};
use tokio::task::AbortHandle;
use tokio_tungstenite::WebSocketStream;
use tokio_tungstenite::tungstenite::Message;
use tokio_tungstenite::tungstenite::handshake::server::{Request, Response};

type Line = WebSocketStream<TcpStream>;

/// Long enough for a busy machine.
const LIMIT: Duration = Duration::from_secs(60);

fn patience() -> Patience {
    Patience {
        connecting: Duration::from_secs(3),
        ping_after: Duration::from_millis(100),
        gone_after: Duration::from_secs(3),
        again: (Duration::from_millis(5), Duration::from_millis(20)),
        refused: Duration::from_millis(300),
    }
}

/// The other end of each connection, with the path that was asked for.
struct Market {
    listener: TcpListener,
    url: String,
}

impl Market {
    async fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let url = format!("ws://{}", listener.local_addr().unwrap());
        Market { listener, url }
    }

    async fn raw(&self) -> TcpStream {
        tokio::time::timeout(LIMIT, self.listener.accept()).await.expect("it connects").unwrap().0
    }

    async fn line(&self) -> (Line, String) {
        let mut path = String::new();
        #[allow(clippy::result_large_err)]
        let note = |request: &Request, response: Response| {
            path = request.uri().to_string();
            Ok(response)
        };
        let line = tokio_tungstenite::accept_hdr_async(self.raw().await, note).await.unwrap();
        (line, path)
    }
}

/// A source that is followed until the test ends.
struct Followed {
    board: Arc<Board>,
    task: AbortHandle,
}

impl Drop for Followed {
    fn drop(&mut self) {
        self.task.abort();
    }
}

fn following(protocol: impl Protocol + 'static) -> Followed {
    let board = Arc::new(Board::default());
    let adapter = Box::new(Socket::new(protocol, patience()));
    let task = tokio::spawn(follow(adapter, board.clone(), patience())).abort_handle();
    Followed { board, task }
}

impl Followed {
    /// The next that is heard.
    async fn heard(&self) -> String {
        let waiting = async {
            loop {
                let taken = self.board.take(100);
                if let Some(quotes) = taken.first() {
                    return said(quotes);
                }
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        tokio::time::timeout(LIMIT, waiting).await.expect("something is heard")
    }
}

fn said(quotes: &FeedQuotes) -> String {
    let lines: Vec<String> = quotes.iter().map(|(s, q)| format!("{s} {} {}", q.bid, q.ask)).collect();
    lines.join(", ")
}

fn binance(market: &Market) -> Binance {
    Binance::new(&market.url, ["BTC-USDC", "ETH-USDC"].map(|symbol| symbol.parse().unwrap()))
}

fn ticker(bid: &str) -> Message {
    Message::text(format!(
        r#"{{"stream":"btcusdc@bookTicker","data":{{"u":1,"s":"BTCUSDC","b":"{bid}","B":"1","a":"99999.00000000","A":"1"}}}}"#
    ))
}

async fn text(line: &mut Line) -> String {
    loop {
        match tokio::time::timeout(LIMIT, line.next()).await.expect("it says something") {
            Some(Ok(Message::Text(text))) => return text.as_str().to_owned(),
            Some(Ok(_)) => {}
            other => panic!("no text: {other:?}"),
        }
    }
}

#[tokio::test]
async fn a_line_that_is_dropped_is_made_again_and_again() {
    let market = Market::open().await;
    let followed = following(binance(&market));
    for bid in ["90000.1", "90000.2", "90000.3"] {
        let (mut line, path) = market.line().await;
        assert_eq!(path, "/stream?streams=btcusdc@bookTicker/ethusdc@bookTicker");
        line.send(ticker(bid)).await.unwrap();
        assert_eq!(followed.heard().await, format!("BTC-USDC {bid} 99999"));
        // Without a word, as when a cable is cut.
        drop(line);
    }
    // One that says good-bye, and one that does so in its own way.
    let (mut line, _) = market.line().await;
    line.close(None).await.unwrap();
    let (mut line, _) = market.line().await;
    line.send(Message::text(r#"{"e":"serverShutdown","E":1767225600000}"#)).await.unwrap();
    let (mut line, _) = market.line().await;
    // What is no WebSocket at all.
    drop(market.raw());
    line.send(ticker("90001")).await.unwrap();
    assert_eq!(followed.heard().await, "BTC-USDC 90001 99999");
}

#[tokio::test]
async fn who_is_not_there_yet_is_tried_until_he_is() {
    let market = Market::open().await;
    let address = market.listener.local_addr().unwrap();
    let followed = following(binance(&market));
    drop(market);
    tokio::time::sleep(Duration::from_millis(200)).await;
    let listener = TcpListener::bind(address).await.unwrap();
    let market = Market { listener, url: String::new() };
    // Does not answer the handshake.
    let hung = market.raw().await;
    let (mut line, _) = market.line().await;
    line.send(ticker("90000")).await.unwrap();
    assert_eq!(followed.heard().await, "BTC-USDC 90000 99999");
    drop(hung);
}

#[tokio::test]
async fn a_silent_line_is_asked_whether_it_is_alive() {
    let market = Market::open().await;
    let followed = following(binance(&market));
    // It does not even answer pings: the server's end is not read.
    let (dead, _) = market.line().await;
    let (mut line, _) = market.line().await;
    // This one has nothing to say for a while, but is there.
    let quiet = tokio::time::timeout(2 * patience().gone_after, async {
        let mut pings = 0;
        loop {
            match line.next().await {
                Some(Ok(Message::Ping(_))) => pings += 1,
                other => panic!("after {pings} pings: {other:?}"),
            }
        }
    });
    assert!(quiet.await.is_err(), "it stays connected");
    line.send(ticker("90000")).await.unwrap();
    assert_eq!(followed.heard().await, "BTC-USDC 90000 99999");
    drop(dead);
}

#[tokio::test]
async fn its_pings_are_answered() {
    let market = Market::open().await;
    let _followed = following(binance(&market));
    let (mut line, _) = market.line().await;
    line.send(Message::Ping(b"1767225600"[..].to_vec().into())).await.unwrap();
    let answer = async {
        loop {
            if let Some(Ok(Message::Pong(payload))) = line.next().await {
                return payload;
            }
        }
    };
    assert_eq!(&tokio::time::timeout(LIMIT, answer).await.unwrap()[..], b"1767225600");
}

#[tokio::test]
async fn nonsense_is_passed_over_until_there_is_nothing_else() {
    let market = Market::open().await;
    let followed = following(binance(&market));
    let (mut line, _) = market.line().await;
    for _ in 0..30 {
        line.send(Message::text("{nonsense")).await.unwrap();
        line.send(Message::binary(b"\xff\x00nonsense".to_vec())).await.unwrap();
        line.send(Message::text(r#"{"stream":"btcusdc@bookTicker","data":{"s":"BTCUSDC","b":"x","a":"y"}}"#))
            .await
            .unwrap();
    }
    line.send(ticker("90000")).await.unwrap();
    assert_eq!(followed.heard().await, "BTC-USDC 90000 99999");
    // A hundred in a row, and it is another that we need to speak to.
    for _ in 0..200 {
        let _ = line.send(Message::text("{nonsense")).await;
    }
    let (mut line, _) = market.line().await;
    // As long as this is no price, it is no reason to keep it all in memory.
    let _ = line.send(Message::text("x".repeat(8 * 1024 * 1024))).await;
    let (mut line, _) = market.line().await;
    line.send(ticker("90001")).await.unwrap();
    assert_eq!(followed.heard().await, "BTC-USDC 90001 99999");
}

#[tokio::test]
async fn a_slow_line_is_heard_bit_by_bit_and_a_fast_one_by_its_last_word() {
    use tokio::io::AsyncWriteExt;
    let market = Market::open().await;
    let followed = following(binance(&market));
    let (line, _) = market.line().await;
    let mut raw = line.into_inner();
    let body = ticker("90000").into_data();
    // A text of more than 125 bytes: its length takes two more.
    let mut frame = vec![0x81, 126, (body.len() >> 8) as u8, body.len() as u8];
    frame.extend_from_slice(&body);
    for bit in frame.chunks(40) {
        raw.write_all(bit).await.unwrap();
        raw.flush().await.unwrap();
        tokio::time::sleep(Duration::from_millis(60)).await;
    }
    assert_eq!(followed.heard().await, "BTC-USDC 90000 99999");
    drop(raw);

    let (mut line, _) = market.line().await;
    for n in 0..2_000 {
        line.feed(ticker(&format!("9{n:04}"))).await.unwrap();
    }
    line.flush().await.unwrap();
    let mut last = String::new();
    while last != "BTC-USDC 91999 99999" {
        last = followed.heard().await;
    }
}

fn polygon(market: &Market) -> Polygon {
    let symbols = ["AAPL", "MSFT"].map(|symbol| symbol.parse().unwrap());
    Polygon::new(&format!("{}/stocks", market.url), Secret::new("the-key"), symbols)
}

fn status(status: &str) -> Message {
    Message::text(format!(r#"[{{"ev":"status","status":"{status}","message":"about {status}"}}]"#))
}

const AUTH: &str = r#"{"action":"auth","params":"the-key"}"#;
const SUBSCRIBE: &str = r#"{"action":"subscribe","params":"Q.AAPL,Q.MSFT"}"#;

#[tokio::test]
async fn polygon_lets_us_in_and_is_told_what_we_want_on_each_connection() {
    let market = Market::open().await;
    let followed = following(polygon(&market));
    for bid in ["232.1", "232.2"] {
        let (mut line, path) = market.line().await;
        assert_eq!(path, "/stocks");
        line.send(status("connected")).await.unwrap();
        assert_eq!(text(&mut line).await, AUTH);
        line.send(status("auth_success")).await.unwrap();
        assert_eq!(text(&mut line).await, SUBSCRIBE);
        line.send(status("success")).await.unwrap();
        let quote = format!(r#"[{{"ev":"Q","sym":"AAPL","bp":{bid},"ap":232.30,"t":1767225600123}}]"#);
        line.send(Message::text(quote)).await.unwrap();
        assert_eq!(followed.heard().await, format!("AAPL {bid} 232.3"));
    }
}

#[tokio::test]
async fn who_does_not_let_us_in_is_not_asked_again_at_once() {
    let market = Market::open().await;
    let mut socket = Socket::new(polygon(&market), patience());
    let (connected, line) = tokio::join!(socket.connect(), market.line());
    connected.unwrap();
    let mut line = line.0;
    line.send(status("connected")).await.unwrap();
    line.send(status("auth_failed")).await.unwrap();
    let refused = Trouble::Refused("auth_failed: about auth_failed".to_owned());
    assert_eq!(socket.next().await, Err(refused));

    // One that never lets us in is given up, though it answers pings.
    let (connected, line) = tokio::join!(socket.connect(), market.line());
    connected.unwrap();
    let mut line = line.0;
    tokio::spawn(async move { while let Some(Ok(_)) = line.next().await {} });
    assert_eq!(socket.next().await, Err(Trouble::Lost("it did not let us in".to_owned())));
    drop(socket);

    let followed = following(polygon(&market));
    let (mut line, _) = market.line().await;
    line.send(status("connected")).await.unwrap();
    assert_eq!(text(&mut line).await, AUTH);
    let began = std::time::Instant::now();
    line.send(status("max_connections")).await.unwrap();
    let (mut line, _) = market.line().await;
    assert!(began.elapsed() >= patience().refused, "{:?}", began.elapsed());
    line.send(status("connected")).await.unwrap();
    line.send(status("auth_success")).await.unwrap();
    assert_eq!(text(&mut line).await, AUTH);
    line.send(Message::text(r#"[{"ev":"Q","sym":"MSFT","bp":429,"ap":429.5}]"#)).await.unwrap();
    assert_eq!(followed.heard().await, "MSFT 429 429.5");
}
