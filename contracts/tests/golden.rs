//! Every message as it is on the wire. A change here is a change for everybody who listens: old
//! messages, which may still lie in outboxes and queues, must go on being read.

use contracts::accounts::{AccountsCommand, AccountsEvent, Member, SessionsEvent};
use contracts::control::{Control, Inspection, Operate, ParkedList};
use contracts::intake::IntakeReply;
use contracts::journey::{MemoryCommand, Recalled};
use contracts::matching::{Depths, MatchingCommand, MatchingEvent};
use contracts::ordering::{OrderCommand, OrderDetail, OrderingEvent, Page};
use contracts::portfolio::{Moved, Portfolio, PortfolioCommand, PortfolioEvent, PortfolioToOrdering};
use contracts::stock_data::{Candles, Statistics, Stock, StockDataCommand, StockDataEvent, Trade};
use contracts::{Batch, Fill};
use serde::{Serialize, de::DeserializeOwned};
use std::collections::BTreeMap;

/// The messages, one a line: its name, its JSON.
const GOLDEN: &str = include_str!("golden.jsonl");

fn golden() -> BTreeMap<&'static str, Vec<&'static str>> {
    let mut by_name: BTreeMap<_, Vec<_>> = BTreeMap::new();
    for line in GOLDEN.lines().filter(|line| !line.trim().is_empty()) {
        let (name, json) = line.split_once(' ').expect("a name and a message");
        by_name.entry(name).or_default().push(json);
    }
    by_name
}

/// Read, and written again to the letter.
fn stays<T: Serialize + DeserializeOwned>(json: &str) {
    let message: T =
        serde_json::from_str(json).unwrap_or_else(|error| panic!("cannot be read any more: {error}\n{json}"));
    assert_eq!(serde_json::to_string(&message).unwrap(), json);
}

#[test]
fn every_message_is_on_the_wire_what_it_was() {
    for (name, messages) in golden() {
        for json in messages {
            match name {
                "accounts" => stays::<AccountsEvent>(json),
                "accounts.web" => stays::<SessionsEvent>(json),
                "accounts.command" => stays::<AccountsCommand>(json),
                "accounts.question" => stays::<contracts::accounts::Question>(json),
                "stock-data" => stays::<StockDataEvent>(json),
                "stock-data.command" => stays::<StockDataCommand>(json),
                "stock-data.question" => stays::<contracts::stock_data::Question>(json),
                "stock" => stays::<Stock>(json),
                "candles" => stays::<Candles>(json),
                "upload" => stays::<contracts::stock_data::Upload>(json),
                "statistics" => stays::<Statistics>(json),
                "feed.taken" => stays::<contracts::stock_data::FeedTaken>(json),
                "trade" => stays::<Trade>(json),
                "order.command" => stays::<OrderCommand>(json),
                "ordering" => stays::<OrderingEvent>(json),
                "ordering.question" => stays::<contracts::ordering::Question>(json),
                "order.detail" => stays::<OrderDetail>(json),
                "fills" => stays::<Page<Fill>>(json),
                "members" => stays::<Page<Member>>(json),
                "intake.reply" => stays::<IntakeReply>(json),
                "portfolio.ordering" => stays::<PortfolioToOrdering>(json),
                "portfolio" => stays::<PortfolioEvent>(json),
                "portfolio.command" => stays::<PortfolioCommand>(json),
                "portfolio.question" => stays::<contracts::portfolio::Question>(json),
                "portfolio.answer" => stays::<Portfolio>(json),
                "moved" => stays::<Moved>(json),
                "matching" => stays::<MatchingEvent>(json),
                "matching.command" => stays::<MatchingCommand>(json),
                "matching.depths" => stays::<Depths>(json),
                "batch" => stays::<Batch<MatchingEvent>>(json),
                "control" => stays::<Control>(json),
                "operate" => stays::<Operate>(json),
                "inspection" => stays::<Inspection>(json),
                "parked" => stays::<ParkedList>(json),
                "memory.command" => stays::<MemoryCommand>(json),
                "recalled" => stays::<Recalled>(json),
                other => panic!("no message is called {other}"),
            }
        }
    }
}

/// A variant that is added without a golden message is found here: each is named as it is tagged.
#[test]
fn every_variant_has_a_golden_message() {
    for tag in [
        "user_changed",
        "register_user",
        "demo_users",
        "users",
        "people",
        "enter_demo",
        "renew",
        "session_ended",
        "sessions_ended",
        "open_account",
        "change_password",
        "rehash",
        "keep_key",
        "end_session",
        "rename",
        "drop_key",
        "close_account",
        "sign_up",
        "log_in",
        "reset_password",
        "profile",
        "make_key",
        "keys",
        "use_key",
        "ended",
        "instrument_changed",
        "price_changed",
        "feed_changed",
        "take_feed",
        "list_instrument",
        "stocks",
        "trades",
        "simulate_history",
        "add_instrument",
        "change_instrument",
        "upload_instruments",
        "undo_upload",
        "candles",
        "statistics",
        "place_order",
        "cancel_order",
        "order_changed",
        "order_filled",
        "orders",
        "order_detail",
        "fills",
        "order_refused",
        "portfolio_changed",
        "deposit",
        "withdraw",
        "deposit_shares",
        "portfolio",
        "balances",
        "ledger",
        "known_ids",
        "order_opened",
        "order_left_book",
        "order_armed",
        "order_triggered",
        "order_reduced",
        "order_amended",
        "order_refreshed",
        "amendment_refused",
        "phase_changed",
        "auction_indicated",
        "amend_order",
        "wake",
        "depths",
        "position",
        "replay",
        "redrive",
        "parked",
        "order_origin",
        "recall",
    ] {
        assert!(GOLDEN.contains(&format!("{{\"{tag}\":")), "no golden message shows {tag}");
    }
}
