//! What the sources say, as texts. The messages have the shapes of recorded ones; prices and times are
//! made for the test.

use chassis::settings::Secret;
use contracts::Symbol;
use expect_test::{Expect, expect};
use feeds::{BadFrame, Binance, News, Polygon, Protocol, Quoted};
use proptest::prelude::*;

fn symbols(names: &[&str]) -> Vec<Symbol> {
    names.iter().map(|name| name.parse().unwrap()).collect()
}

fn binance() -> Binance {
    Binance::new("wss://data-stream.binance.vision/", symbols(&["BTC-USDC", "ETH-USDC", "SOL-USDC"]))
}

fn polygon() -> Polygon {
    Polygon::new("wss://socket.polygon.io/stocks", Secret::new("a key"), symbols(&["AAPL", "BRK.B", "MSFT"]))
}

fn told(heard: Result<Vec<News>, BadFrame>) -> String {
    let line = |news: &News| match news {
        News::Quoted(Quoted { symbol, bid, ask }) => format!("{symbol} {bid} to {ask}"),
        News::Answer(answer) => format!("answer {answer}"),
        News::Refused(why) => format!("refused: {why}"),
        News::Leaves(why) => format!("leaves: {why}"),
    };
    match heard {
        Ok(news) if news.is_empty() => "nothing".to_owned(),
        Ok(news) => news.iter().map(line).collect::<Vec<_>>().join("\n"),
        Err(error) => format!("bad: {error}"),
    }
}

/// Each line is a frame.
fn check(protocol: &mut impl Protocol, frames: &str, expected: Expect) {
    let frames = frames.lines().map(str::trim).filter(|line| !line.is_empty());
    let said: Vec<String> = frames.map(|frame| told(protocol.hear(frame))).collect();
    expected.assert_eq(&said.join("\n"));
}

#[test]
fn binance_is_asked_for_all_by_its_address() {
    let mut binance = binance();
    binance.begin();
    assert_eq!(
        binance.url(),
        "wss://data-stream.binance.vision/stream?streams=btcusdc@bookTicker/ethusdc@bookTicker/solusdc@bookTicker"
    );
    assert!(binance.is_let_in());
}

#[test]
fn binance_says_the_best_prices_of_one_at_a_time() {
    check(
        &mut binance(),
        r#"
        {"stream":"btcusdc@bookTicker","data":{"u":4738282342,"s":"BTCUSDC","b":"91234.56000000","B":"0.01500000","a":"91234.57000000","A":"1.20310000"}}
        {"stream":"ethusdc@bookTicker","data":{"u":1,"s":"ETHUSDC","b":"3012.1","B":"1","a":"3012.1","A":"1"}}
        {"stream":"solusdc@bookTicker","data":{"u":2,"s":"SOLUSDC","b":"0.12345678","B":"1","a":"0.12345678","A":"1"}}
        {"data":{"A":"1","a":"12.00000000","B":"2","b":"11.00000000","s":"SOLUSDC","new":{"deep":[1,2.5]}},"stream":"solusdc@bookTicker"}
        {"stream":"dogeusdt@bookTicker","data":{"u":3,"s":"DOGEUSDT","b":"0.1","B":"1","a":"0.2","A":"1"}}
        {"stream":"btcusdc@trade","data":{"e":"trade","E":1767225600000,"s":"BTCUSDC","p":"91234.5","q":"1"}}
        {"result":null,"id":1}
        {"stream":"btcusdc@bookTicker","data":{"e":"serverShutdown","E":1767225600000}}
        {"e":"serverShutdown","E":1767225600000}
        {"error":{"code":3,"msg":"Invalid JSON: expected value at line 1 column 1"},"id":""}
        "#,
        expect![[r#"
            BTC-USDC 91234.56 to 91234.57
            ETH-USDC 3012.1 to 3012.1
            SOL-USDC 0.123456 to 0.123457
            SOL-USDC 11 to 12
            nothing
            nothing
            nothing
            leaves: it is shutting down
            leaves: it is shutting down
            refused: Invalid JSON: expected value at line 1 column 1"#]],
    );
}

#[test]
fn frames_of_binance_that_make_no_sense_are_told_apart() {
    check(
        &mut binance(),
        r#"
        {"stream":"btcusdc@bookTicker","data":{"u":1,"s":"BTCUSDC","b":"91,234.56","B":"1","a":"91235","A":"1"}}
        {"stream":"btcusdc@bookTicker","data":{"u":1,"s":"BTCUSDC","b":"0.00000000","B":"0","a":"91235","A":"1"}}
        {"stream":"btcusdc@bookTicker","data":{"u":1,"s":"BTCUSDC","b":91234.56,"B":"1","a":"91235","A":"1"}}
        {"stream":"btcusdc@bookTicker","data":{"u":1,"s":"BTCUSDC","b":"-1","B":"1","a":"1e99","A":"1"}}
        {"stream":"btcusdc@bookTicker","data":{"s":"BTC
        []
        5
        "#,
        expect![[r#"
            bad: BTCUSDC: expected two prices, got "91,234.56" and "91235"
            bad: BTCUSDC: expected two prices, got "0.00000000" and "91235"
            bad: invalid type: floating point `91234.56`, expected a string at line 1 column 71
            bad: BTCUSDC: expected two prices, got "-1" and "1e99"
            bad: EOF while parsing a string at line 1 column 47
            bad: invalid length 0, expected struct Frame with 3 elements at line 1 column 2
            bad: invalid type: integer `5`, expected struct Frame at line 1 column 1"#]],
    );
}

#[test]
fn polygon_is_told_the_key_and_then_what_is_wanted() {
    let mut polygon = polygon();
    polygon.begin();
    assert!(!polygon.is_let_in());
    check(
        &mut polygon,
        r#"
        [{"ev":"status","status":"connected","message":"Connected Successfully"}]
        [{"ev":"status","status":"auth_success","message":"authenticated"}]
        [{"ev":"status","status":"success","message":"subscribed to: Q.AAPL"},{"ev":"status","status":"success","message":"subscribed to: Q.BRK.B"}]
        "#,
        expect![[r#"
            answer {"action":"auth","params":"a key"}
            answer {"action":"subscribe","params":"Q.AAPL,Q.BRK.B,Q.MSFT"}
            nothing"#]],
    );
    assert!(polygon.is_let_in());
    polygon.begin();
    assert!(!polygon.is_let_in(), "a new connection begins anew");
}

#[test]
fn polygon_says_why_it_tells_nothing() {
    check(
        &mut polygon(),
        r#"
        [{"ev":"status","status":"auth_failed","message":"authentication failed"}]
        [{"ev":"status","status":"auth_timeout","message":"not authenticated in time"}]
        [{"ev":"status","status":"max_connections","message":"Maximum number of connections exceeded."}]
        [{"ev":"status","status":"error","message":"You don't have access to real-time data. \u263a"}]
        [{"ev":"status"}]
        "#,
        expect![[r#"
            refused: auth_failed: authentication failed
            refused: auth_timeout: not authenticated in time
            refused: max_connections: Maximum number of connections exceeded.
            refused: error: You don't have access to real-time data. ☺
            nothing"#]],
    );
}

#[test]
fn polygon_says_the_best_prices_of_many_at_once() {
    check(
        &mut polygon(),
        r#"
        [{"ev":"Q","sym":"AAPL","bx":11,"bp":232.1,"bs":2,"ax":12,"ap":232.12,"as":1,"c":0,"i":[604],"t":1767225600123,"q":50385480,"z":3}]
        [{"ev":"Q","sym":"MSFT","bx":4,"bp":429,"bs":1,"ax":7,"ap":429.0250,"as":4,"t":1767225600124},{"ev":"T","sym":"MSFT","p":429.01,"s":100,"t":1767225600125},{"ev":"Q","sym":"BRK.B","bp":5.0025e2,"ap":500.3,"t":1767225600126}]
        [{"ev":"Q","sym":"AAPL","bp":0.1,"ap":0.30000000000000004}]
        [{"ev":"Q","sym":"GOOG","bp":1,"ap":2}]
        [{"ev":"Q","sym":"not a symbol","bp":1,"ap":2}]
        [{"ev":"Q","sym":"AAPL","bp":0,"ap":232.12},{"ev":"Q","sym":"AAPL","ap":232.12},{"ev":"Q","sym":"AAPL","bp":232.12,"ap":0.0}]
        [{"ev":"AM","sym":"AAPL","v":4110,"o":232.1,"c":232.2}]
        []
        "#,
        expect![[r#"
            AAPL 232.1 to 232.12
            MSFT 429 to 429.025
            BRK.B 500.25 to 500.3
            AAPL 0.1 to 0.300001
            nothing
            nothing
            nothing
            nothing
            nothing"#]],
    );
}

#[test]
fn frames_of_polygon_that_make_no_sense_are_told_apart() {
    check(
        &mut polygon(),
        r#"
        [{"ev":"Q","sym":"AAPL","bp":"232.1","ap":232.12}]
        [{"ev":"Q","sym":"AAPL","bp":-232.1,"ap":232.12}]
        [{"ev":"Q","sym":"AAPL","bp":{"a":1},"ap":1e400}]
        [{"sym":"AAPL"}]
        {"ev":"status","status":"connected"}
        [{"ev":"Q"
        "#,
        expect![[r#"
            bad: AAPL: expected two prices, got "232.1" and 232.12
            bad: AAPL: expected two prices, got -232.1 and 232.12
            bad: AAPL: expected two prices, got {"a":1} and 1e400
            bad: missing field `ev` at line 1 column 15
            bad: invalid type: map, expected a sequence at line 1 column 0
            bad: EOF while parsing an object at line 1 column 10"#]],
    );
}

proptest! {
    #![proptest_config(ProptestConfig { cases: std::env::var("PROPTEST_CASES").ok().and_then(|n| n.parse().ok()).unwrap_or(512), ..ProptestConfig::default() })]

    /// The price that a text has is the price that is heard, digit by digit.
    #[test]
    fn prices_are_heard_as_they_are_said(bid in 1..10_i64.pow(12), spread in 0..10_i64.pow(9), zeros in 0..3_usize) {
        let (bid, ask) = (contracts::Price::from_micros(bid), contracts::Price::from_micros(bid + spread));
        let text = |price: contracts::Price| {
            let text = price.to_string();
            let point = if text.contains('.') { "" } else { ".0" };
            format!("{text}{point}{}", "0".repeat(zeros))
        };
        let (b, a) = (text(bid), text(ask));
        let frame = format!(r#"{{"stream":"x","data":{{"s":"BTCUSDC","b":"{b}","a":"{a}"}}}}"#);
        let expected = |name: &str| vec![News::Quoted(Quoted { symbol: name.parse().unwrap(), bid, ask })];
        prop_assert_eq!(binance().hear(&frame), Ok(expected("BTC-USDC")));
        let frame = format!(r#"[{{"ev":"Q","sym":"AAPL","bp":{b},"ap":{a}}}]"#);
        prop_assert_eq!(polygon().hear(&frame), Ok(expected("AAPL")));
    }

    #[test]
    fn nothing_that_is_sent_ends_us(text in ".{0,200}", cut in 0..200_usize, at in 0..200_usize, byte: u8) {
        let frames = [
            r#"{"stream":"btcusdc@bookTicker","data":{"u":4738282342,"s":"BTCUSDC","b":"91234.56000000","B":"0.01500000","a":"91234.57000000","A":"1.2"}}"#,
            r#"[{"ev":"Q","sym":"AAPL","bx":11,"bp":232.1,"bs":2,"ax":12,"ap":232.12,"as":1,"c":0,"i":[604],"t":1767225600123},{"ev":"status","status":"connected","message":"x"}]"#,
        ];
        let mut all = vec![text];
        for frame in frames {
            all.push(frame.chars().take(cut).collect());
            let mut bytes = frame.as_bytes().to_vec();
            let at = at % bytes.len();
            bytes[at] = byte;
            all.push(String::from_utf8_lossy(&bytes).into_owned());
            all.push("[".repeat(cut * 50) + frame);
        }
        for frame in all {
            for heard in [binance().hear(&frame), polygon().hear(&frame)] {
                for news in heard.into_iter().flatten() {
                    if let News::Quoted(Quoted { bid, ask, .. }) = news {
                        prop_assert!(bid.is_positive() && ask.is_positive());
                    }
                }
            }
        }
    }
}
