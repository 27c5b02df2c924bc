//! Binance's public book tickers: for each change of the best prices a frame, over one connection for all
//! (<https://developers.binance.com/docs/binance-spot-api-docs/web-socket-streams>). Nobody has to sign
//! in. A connection is ended after 24 hours, and by `serverShutdown` before that.

use crate::adapter::Quoted;
use crate::exact;
use crate::socket::{BadFrame, News, Protocol};
use contracts::{Symbol, stock_data::FeedSource};
use serde::Deserialize;
use std::borrow::Cow;
use std::collections::BTreeMap;

pub struct Binance {
    url: String,
    /// By their name: `BTCUSDC`.
    symbols: BTreeMap<String, Symbol>,
}

impl Binance {
    /// `BTC-USDC` is their `BTCUSDC`.
    pub fn new(url: &str, symbols: impl IntoIterator<Item = Symbol>) -> Self {
        let theirs = |symbol: Symbol| symbol.as_str().chars().filter(char::is_ascii_alphanumeric).collect();
        let symbols = symbols.into_iter().map(|symbol| (theirs(symbol), symbol)).collect();
        Binance { url: url.trim_end_matches('/').to_owned(), symbols }
    }
}

/// `{"stream":"btcusdc@bookTicker","data":{…}}`; some say something without being of a stream.
#[derive(Deserialize)]
struct Frame<'a> {
    #[serde(borrow)]
    data: Option<Data<'a>>,
    #[serde(borrow, rename = "e")]
    event: Option<Cow<'a, str>>,
    #[serde(borrow)]
    error: Option<Refused<'a>>,
}

#[derive(Deserialize)]
struct Data<'a> {
    #[serde(borrow, rename = "e")]
    event: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "s")]
    symbol: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "b")]
    bid: Option<Cow<'a, str>>,
    #[serde(borrow, rename = "a")]
    ask: Option<Cow<'a, str>>,
}

#[derive(Deserialize)]
struct Refused<'a> {
    #[serde(borrow)]
    msg: Cow<'a, str>,
}

const SHUTDOWN: &str = "serverShutdown";

impl Protocol for Binance {
    fn source(&self) -> FeedSource {
        FeedSource::Binance
    }

    fn url(&self) -> String {
        let streams: Vec<String> =
            self.symbols.keys().map(|theirs| format!("{}@bookTicker", theirs.to_ascii_lowercase())).collect();
        format!("{}/stream?streams={}", self.url, streams.join("/"))
    }

    fn begin(&mut self) {}

    /// The address has said what we want.
    fn is_let_in(&self) -> bool {
        true
    }

    fn hear(&mut self, text: &str) -> Result<Vec<News>, BadFrame> {
        let Frame { data, event, error } = serde_json::from_str(text).map_err(BadFrame::from)?;
        if let Some(Refused { msg }) = error {
            return Ok(vec![News::Refused(msg.into_owned())]);
        }
        let of_data = data.as_ref().and_then(|data| data.event.as_deref());
        if of_data == Some(SHUTDOWN) || event.as_deref() == Some(SHUTDOWN) {
            return Ok(vec![News::Leaves("it is shutting down".to_owned())]);
        }
        // An answer to a request, or news of another kind.
        let Some(Data { symbol: Some(theirs), bid: Some(bid), ask: Some(ask), .. }) = data else {
            return Ok(Vec::new());
        };
        let Some(symbol) = self.symbols.get(&*theirs) else { return Ok(Vec::new()) };
        let (bid, ask) = exact::bid(&bid).zip(exact::ask(&ask)).ok_or_else(|| {
            BadFrame(format!("{theirs}: expected two prices, got {bid:.40?} and {ask:.40?}"))
        })?;
        Ok(vec![News::Quoted(Quoted { symbol: *symbol, bid, ask })])
    }
}
