//! Polygon.io's stocks: quotes of the national best bid and offer, for who has a key
//! (<https://polygon.io/docs/websocket/stocks/quotes>). It says `connected`, is given the key, says
//! `auth_success`, is told what to send, and sends arrays of events.

use crate::adapter::Quoted;
use crate::exact;
use crate::socket::{BadFrame, News, Protocol};
use chassis::settings::Secret;
use contracts::{Symbol, stock_data::FeedSource};
use serde::Deserialize;
use serde_json::{json, value::RawValue};
use std::borrow::Cow;
use std::collections::BTreeSet;

pub struct Polygon {
    url: String,
    key: Secret,
    symbols: BTreeSet<Symbol>,
    is_let_in: bool,
}

impl Polygon {
    /// Their tickers are our symbols.
    pub fn new(url: &str, key: Secret, symbols: impl IntoIterator<Item = Symbol>) -> Self {
        Polygon { url: url.to_owned(), key, symbols: symbols.into_iter().collect(), is_let_in: false }
    }

    fn subscription(&self) -> String {
        let quotes: Vec<String> = self.symbols.iter().map(|symbol| format!("Q.{symbol}")).collect();
        json!({ "action": "subscribe", "params": quotes.join(",") }).to_string()
    }

    fn status(&mut self, status: &str, message: &str) -> Vec<News> {
        match status {
            "connected" => {
                vec![News::Answer(json!({ "action": "auth", "params": self.key.reveal() }).to_string())]
            }
            "auth_success" => {
                self.is_let_in = true;
                vec![News::Answer(self.subscription())]
            }
            // `max_connections`: somebody else uses the key, and would be thrown out by us in turn.
            "auth_failed" | "auth_timeout" | "max_connections" | "error" => {
                vec![News::Refused(format!("{status}: {message}"))]
            }
            _ => Vec::new(),
        }
    }

    fn quoted(&self, event: &Event<'_>) -> Result<Option<News>, BadFrame> {
        let symbol = event.sym.as_deref().and_then(|theirs| theirs.parse().ok());
        let Some(symbol) = symbol.filter(|symbol| self.symbols.contains(symbol)) else { return Ok(None) };
        // At some moments only one side is quoted.
        let Some((bid, ask)) = event.bp.zip(event.ap) else { return Ok(None) };
        let (bid, ask) = (bid.get(), ask.get());
        let Some((bid, ask)) = exact::bid(bid).zip(exact::ask(ask)) else {
            // Which is also said so.
            let nothing = |text: &str| text.trim_matches(['0', '.']).is_empty();
            if nothing(bid) || nothing(ask) {
                return Ok(None);
            }
            return Err(BadFrame(format!("{symbol}: expected two prices, got {bid:.40} and {ask:.40}")));
        };
        Ok(Some(News::Quoted(Quoted { symbol, bid, ask })))
    }
}

#[derive(Deserialize)]
struct Event<'a> {
    #[serde(borrow)]
    ev: Cow<'a, str>,
    #[serde(borrow)]
    status: Option<Cow<'a, str>>,
    #[serde(borrow)]
    message: Option<Cow<'a, str>>,
    #[serde(borrow)]
    sym: Option<Cow<'a, str>>,
    /// Numbers, whose texts are read: they would be floats otherwise.
    #[serde(borrow)]
    bp: Option<&'a RawValue>,
    #[serde(borrow)]
    ap: Option<&'a RawValue>,
}

impl Protocol for Polygon {
    fn source(&self) -> FeedSource {
        FeedSource::Polygon
    }

    fn url(&self) -> String {
        self.url.clone()
    }

    fn begin(&mut self) {
        self.is_let_in = false;
    }

    fn is_let_in(&self) -> bool {
        self.is_let_in
    }

    fn hear(&mut self, text: &str) -> Result<Vec<News>, BadFrame> {
        let events: Vec<Event<'_>> = serde_json::from_str(text).map_err(BadFrame::from)?;
        let mut news = Vec::with_capacity(events.len());
        for event in &events {
            match &*event.ev {
                "status" => {
                    let said = |text: &Option<Cow<'_, str>>| text.as_deref().unwrap_or_default().to_owned();
                    news.extend(self.status(&said(&event.status), &said(&event.message)));
                }
                "Q" => news.extend(self.quoted(event)?),
                _ => {}
            }
        }
        Ok(news)
    }
}
