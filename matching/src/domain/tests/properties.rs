//! What holds for every sequence of commands.

use super::commands::{Batch, batches};
use super::{at, symbol};
use crate::domain::naive::NaiveBook;
use crate::domain::{Book, Command, Incoming, Record};
use contracts::matching::{MatchingEvent, OrderFilled, Phase};
use contracts::{Code, OrderId, Price, Quantity, Side, TradeId};
use proptest::prelude::*;
use std::collections::{BTreeMap, BTreeSet};
use uuid::Uuid;

const CASES: u32 = 400;

fn without_trade_ids(mut events: Vec<MatchingEvent>) -> Vec<MatchingEvent> {
    for event in &mut events {
        if let MatchingEvent::OrderFilled(filled) = event {
            filled.trade_id = TradeId(Uuid::nil());
        }
    }
    events
}

fn run(book: &mut Book, batches: &[Batch]) -> Vec<MatchingEvent> {
    let mut events = Vec::new();
    batches.iter().for_each(|batch| book.run_batch(&batch.commands, at(batch.ms), &mut events));
    events
}

/// The order that the command brings.
fn incoming(command: &Command) -> Option<&Incoming> {
    match command {
        Command::Place(order) => Some(order),
        Command::Replace(replacement) => Some(replacement.by()),
        Command::Cancel { .. } | Command::Amend(_) | Command::Configure(_) => None,
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(CASES))]

    #[test]
    fn the_book_does_what_the_obvious_book_does(batches in batches()) {
        let (mut book, mut naive) = (Book::new(symbol()), NaiveBook::new(symbol()));
        for batch in &batches {
            let (mut events, mut expected) = (Vec::new(), Vec::new());
            book.run_batch(&batch.commands, at(batch.ms), &mut events);
            naive.run_batch(&batch.commands, at(batch.ms), &mut expected);
            prop_assert_eq!(without_trade_ids(events), expected);
            prop_assert_eq!(book.depth(), naive.depth());
            prop_assert!(!book.is_crossed());
        }
    }

    #[test]
    fn a_book_that_was_put_down_and_taken_up_again_is_the_same(batches in batches(), cut in any::<prop::sample::Index>()) {
        let cut = cut.index(batches.len());
        let mut whole = Book::new(symbol());
        run(&mut whole, &batches[..cut]);
        let mut again = Book::from_bytes(&whole.to_bytes()).unwrap();
        prop_assert_eq!(again.to_bytes(), whole.to_bytes());
        prop_assert_eq!(again.due(), whole.due());
        prop_assert_eq!(run(&mut again, &batches[cut..]), run(&mut whole, &batches[cut..]));
        prop_assert_eq!(again.to_bytes(), whole.to_bytes());
    }

    /// What changes nothing that is said changes nothing that is kept: so a book that is only told
    /// the time, and says nothing to it, need not be journalled.
    #[test]
    fn time_alone_changes_nothing_in_silence(batches in batches()) {
        let mut book = Book::new(symbol());
        for batch in &batches {
            let (before, mut events) = (book.to_bytes(), Vec::new());
            book.run_batch(&[], at(batch.ms), &mut events);
            prop_assert!(!events.is_empty() || book.to_bytes() == before);
            prop_assert!(events.is_empty() || !before.is_empty());
            book.run_batch(&batch.commands, at(batch.ms), &mut events);
        }
    }

    /// When a book's time has come, it says something; and then the time is another.
    #[test]
    fn a_book_is_not_woken_in_vain(batches in batches()) {
        let mut book = Book::new(symbol());
        for batch in &batches {
            book.run_batch(&batch.commands, at(batch.ms), &mut Vec::new());
            if let Some(due) = book.due() {
                prop_assert!(due > at(batch.ms));
                let (mut later, mut events) = (Book::from_bytes(&book.to_bytes()).unwrap(), Vec::new());
                later.run_batch(&[], due, &mut events);
                prop_assert!(!events.is_empty(), "due {}", due);
            }
        }
    }

    #[test]
    fn sequences_have_no_gap_trade_ids_no_double_and_nobody_trades_with_himself(batches in batches()) {
        let events = run(&mut Book::new(symbol()), &batches);
        let mut trades = BTreeSet::new();
        for (n, event) in events.iter().enumerate() {
            prop_assert_eq!(event.sequence(), n as u64 + 1);
            if let MatchingEvent::OrderFilled(filled) = event {
                prop_assert!(trades.insert(filled.trade_id));
                prop_assert_ne!(filled.maker.user_id, filled.taker.user_id);
            }
        }
    }

    /// Depth is the sum of what is said of it, and while it trades nobody is ready to pay more than
    /// another asks.
    #[test]
    fn the_depth_is_the_sum_of_the_events(batches in batches()) {
        let mut book = Book::new(symbol());
        let mut levels = BTreeMap::<(bool, Price), i64>::new();
        for batch in &batches {
            let mut events = Vec::new();
            book.run_batch(&batch.commands, at(batch.ms), &mut events);
            for (side, price, by) in events.iter().flat_map(MatchingEvent::depth_changes) {
                let level = levels.entry((side == Side::Buy, price)).or_default();
                *level += by;
                prop_assert!(*level >= 0, "{side} {price}: {level}");
            }
            levels.retain(|_, quantity| *quantity != 0);
            let side = |buys: bool| levels.iter().filter(move |((side, _), _)| *side == buys);
            let level = |((_, price), micros): (&(bool, Price), &i64)| (*price, Quantity::from_micros(*micros));
            let depth = book.depth();
            prop_assert_eq!(depth.bids, side(true).rev().map(level).collect::<Vec<_>>());
            prop_assert_eq!(depth.asks, side(false).map(level).collect::<Vec<_>>());
        }
    }

    /// Who only asks for the depth knows what they know who heard everything.
    #[test]
    fn how_a_book_stands_is_what_it_said_last(batches in batches()) {
        let mut book = Book::new(symbol());
        let (mut phase, mut until, mut gathers) = (Phase::default(), None, false);
        for batch in &batches {
            let mut events = Vec::new();
            book.run_batch(&batch.commands, at(batch.ms), &mut events);
            for event in &events {
                match event {
                    MatchingEvent::PhaseChanged(changed) => {
                        (phase, until, gathers) = (changed.phase, changed.until, false);
                    }
                    MatchingEvent::AuctionIndicated(_) => gathers = true,
                    _ => {}
                }
            }
            let standing = book.depth().standing.unwrap();
            prop_assert_eq!((standing.phase, standing.until, standing.auction.is_some()), (phase, until, gathers));
            if let Some(MatchingEvent::AuctionIndicated(indicated)) = events.last() {
                prop_assert_eq!(standing.auction, Some(*indicated));
            }
        }
    }

    /// Every share that came in was filled, left, was taken off, rests or waits; none twice.
    #[test]
    fn quantities_add_up(batches in batches()) {
        let mut book = Book::new(symbol());
        let events = run(&mut book, &batches);
        let mut open = BTreeMap::<OrderId, i64>::new();
        for command in batches.iter().flat_map(|batch| &batch.commands) {
            if let Some(order) = incoming(command) {
                let id = order.party().order_id;
                if !open.contains_key(&id) {
                    let exit = order.special().and_then(|special| special.exit.as_ref());
                    if let Some(exit) = exit {
                        open.entry(exit.order_id).or_insert(order.quantity().micros());
                    }
                }
                open.entry(id).or_insert(order.quantity().micros());
            }
        }
        let mut take = |id: OrderId, quantity: Quantity| *open.get_mut(&id).unwrap() -= quantity.micros();
        for event in &events {
            match event {
                MatchingEvent::OrderFilled(filled) => {
                    take(filled.maker.order_id, filled.quantity);
                    take(filled.taker.order_id, filled.quantity);
                }
                MatchingEvent::OrderLeftBook(left) => take(left.party.order_id, left.quantity),
                MatchingEvent::OrderReduced(reduced) => take(reduced.party.order_id, reduced.by),
                MatchingEvent::OrderAmended(amended) => {
                    let by = amended.was_quantity.micros() - amended.quantity.micros();
                    take(amended.party.order_id, Quantity::from_micros(by));
                }
                MatchingEvent::OrderOpened(_)
                | MatchingEvent::OrderArmed(_)
                | MatchingEvent::OrderTriggered(_)
                | MatchingEvent::OrderRefreshed(_)
                | MatchingEvent::AmendmentRefused(_)
                | MatchingEvent::PhaseChanged(_)
                | MatchingEvent::AuctionIndicated(_) => {}
            }
        }
        for order in book.resting().chain(book.waiting()) {
            take(order.party.order_id, order.quantity);
        }
        prop_assert!(open.values().all(|left| *left == 0), "{:?}", open);
    }

    /// Two orders one of which replaces the other never live together, and what came in another's
    /// place is no more than what was left of that, and what was asked for beyond.
    #[test]
    fn a_replacement_comes_in_as_the_other_leaves(batches in batches()) {
        let mut book = Book::new(symbol());
        for batch in &batches {
            for command in &batch.commands {
                let lives = |book: &Book, id: OrderId| {
                    book.resting().chain(book.waiting()).find(|live| live.party.order_id == id)
                };
                let mut events = Vec::new();
                let Command::Replace(replacement) = command else {
                    book.run_batch(std::slice::from_ref(command), at(batch.ms), &mut events);
                    continue;
                };
                book.run_batch(&[], at(batch.ms), &mut Vec::new());
                let (was, by) = (lives(&book, replacement.order_id), replacement.by());
                let before = lives(&book, by.party().order_id);
                book.run_batch(std::slice::from_ref(command), at(batch.ms), &mut events);
                let is_now = lives(&book, replacement.order_id);
                let left = events.iter().find_map(|event| match event {
                    MatchingEvent::OrderLeftBook(left) if left.replaced_by.is_some() => Some(left),
                    _ => None,
                });
                match left {
                    None => prop_assert!(before.is_some() || lives(&book, by.party().order_id).is_none()),
                    Some(left) => {
                        let was = was.expect("what lived left");
                        prop_assert_eq!((left.party, left.quantity), (was.party, was.quantity));
                        prop_assert_eq!(left.replaced_by, Some(by.party().order_id));
                        prop_assert!(before.is_none() && is_now.is_none());
                        let lost = (replacement.left.micros() - was.quantity.micros()).max(0);
                        let came_in = events.iter().find_map(|event| match event {
                            MatchingEvent::OrderReduced(e) if e.reason == Code::FilledBeforeReplaced => {
                                Some(e.by.micros())
                            }
                            MatchingEvent::OrderLeftBook(e) if e.reason == Code::FilledBeforeReplaced => {
                                Some(lost)
                            }
                            _ => None,
                        });
                        prop_assert_eq!(came_in.unwrap_or(0), lost);
                    }
                }
            }
        }
    }

    /// Nobody pays more, or is paid less, than he agreed to.
    #[test]
    fn nobody_trades_at_a_worse_price_than_he_agreed_to(batches in batches()) {
        let mut worst = BTreeMap::<OrderId, Vec<Price>>::new();
        for command in batches.iter().flat_map(|batch| &batch.commands) {
            match command {
                Command::Place(_) | Command::Replace(_) => {
                    let order = incoming(command).unwrap();
                    let special = order.special().cloned().unwrap_or_default();
                    let own = worst.entry(order.party().order_id).or_default();
                    own.push(order.price());
                    own.extend(special.trigger.map(|trigger| trigger.price));
                    if let Some(exit) = special.exit {
                        let own = worst.entry(exit.order_id).or_default();
                        own.extend(exit.take_profit_price);
                        own.extend(exit.stop_loss.map(|trigger| trigger.price));
                    }
                }
                Command::Amend(amend) => worst.entry(amend.order_id).or_default().push(amend.price),
                Command::Cancel { .. } | Command::Configure(_) => {}
            }
        }
        for event in run(&mut Book::new(symbol()), &batches) {
            let MatchingEvent::OrderFilled(filled) = event else { continue };
            let OrderFilled { price, .. } = filled;
            prop_assert!(worst[&filled.buyer().order_id].iter().any(|most| price <= *most));
            prop_assert!(worst[&filled.seller().order_id].iter().any(|least| price >= *least));
        }
    }

    /// Without a pause there is no auction, and nothing comes of nothing.
    #[test]
    fn only_auctions_trade_two_resting_orders(batches in batches()) {
        let (mut book, mut phase) = (Book::new(symbol()), Phase::default());
        for event in run(&mut book, &batches) {
            match event {
                MatchingEvent::PhaseChanged(changed) => phase = changed.phase,
                MatchingEvent::OrderFilled(filled) => {
                    let gathers = !matches!(phase, Phase::Continuous | Phase::LimitState);
                    prop_assert_eq!(filled.auction.is_some(), gathers);
                }
                _ => {}
            }
        }
        prop_assert_eq!(book.phase(), phase);
    }

    #[test]
    fn a_record_comes_back_as_it_was(batches in batches()) {
        let other = "OTHER".parse().unwrap();
        for batch in batches {
            let commands = vec![(symbol(), batch.commands.clone()), (other, Vec::new())];
            let record = Record { at: at(batch.ms), commands };
            prop_assert_eq!(Record::from_bytes(&record.to_bytes()).unwrap(), record);
        }
    }
}
