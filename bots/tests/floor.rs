//! Market makers against a small exchange that answers at once.

use bots::domain::{Fate, Floor, Heard, Manner, Wish};
use contracts::matching::Phase;
use contracts::stock_data::{BidAsk, Feed, FeedSource, Instrument, InstrumentState, TradingRules};
use contracts::{Price, Quantity, Side, Symbol};
use expect_test::expect;
use std::collections::BTreeMap;

const BOTS: usize = 5;
const SHARES: i64 = 1_000;
const CASH: i64 = 1_000_000;
const MESSAGES: usize = 4;
const MILLION: i64 = 1_000_000;

fn manner() -> Manner {
    Manner { spread_basis_points: 10, volatility_basis_points: 4, levels: 3, order_value: 5_000 }
}

fn instrument(symbol: &str) -> Instrument {
    Instrument {
        symbol: symbol.parse().unwrap(),
        name: symbol.to_owned(),
        currency: "USD".to_owned(),
        tick_size: "0.01".parse().unwrap(),
        lot_size: "1".parse().unwrap(),
        previous_close: "100".parse().unwrap(),
        state: InstrumentState::Open,
        rules: TradingRules::default(),
    }
}

#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Owner {
    Bot(usize),
    Person,
}

#[derive(Clone, Copy)]
struct Resting {
    ticket: u64,
    owner: Owner,
    side: Side,
    price: i64,
    left: i64,
}

/// One list of orders a stock, cash and shares of each market maker.
struct Exchange {
    floor: Floor,
    books: BTreeMap<Symbol, Vec<Resting>>,
    cash: Vec<i64>,
    shares: BTreeMap<(usize, Symbol), i64>,
    trades: BTreeMap<Symbol, Vec<i64>>,
    said: Vec<String>,
}

impl Exchange {
    fn open(seed: u64, symbols: &[&str]) -> Self {
        let mut exchange = Exchange {
            floor: Floor::new(manner(), seed, BOTS),
            books: BTreeMap::new(),
            cash: vec![CASH * MILLION; BOTS],
            shares: BTreeMap::new(),
            trades: BTreeMap::new(),
            said: Vec::new(),
        };
        for symbol in symbols {
            let symbol: Symbol = symbol.parse().unwrap();
            exchange.books.insert(symbol, Vec::new());
            exchange.shares.extend((0..BOTS).map(|bot| ((bot, symbol), SHARES * MILLION)));
        }
        (0..BOTS).for_each(|bot| exchange.tell_account(bot));
        for symbol in symbols {
            exchange.floor.hear(Heard::Listed {
                instrument: instrument(symbol),
                last_price: "100".parse().unwrap(),
                phase: Phase::Continuous,
                owned: BOTS as i64 * SHARES * MILLION,
                feed: None,
            });
        }
        exchange
    }

    /// As portfolio says it: what no order holds.
    fn tell_account(&mut self, bot: usize) {
        let mine = |order: &&Resting| order.owner == Owner::Bot(bot);
        let resting = self.books.values().flatten().filter(mine);
        let held: i64 =
            resting.filter(|o| o.side == Side::Buy).map(|o| (o.price / 10_000) * (o.left / 100)).sum();
        let shares = self.books.iter().map(|(symbol, orders)| {
            let held: i64 = orders.iter().filter(mine).filter(|o| o.side == Side::Sell).map(|o| o.left).sum();
            (*symbol, self.shares[&(bot, *symbol)] - held)
        });
        let heard = Heard::Account { bot, cash: self.cash[bot] - held, shares: shares.collect() };
        self.floor.hear(heard);
    }

    fn steps(&mut self, count: usize) {
        for step in 0..count {
            let wishes = self.floor.step(MESSAGES);
            assert!(wishes.len() <= MESSAGES, "{wishes:?}");
            for wish in wishes {
                self.said.push(format!("{wish:?}"));
                self.obey(wish);
            }
            self.tell_account(step % BOTS);
        }
    }

    fn obey(&mut self, wish: Wish) {
        match wish {
            Wish::Place { ticket, bot, symbol, side, price, quantity, rests } => {
                let owner = Owner::Bot(bot);
                let order = Resting { ticket, owner, side, price: price.micros(), left: quantity.micros() };
                let left = self.match_with(symbol, order);
                if left == 0 {
                    return;
                }
                if rests {
                    self.books.get_mut(&symbol).unwrap().push(Resting { left, ..order });
                    let left = Quantity::from_micros(left);
                    self.floor.hear(Heard::Rests { ticket, bot, symbol, side, price, left });
                } else {
                    self.floor.hear(Heard::Fate { ticket, fate: Fate::Gone });
                }
            }
            Wish::Cancel { ticket, .. } => {
                for book in self.books.values_mut() {
                    book.retain(|order| order.ticket != ticket);
                }
                self.floor.hear(Heard::Fate { ticket, fate: Fate::Gone });
            }
        }
    }

    /// Answers what is left of it.
    fn match_with(&mut self, symbol: Symbol, mut order: Resting) -> i64 {
        loop {
            let book = &self.books[&symbol];
            let sign = if order.side == Side::Buy { 1 } else { -1 };
            let best = (0..book.len())
                .filter(|at| book[*at].side != order.side && (order.price - book[*at].price) * sign >= 0)
                .min_by_key(|at| book[*at].price * sign);
            let Some(at) = best.filter(|_| order.left > 0) else { return order.left };
            let maker = book[at];
            assert!(maker.owner != order.owner, "{:?} meets himself in {symbol}", order.owner);
            let quantity = maker.left.min(order.left);
            order.left -= quantity;
            let book = self.books.get_mut(&symbol).unwrap();
            book[at].left -= quantity;
            book.retain(|order| order.left > 0);
            self.trades.entry(symbol).or_default().push(maker.price);
            self.settle(symbol, order, maker, quantity);
        }
    }

    fn settle(&mut self, symbol: Symbol, taker: Resting, maker: Resting, quantity: i64) {
        let value = (maker.price / 10_000) * (quantity / 100);
        let mut gained = 0;
        for side in [taker, maker] {
            let sign = if side.side == Side::Buy { 1 } else { -1 };
            let Owner::Bot(bot) = side.owner else { continue };
            gained += quantity * sign;
            self.cash[bot] -= value * sign;
            *self.shares.get_mut(&(bot, symbol)).unwrap() += quantity * sign;
            assert!(self.cash[bot] >= 0 && self.shares[&(bot, symbol)] >= 0, "{bot} has not so much");
            let fate = Fate::Filled(Quantity::from_micros(quantity));
            self.floor.hear(Heard::Fate { ticket: side.ticket, fate });
        }
        if [taker, maker].iter().any(|side| side.owner == Owner::Person) {
            self.floor.hear(Heard::Traded { symbol, price: Price::from_micros(maker.price), gained });
        }
    }

    fn person(&mut self, side: Side, symbol: &str, quantity: i64) -> i64 {
        let price = if side == Side::Buy { i64::MAX / 4 } else { 0 };
        let order = Resting { ticket: 0, owner: Owner::Person, side, price, left: quantity * MILLION };
        quantity - self.match_with(symbol.parse().unwrap(), order) / MILLION
    }

    fn best(&self, symbol: &str, side: Side) -> Option<i64> {
        let orders = self.books[&symbol.parse().unwrap()].iter().filter(|order| order.side == side);
        let prices = orders.map(|order| order.price);
        if side == Side::Buy { prices.max() } else { prices.min() }
    }

    fn is_two_sided(&self, symbol: &str) -> bool {
        self.best(symbol, Side::Buy).is_some() && self.best(symbol, Side::Sell).is_some()
    }
}

const STOCKS: [&str; 3] = ["ACME", "BOLT", "CASK"];

#[test]
fn the_same_seed_makes_the_same_market() {
    let market = |seed| {
        let mut exchange = Exchange::open(seed, &STOCKS);
        exchange.steps(500);
        exchange.said
    };
    let first = market(7);
    assert!(first.len() > 500);
    assert_eq!(first, market(7));
    assert_ne!(first, market(8));
}

#[test]
fn what_a_seed_begins_with_stays_what_it_is() {
    let mut exchange = Exchange::open(1, &["ACME"]);
    exchange.steps(2);
    let said: Vec<String> = exchange.said.iter().map(|wish| wish.replace("Wish::", "")).collect();
    expect![[r#"
        Place { ticket: 1, bot: 0, symbol: ACME, side: Buy, price: 99.95, quantity: 34, rests: true }
        Place { ticket: 2, bot: 0, symbol: ACME, side: Sell, price: 100.05, quantity: 66, rests: true }
        Place { ticket: 3, bot: 1, symbol: ACME, side: Buy, price: 99.93, quantity: 58, rests: true }
        Place { ticket: 4, bot: 2, symbol: ACME, side: Buy, price: 100.05, quantity: 1, rests: false }
        Place { ticket: 5, bot: 1, symbol: ACME, side: Sell, price: 100.14, quantity: 72, rests: true }
        Place { ticket: 6, bot: 3, symbol: ACME, side: Buy, price: 99.86, quantity: 28, rests: true }
        Place { ticket: 7, bot: 4, symbol: ACME, side: Buy, price: 100.05, quantity: 1, rests: false }"#]]
    .assert_eq(&said.join("\n"));
}

#[test]
fn every_stock_is_two_sided_at_once_and_then_lives() {
    let mut exchange = Exchange::open(1, &STOCKS);
    exchange.steps(2);
    assert!(STOCKS.iter().all(|stock| exchange.is_two_sided(stock)));
    let (mut lonely, steps) = (0, 3_000);
    for _ in 0..steps {
        exchange.steps(1);
        lonely += STOCKS.iter().filter(|stock| !exchange.is_two_sided(stock)).count();
    }
    // For the step between the trade that took the last of a side and the next quote.
    assert!(lonely < steps / 10, "{lonely} times one side was missing");
    for (symbol, prices) in &exchange.trades {
        let (low, high) = (prices.iter().min().unwrap(), prices.iter().max().unwrap());
        assert!(prices.len() > 100 && high > low, "{symbol}: {} trades", prices.len());
        assert!((60 * MILLION..140 * MILLION).contains(low) && *high < 140 * MILLION, "{symbol}");
    }
    assert!(exchange.floor.orders() <= STOCKS.len() * 2 * 3 + MESSAGES, "{}", exchange.floor.orders());
}

#[test]
fn nothing_stands_in_a_stock_that_does_not_trade() {
    let acme: Symbol = "ACME".parse().unwrap();
    let halted = Instrument { state: InstrumentState::Halted, ..instrument("ACME") };
    let stops = [Heard::Changed(halted), Heard::Phase { symbol: acme, phase: Phase::Auction }];
    for stop in stops {
        let mut exchange = Exchange::open(1, &STOCKS);
        exchange.steps(50);
        exchange.floor.hear(stop.clone());
        exchange.steps(5);
        let (said, trades) = (exchange.said.len(), exchange.trades[&acme].len());
        exchange.steps(200);
        assert!(exchange.books[&acme].is_empty(), "{stop:?}");
        assert!(!exchange.said[said..].iter().any(|wish| wish.contains("ACME")), "{stop:?}");
        assert_eq!(exchange.trades[&acme].len(), trades);
        assert!(exchange.is_two_sided("BOLT"));

        exchange.floor.hear(Heard::Changed(instrument("ACME")));
        exchange.floor.hear(Heard::Phase { symbol: acme, phase: Phase::Continuous });
        exchange.steps(10);
        assert!(exchange.is_two_sided("ACME"), "{stop:?}");
    }
}

#[test]
fn who_buys_all_they_have_pays_more_and_more_and_can_sell_it_again() {
    let mut exchange = Exchange::open(1, &["ACME"]);
    exchange.steps(20);
    let asked = exchange.best("ACME", Side::Sell).unwrap();
    let mut bought = 0;
    for _ in 0..3_000 {
        bought += exchange.person(Side::Buy, "ACME", 20);
        exchange.steps(2);
    }
    assert_eq!(bought, BOTS as i64 * SHARES, "all there is, and no more");
    assert_eq!(exchange.best("ACME", Side::Sell), None);
    let bid = exchange.best("ACME", Side::Buy).unwrap();
    assert!(bid > asked, "{bid} for what was asked {asked} for");
    let mut sold = 0;
    for _ in 0..1_000 {
        sold += exchange.person(Side::Sell, "ACME", 20);
        exchange.steps(2);
    }
    assert!(sold > 1_000);
    assert!(exchange.is_two_sided("ACME"));
}

#[test]
fn an_exchange_that_does_not_answer_is_not_flooded() {
    let mut exchange = Exchange::open(1, &STOCKS);
    let (mut placed, mut canceled) = (0, 0);
    for _ in 0..2_000 {
        for wish in exchange.floor.step(MESSAGES) {
            match wish {
                Wish::Place { .. } => placed += 1,
                Wish::Cancel { .. } => canceled += 1,
            }
        }
        // A place, and what is still being canceled from it.
        assert!(exchange.floor.orders() <= 2 * STOCKS.len() * 2 * 3, "{}", exchange.floor.orders());
    }
    assert!(
        canceled > 0 && placed - canceled <= STOCKS.len() * 2 * 3,
        "{placed} placed, {canceled} canceled"
    );
}

/// What another market pays for ACME: a cent to each side of this. None: it is silent.
fn elsewhere(middle: Option<i64>) -> Heard {
    let quote = middle.map(|middle| BidAsk {
        bid: Price::from_micros(middle - 10_000),
        ask: Price::from_micros(middle + 10_000),
        at: contracts::Timestamp::UNIX_EPOCH,
    });
    let feed = Feed { source: FeedSource::Binance, stale: quote.is_none(), quote };
    Heard::Feed { symbol: "ACME".parse().unwrap(), feed: Some(feed) }
}

/// As far as the best quotes of [`manner`] may be from the middle before they are in a hurry: twice half
/// a spread of 0.1 %, and a tick or two.
fn is_around(exchange: &Exchange, middle: i64) -> bool {
    let furthest = middle / 1_000 + 20_000;
    let bid = exchange.best("ACME", Side::Buy);
    let ask = exchange.best("ACME", Side::Sell);
    bid.is_some_and(|bid| bid < middle && middle - bid <= furthest)
        && ask.is_some_and(|ask| ask > middle && ask - middle <= furthest)
}

#[test]
fn quotes_stand_around_the_market_that_a_stock_follows_wherever_that_goes() {
    let mut exchange = Exchange::open(1, &STOCKS);
    let mut middle = 250 * MILLION;
    exchange.floor.hear(elsewhere(Some(middle)));
    exchange.steps(20);
    assert!(is_around(&exchange, middle), "far beyond where the day began");
    let mut behind = 0;
    for step in 0..400_i64 {
        // Up, and then down again, by 0.02 % at a time.
        middle += if step < 200 { middle / 5_000 } else { -middle / 5_000 };
        exchange.floor.hear(elsewhere(Some(middle)));
        exchange.steps(5);
        behind += usize::from(!is_around(&exchange, middle));
        let gives_away = exchange.best("ACME", Side::Buy).is_some_and(|bid| bid > middle)
            || exchange.best("ACME", Side::Sell).is_some_and(|ask| ask < middle);
        assert!(!gives_away, "step {step}");
    }
    assert!(behind < 40, "{behind} times of 400 it was not near enough");
    assert!(["BOLT", "CASK"].iter().all(|stock| exchange.is_two_sided(stock)), "the others live on");
    let (low, high) = (exchange.trades[&"BOLT".parse().unwrap()].iter().min(), 101 * MILLION);
    assert!(low.is_some_and(|low| *low < high), "and follow nothing");
}

#[test]
fn people_who_buy_do_not_move_a_stock_that_follows() {
    let mut exchange = Exchange::open(1, &["ACME"]);
    let middle = 120 * MILLION;
    exchange.floor.hear(elsewhere(Some(middle)));
    exchange.steps(20);
    let mut bought = 0;
    for _ in 0..100 {
        bought += exchange.person(Side::Buy, "ACME", 20);
        exchange.steps(3);
    }
    assert!(bought > 1_000);
    exchange.steps(20);
    assert!(is_around(&exchange, middle));
}

#[test]
fn nothing_stands_while_the_market_is_silent() {
    let acme: Symbol = "ACME".parse().unwrap();
    let mut exchange = Exchange::open(1, &STOCKS);
    exchange.steps(50);
    exchange.floor.hear(elsewhere(None));
    exchange.steps(5);
    let (said, trades) = (exchange.said.len(), exchange.trades[&acme].len());
    exchange.steps(200);
    assert!(exchange.books[&acme].is_empty());
    assert!(!exchange.said[said..].iter().any(|wish| wish.contains("ACME")));
    assert_eq!(exchange.trades[&acme].len(), trades);
    assert!(exchange.is_two_sided("BOLT"));

    let middle = 90 * MILLION;
    exchange.floor.hear(elsewhere(Some(middle)));
    exchange.steps(10);
    assert!(is_around(&exchange, middle));

    // From where that market was left, it goes its own way.
    exchange.floor.hear(Heard::Feed { symbol: acme, feed: None });
    exchange.steps(1_000);
    assert!(exchange.is_two_sided("ACME"));
    assert!(exchange.best("ACME", Side::Buy) != Some(middle - middle / 2_000), "it wanders");
}

/// Obeys as the exchange does, but for cancels.
fn steps_that_lose_cancels(exchange: &mut Exchange, count: usize) -> usize {
    let mut lost = 0;
    for _ in 0..count {
        for wish in exchange.floor.step(MESSAGES) {
            match wish {
                Wish::Place { .. } => exchange.obey(wish),
                Wish::Cancel { .. } => lost += 1,
            }
        }
    }
    lost
}

#[test]
fn an_order_whose_cancel_was_lost_is_canceled_again() {
    let acme: Symbol = "ACME".parse().unwrap();
    let mut exchange = Exchange::open(1, &STOCKS);
    exchange.steps(50);
    let standing = exchange.books[&acme].len();
    assert!(standing > 0);
    exchange.floor.hear(Heard::Phase { symbol: acme, phase: Phase::Halted });
    assert!(steps_that_lose_cancels(&mut exchange, 120) >= standing);
    assert_eq!(exchange.books[&acme].len(), standing);
    exchange.steps(120);
    assert!(exchange.books[&acme].is_empty(), "{} orders were left behind", exchange.books[&acme].len());
}

#[test]
fn an_order_that_was_given_up_and_came_after_all_is_canceled() {
    let acme: Symbol = "ACME".parse().unwrap();
    let mut exchange = Exchange::open(1, &["ACME"]);
    let late = exchange.floor.step(1);
    // Nothing arrives, until nobody thinks of the first any more.
    (0..120).for_each(|_| drop(exchange.floor.step(MESSAGES)));
    late.into_iter().for_each(|wish| exchange.obey(wish));
    assert_eq!(exchange.books[&acme].len(), 1);
    exchange.floor.hear(Heard::Phase { symbol: acme, phase: Phase::Halted });
    exchange.steps(1);
    assert!(exchange.books[&acme].is_empty());
}
