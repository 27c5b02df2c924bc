//! What no other book here does, or does otherwise: the project's alone, over and over.
//!
//! **Invariant** A speciality leaves the book as it found it, so that it can be done again.

use super::{LOT, TICK, amount, id, limit};
use contracts::matching::{MatchingEvent, Party};
use contracts::ordering::{Exit, Special, Trigger};
use contracts::{OrderId, Side, Timestamp, UserId};
use domain::{Amend, Book, Command, Incoming, Terms};

/// As of [`crate::pieces`].
const TURNS: u32 = 4096;
const MIDDLE: u32 = 100_000;

type Write = fn(&mut Script);

/// Name, what is there before, what is done each turn.
const SPECIALITIES: [(&str, Write, Write); 9] = [
    ("an iceberg of ten, of which one is shown, is taken by another", nothing, |script| {
        let special = Special { display_quantity: Some(amount(1)), ..Special::default() };
        script.order(Side::Sell, Terms::Rest, (MIDDLE, 10), special);
        script.takes(Side::Buy, MIDDLE, 10);
    }),
    ("a stop is armed and canceled", nothing, |script| {
        let stop = script.stop(Side::Buy, MIDDLE + 1);
        script.cancel(stop);
    }),
    ("a stop is armed, triggered and taken", nothing, |script| {
        // The last trade is below the stop price.
        script.sells(MIDDLE);
        script.takes(Side::Buy, MIDDLE, 1);
        script.stop(Side::Buy, MIDDLE + 1);
        script.sells(MIDDLE + 1);
        script.sells(MIDDLE + 2);
        script.takes(Side::Buy, MIDDLE + 1, 1);
    }),
    ("one that cancels the other comes and goes", nothing, |script| {
        let trigger = trigger(Side::Sell, MIDDLE - 10);
        let special = Special { trigger: Some(trigger), ..Special::default() };
        let incoming = plain(script.next_id(), Side::Sell, Terms::Rest, (MIDDLE + 10, 1));
        let oco = script.place(incoming.with(true, Some(Box::new(special))).expect("a limit and a stop"));
        script.cancel(oco);
    }),
    ("a bracket's entry trades, its exit is canceled", nothing, |script| {
        script.sells(MIDDLE);
        let (entry, exit) = (script.next_id(), script.next_id());
        let exits = Exit {
            order_id: OrderId(id(exit)),
            take_profit_price: Some(limit(MIDDLE + 10)),
            stop_loss: Some(trigger(Side::Sell, MIDDLE - 10)),
        };
        let special = Special { exit: Some(exits), ..Special::default() };
        let incoming = plain(entry, Side::Buy, Terms::Rest, (MIDDLE, 1));
        script.place(incoming.with(false, Some(Box::new(special))).expect("an entry and an exit"));
        script.cancel_of(exit, entry);
    }),
    ("an order comes, is made smaller, and goes", nothing, |script| {
        let order = script.order(Side::Sell, Terms::Rest, (MIDDLE, 2), Special::default());
        script.amend(order, 2, (MIDDLE, 1));
        script.cancel(order);
    }),
    ("an order comes, is moved, and goes", nothing, |script| {
        let order = script.order(Side::Sell, Terms::Rest, (MIDDLE, 1), Special::default());
        script.amend(order, 1, (MIDDLE + 1, 1));
        script.cancel(order);
    }),
    (
        "all of ten or nothing, of which nine are there",
        |script| (0..9).for_each(|_| script.sells(MIDDLE)),
        |script| {
            script.order(Side::Buy, Terms::AllOrNothing, (MIDDLE, 10), Special::default());
        },
    ),
    (
        "a post-only order would trade",
        |script| script.sells(MIDDLE),
        |script| {
            script.order(Side::Buy, Terms::PostOnly, (MIDDLE, 1), Special::default());
        },
    ),
];

fn nothing(_: &mut Script) {}

pub struct Speciality {
    pub name: &'static str,
    commands: Vec<Command>,
    book: Book,
    events: Vec<MatchingEvent>,
}

pub fn specialities() -> impl Iterator<Item = Speciality> {
    SPECIALITIES.into_iter().map(|(name, before, turn)| {
        let mut script = Script { commands: Vec::new(), ids: 0 };
        before(&mut script);
        let mut book = Book::new("S0".parse().expect("a symbol"));
        let mut events = Vec::new();
        script.commands.drain(..).for_each(|command| book.run(&command, NOW, &mut events));
        (0..TURNS).for_each(|_| turn(&mut script));
        Speciality { name, commands: script.commands, book, events }
    })
}

const NOW: Timestamp = Timestamp::UNIX_EPOCH;

impl Speciality {
    pub fn commands(&self) -> usize {
        self.commands.len()
    }

    /// All turns once. Answers how many events the book said.
    pub fn run(&mut self) -> usize {
        let mut said = 0;
        for command in &self.commands {
            self.events.clear();
            self.book.run(command, NOW, &mut self.events);
            said += self.events.len();
        }
        said
    }
}

fn plain(at: u32, side: Side, terms: Terms, (price, lots): (u32, u32)) -> Incoming {
    let party = Party { order_id: OrderId(id(at)), user_id: UserId(id(at)), ordering: 0 };
    let incoming = Incoming::new(party, (side, terms), (limit(price), amount(lots)), (TICK, LOT));
    incoming.expect("whole ticks and lots")
}

/// Trades up to ten ticks beyond its stop price.
fn trigger(side: Side, stop_price: u32) -> Trigger {
    let worst = match side {
        Side::Buy => stop_price + 10,
        Side::Sell => stop_price - 10,
    };
    Trigger { stop_price: limit(stop_price), trail_amount: None, price: limit(worst), rests: false }
}

struct Script {
    commands: Vec<Command>,
    ids: u32,
}

impl Script {
    fn next_id(&mut self) -> u32 {
        self.ids += 1;
        self.ids
    }

    /// Answers the order's number.
    fn place(&mut self, incoming: Incoming) -> u32 {
        self.commands.push(Command::Place(incoming));
        self.ids
    }

    fn order(&mut self, side: Side, terms: Terms, what: (u32, u32), special: Special) -> u32 {
        let special = (special != Special::default()).then(|| Box::new(special));
        let incoming = plain(self.next_id(), side, terms, what);
        self.place(incoming.with(false, special).expect("an order that may be"))
    }

    fn stop(&mut self, side: Side, stop_price: u32) -> u32 {
        let trigger = trigger(side, stop_price);
        let worst = (trigger.price.micros() / TICK.micros()) as u32;
        let special = Special { trigger: Some(trigger), ..Special::default() };
        self.order(side, Terms::Rest, (worst, 1), special)
    }

    fn sells(&mut self, price: u32) {
        self.order(Side::Sell, Terms::Rest, (price, 1), Special::default());
    }

    fn takes(&mut self, side: Side, price: u32, lots: u32) {
        self.order(side, Terms::Immediate, (price, lots), Special::default());
    }

    fn amend(&mut self, order: u32, was: u32, (price, lots): (u32, u32)) {
        let amend = Amend {
            order_id: OrderId(id(order)),
            user_id: UserId(id(order)),
            was_quantity: amount(was),
            quantity: amount(lots),
            price: limit(price),
            tick_size: TICK,
            lot_size: LOT,
        };
        self.commands.push(Command::Amend(amend.checked().expect("whole ticks and lots")));
    }

    fn cancel(&mut self, order: u32) {
        self.cancel_of(order, order);
    }

    fn cancel_of(&mut self, order: u32, user: u32) {
        self.commands.push(Command::Cancel { order_id: OrderId(id(order)), user_id: UserId(id(user)) });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// What the book says in a turn.
    fn said(Speciality { commands, book, events, .. }: &mut Speciality) -> String {
        events.clear();
        let turn = commands.len() / TURNS as usize;
        commands[..turn].iter().for_each(|command| book.run(command, NOW, events));
        let kind = |event: &MatchingEvent| format!("{event:?}").split('(').next().map(str::to_owned);
        events.iter().filter_map(kind).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_speciality_does_what_it_says_and_leaves_the_book_as_it_found_it() {
        let filled_ten = ["OrderFilled"; 10].join(" OrderRefreshed ");
        let turns = [
            &format!("OrderOpened {filled_ten}"),
            "OrderArmed OrderLeftBook",
            "OrderOpened OrderFilled OrderArmed OrderOpened OrderOpened OrderFilled OrderTriggered OrderFilled",
            "OrderOpened OrderLeftBook",
            "OrderOpened OrderArmed OrderFilled OrderOpened OrderLeftBook",
            "OrderOpened OrderReduced OrderLeftBook",
            "OrderOpened OrderAmended OrderOpened OrderLeftBook",
            "OrderLeftBook",
            "OrderLeftBook",
        ];
        assert_eq!(turns.len(), SPECIALITIES.len());
        for (mut speciality, turn) in specialities().zip(turns) {
            let name = speciality.name;
            let seen = |book: &Book| (book.depth().bids, book.depth().asks, book.resting().count());
            let found = seen(&speciality.book);
            for _ in 0..3 {
                let events = turn.split(' ').count() * TURNS as usize;
                assert_eq!(speciality.run(), events, "{name}: {}", said(&mut speciality));
                assert_eq!(seen(&speciality.book), found, "{name}");
            }
            assert_eq!(said(&mut specialities().find(|other| other.name == name).unwrap()), turn, "{name}");
        }
    }
}
