//! Snapshots and streams that meet at any moment give the same depth.

use super::events::{Filled, Opened};
use super::stocks::tests::stock;
use super::*;
use contracts::matching::{AuctionIndicated, Phase, PhaseChanged, Standing};
use contracts::{Side, TradeId};
use proptest::prelude::*;

fn symbol() -> Symbol {
    "ACME".parse().unwrap()
}

fn now() -> Timestamp {
    chrono::DateTime::UNIX_EPOCH
}

/// Batch `seq` holds event `seq`: odd ones rest 2 at price `seq`, even ones sell 1 of it.
fn batch(seq: u64) -> Vec<BookEvent> {
    let (symbol, sequence) = (symbol(), seq);
    vec![if seq % 2 == 1 {
        let price = contracts::Price::from_micros(seq as i64);
        BookEvent::OrderOpened(Opened {
            symbol,
            sequence,
            side: Side::Buy,
            price,
            quantity: "2".parse().unwrap(),
            visible: None,
        })
    } else {
        BookEvent::OrderFilled(Filled {
            trade_id: TradeId(uuid::Uuid::from_u128(seq.into())),
            symbol,
            sequence,
            price: contracts::Price::from_micros(seq as i64 - 1),
            quantity: "1".parse().unwrap(),
            taker_side: Side::Sell,
            auction: None,
        })
    }]
}

fn depths_at(seq: u64) -> Snapshot {
    let mut book = Book::default();
    (1..=seq).for_each(|n| book.apply(&batch(n)[0]).unwrap());
    let best = book.best(usize::MAX);
    let depth = Depth { symbol: symbol(), sequence: seq, bids: best.bids, asks: best.asks, standing: None };
    Snapshot::Depths { partition: 0, depths: Depths { seq, depths: vec![depth] } }
}

fn market() -> Market {
    let mut market = Market::new(Partitions { users: 1, symbols: 1 });
    market.connected();
    market
}

fn ticket(market: &mut Market, need: Need) -> Option<u64> {
    market.take_asking().iter().find(|asking| asking.need == need).map(|asking| asking.ticket)
}

const DEPTHS: Need = Need::Depths { partition: 0 };

#[test]
fn nothing_is_answered_before_it_is_known() {
    let mut market = market();
    assert!(market.stocks().is_err() && market.book(symbol()).is_err() && market.tape(symbol()).is_err());
    let asking = market.take_asking();
    assert_eq!(asking.iter().map(|a| a.need).collect::<Vec<_>>(), [DEPTHS, Need::Stocks]);
    market.answered(asking[0].ticket, depths_at(3));
    assert!(market.book(symbol()).is_ok() && !market.is_known());
    market.answered(asking[1].ticket, Snapshot::Stocks(vec![stock("ACME")]));
    assert!(market.is_known() && market.tape(symbol()).is_err());
    let trades = ticket(&mut market, Need::Trades { symbol: symbol() }).unwrap();
    market.answered(trades, Snapshot::Trades { symbol: symbol(), newest_first: vec![] });
    assert!(market.tape(symbol()).is_ok());
}

#[test]
fn an_answer_to_an_older_question_is_not_taken() {
    let mut market = market();
    let old = ticket(&mut market, DEPTHS).unwrap();
    market.matching_missed(0);
    market.answered(old, depths_at(3));
    assert!(market.book(symbol()).is_err());
}

#[test]
fn a_batch_that_is_missing_makes_it_ask_again() {
    let mut market = market();
    let first = ticket(&mut market, DEPTHS).unwrap();
    market.answered(first, depths_at(2));
    market.matching_said(0, 4, now(), batch(4));
    assert!(market.book(symbol()).is_err());
    assert!(ticket(&mut market, DEPTHS).is_some());
}

#[test]
fn events_that_do_not_add_up_make_it_ask_again() {
    let mut market = market();
    let first = ticket(&mut market, DEPTHS).unwrap();
    market.answered(first, depths_at(2));
    market.matching_said(0, 3, now(), batch(5));
    assert!(market.book(symbol()).is_err());
    assert!(ticket(&mut market, DEPTHS).is_some());
}

fn phase_changed(sequence: u64, phase: Phase) -> Vec<BookEvent> {
    let (until, reference_price) = (Some(now()), None);
    vec![BookEvent::PhaseChanged(PhaseChanged { symbol: symbol(), sequence, phase, until, reference_price })]
}

fn indicated(sequence: u64) -> Vec<BookEvent> {
    let (quantity, imbalance) = ("5".parse().unwrap(), contracts::Quantity::ZERO);
    let (price, imbalance_side) = (Some("10".parse().unwrap()), None);
    let event = AuctionIndicated { symbol: symbol(), sequence, price, quantity, imbalance, imbalance_side };
    vec![BookEvent::AuctionIndicated(event)]
}

/// `closed (7), until, auction`: what is known of the phase.
fn phase(market: &Market) -> String {
    let Ok(PhaseNow { sequence, phase, detail }) = market.phase(symbol()) else { return "unknown".into() };
    assert_eq!(market.stocks().unwrap().get(symbol()).unwrap().phase, phase);
    let until = detail.phase_until.map_or("", |_| ", until");
    let auction = detail.auction.map_or("", |_| ", auction");
    format!("{phase} ({sequence}){until}{auction}")
}

#[test]
fn a_phase_is_what_the_book_said_last_and_else_what_the_list_says() {
    let mut market = market();
    let listed = |phase| Snapshot::Stocks(vec![Stock { phase, ..stock("ACME") }]);
    let asking = market.take_asking();
    market.answered(asking[0].ticket, depths_at(2));
    assert_eq!(phase(&market), "unknown");
    market.answered(asking[1].ticket, listed(Phase::Auction));
    assert_eq!(phase(&market), "auction (2)");
    market.matching_said(0, 3, now(), indicated(3));
    assert_eq!(phase(&market), "auction (3), auction");
    market.matching_said(0, 4, now(), phase_changed(4, Phase::Halted));
    assert_eq!(phase(&market), "halted (4), until");
    // Stock-data has not heard of the halt yet.
    market.stocks_are_old();
    let asked = ticket(&mut market, Need::Stocks).unwrap();
    market.answered(asked, listed(Phase::Auction));
    assert_eq!(phase(&market), "halted (4), until");
    // A gap: what was said before it is void, what is said after it is not.
    market.matching_said(0, 6, now(), phase_changed(6, Phase::Closed));
    let answer = |market: &mut Market| {
        let asking = market.take_asking();
        market.answered(asking[0].ticket, depths_at(8));
        assert_eq!(phase(market), "unknown");
        let asked = asking.iter().find(|asking| asking.need == Need::Stocks).unwrap();
        market.answered(asked.ticket, listed(Phase::Continuous));
        phase(market)
    };
    assert_eq!(answer(&mut market), "closed (8), until");
    market.matching_missed(0);
    assert_eq!(answer(&mut market), "continuous (8)");
}

/// The snapshot's own events, and how the book stood after them.
fn standing_at(seq: u64, standing: Standing) -> Snapshot {
    let Snapshot::Depths { partition, mut depths } = depths_at(seq) else { unreachable!() };
    depths.depths[0].standing = Some(standing);
    Snapshot::Depths { partition, depths }
}

/// A web that starts in the middle of a halt or an auction, and hears this before it has the depth.
fn started(heard: &[Vec<BookEvent>], standing: Standing) -> String {
    let mut market = market();
    let asking = market.take_asking();
    for (event, seq) in heard.iter().zip(3..) {
        market.matching_said(0, seq, now(), event.clone());
    }
    // Stock-data is behind.
    market.answered(asking[1].ticket, Snapshot::Stocks(vec![stock("ACME")]));
    market.answered(asking[0].ticket, standing_at(2, standing));
    phase(&market)
}

#[test]
fn a_snapshot_says_how_a_book_stands_unless_it_has_said_more_since() {
    let halted = Standing { phase: Phase::Halted, until: Some(now()), reference_price: None, auction: None };
    let BookEvent::AuctionIndicated(auction) = indicated(2).remove(0) else { unreachable!() };
    let gathering = Standing { phase: Phase::Auction, auction: Some(auction), ..halted };
    let gathering_still = Standing { auction: None, ..gathering };
    assert_eq!(started(&[], halted), "halted (2), until");
    assert_eq!(started(&[], gathering), "auction (2), until, auction");
    assert_eq!(started(&[batch(3)], gathering), "auction (3), until, auction");
    assert_eq!(started(&[], gathering_still), "auction (2), until");
    assert_eq!(started(&[indicated(3)], gathering_still), "auction (3), until, auction");
    assert_eq!(started(&[phase_changed(3, Phase::Closed)], gathering), "closed (3), until");
    assert_eq!(started(&[phase_changed(3, Phase::Auction)], gathering), "auction (3), until");
}

#[test]
fn a_book_may_say_its_phase_before_its_instrument_is_heard_of() {
    let mut market = market();
    let asking = market.take_asking();
    market.answered(asking[0].ticket, depths_at(2));
    market.answered(asking[1].ticket, Snapshot::Stocks(vec![]));
    market.matching_said(0, 3, now(), phase_changed(3, Phase::Closed));
    assert_eq!(phase(&market), "unknown");
    market.stock_data_said(vec![StockDataEvent::InstrumentChanged(stock("ACME").instrument)]);
    assert_eq!(phase(&market), "closed (3), until");
}

proptest! {
    #[test]
    fn wherever_the_snapshot_falls_the_depth_is_the_same(
        first in 1..20u64, answered_after in 0..20u64, of in 0..40u64, end in 40..60u64,
    ) {
        // Heard from batch `first` on; the answer comes after some more and is of any later moment.
        let answered_after = first + answered_after;
        let of = of.clamp(first - 1, end);
        let mut market = market();
        let mut asked = ticket(&mut market, DEPTHS);
        for seq in first..=end {
            market.matching_said(0, seq, now(), batch(seq));
            market.matching_said(0, seq, now(), batch(seq));
            if seq == answered_after && let Some(ticket) = asked.take() {
                market.answered(ticket, depths_at(of));
            }
            asked = ticket(&mut market, DEPTHS).or(asked);
        }
        if let Some(ticket) = asked {
            market.answered(ticket, depths_at(end));
        }
        let Snapshot::Depths { depths, .. } = depths_at(end) else { unreachable!() };
        prop_assert_eq!(market.depth(symbol(), 99).unwrap(), depths.depths[0].clone());
    }
}
