//! The way of a batch through a book's actor: messages that were read become commands, which are
//! checked, the books carry them out, and what they say becomes the bytes that are kept and sent.

use super::{
    BATCH, LOT, TICK, amount, best, books, fills, gathered, id, limit, live, side, symbol, tell, user,
};
use crate::allocations::uncounted;
use crate::contenders::Contender;
use crate::tally::Tally;
use crate::workload::{Kind, Op, Workload};
use chrono::{DateTime, Utc};
use contracts::matching::{MatchingEvent, OrderFilled, Words};
use contracts::ordering::{CancelOrder, OrderCommand, PlaceOrder};
use contracts::{OrderId, OrderType, TimeInForce};
use domain::{Book, Command};
use std::ops::Range;

pub struct Actors {
    messages: Vec<OrderCommand>,
    /// Which book each is for.
    symbols: Vec<u16>,
    books: Vec<Book>,
    commands: Vec<Command>,
    events: Vec<MatchingEvent>,
    fills: Vec<OrderFilled>,
}

impl Actors {
    pub fn new(workload: &Workload) -> Self {
        let (messages, symbols) = uncounted(|| {
            let (ops, symbols) = gathered(workload);
            (ops.iter().map(message).collect(), symbols)
        });
        Actors {
            messages,
            symbols,
            books: books(workload),
            commands: Vec::with_capacity(BATCH),
            events: Vec::with_capacity(1024),
            fills: Vec::with_capacity(1024),
        }
    }
}

impl Contender for Actors {
    fn run(&mut self, ops: Range<usize>, tally: &mut Tally) {
        let now: DateTime<Utc> = DateTime::UNIX_EPOCH;
        let Actors { messages, symbols, books, commands, events, fills: told } = self;
        let end = ops.end;
        for begin in ops.step_by(BATCH) {
            let batch = begin..end.min(begin + BATCH);
            let mut messages = &messages[batch.clone()];
            for run in symbols[batch].chunk_by(|one, next| one == next) {
                let (these, others) = messages.split_at(run.len());
                let command = |message| Command::of(message).expect("whole ticks and lots").1;
                commands.extend(these.iter().map(command));
                books[usize::from(run[0])].run_batch(commands, now, events);
                std::hint::black_box(Words::of(events));
                told.extend(fills(events));
                (commands.clear(), events.clear());
                messages = others;
            }
            tell(told, books.len(), tally);
        }
    }

    fn best(&self) -> Vec<(u64, u64)> {
        best(&self.books)
    }

    fn live(&self) -> usize {
        live(&self.books)
    }
}

fn message(op: &Op) -> OrderCommand {
    let (order_id, user_id, symbol) = (OrderId(id(op.id)), user(op), symbol(op.symbol));
    let time_in_force = match op.kind {
        Kind::Limit => TimeInForce::Gtc,
        Kind::ImmediateOrCancel => TimeInForce::Ioc,
        Kind::Cancel => return OrderCommand::CancelOrder(CancelOrder { order_id, user_id, symbol }),
    };
    OrderCommand::PlaceOrder(PlaceOrder {
        order_id,
        user_id,
        ordering: 0,
        symbol,
        side: side(op),
        order_type: OrderType::Limit,
        time_in_force,
        post_only: false,
        quantity: amount(op.quantity),
        price: limit(op.price),
        tick_size: TICK,
        lot_size: LOT,
        special: None,
    })
}
