//! What happens to cash and shares, told as stories. ann, bob and cat live in one partition, zoe
//! in another.
//!
//! ```text
//! fees 10 20                        maker's and taker's, in hundredths of a percent
//! ann has 1000                      cash from outside; `ann takes 5` out again
//! bob has 20 ACME for 150           shares from outside
//! #1 ann buys 10 ACME @ 10          an order asks for its hold
//! #1 ann buys 10 ACME @ 10 or 12    it may trade at 12 once its stop price is met
//! #1 ann buys 10 ACME @ 10 then #2 @ 15 or 8
//!                                   a bracket: its exit takes profit at 15, or sells at 8 at worst
//! #2 meets #1 5 @ 9.50              the taker's order trades with the maker's
//! #1 leaves                         the rest of the order is gone from the book
//! #1 shrinks by 3                   that much of it will never be filled
//! #1 rests at 9.98                  better for its user than its limit
//! #1 asks for 12 @ 11               to be 12 in all, at 11
//! #1 becomes 9 @ 11                 the book has done so; 9 are left of it
//! #1 gives up 3                     the book has done so by that much less
//! #1 stays                          the book has not
//! #2 ann buys 9 ACME @ 11 instead of #1 with 6 left
//!                                   it is to come in #1's place, of which 6 were left when this was asked
//! #1 yields to #2                   the book has done so
//! ```

mod amendments;
mod brackets;
mod fees;
mod holds;
mod replacements;
mod stops;
mod trades;

use super::sayings::{About, in_an_auction};
use super::world::{World, order, place_order, user};
use super::{Amendment, FeeRates, Hold, Holding};
use contracts::{
    Code, OrderId, Price, Side, UserId,
    matching::MatchingEvent,
    ordering::{Exit, PlaceOrder, Replaces, Special, Trigger},
};
use expect_test::Expect;
use std::fmt::Write;
use std::str::FromStr;

const PEOPLE: [(&str, u128); 4] = [("ann", 0), ("bob", 2), ("cat", 4), ("zoe", 1)];

fn check(story: &str, expected: Expect) {
    let mut world = World::default();
    PEOPLE.iter().for_each(|(_, id)| world.enter(user(*id)));
    let mut told = String::new();
    let mut orders = 0;
    for line in story.lines().map(str::trim).filter(|line| !line.is_empty()) {
        let words: Vec<&str> = line.split_whitespace().collect();
        if let Err(no) = act(&mut world, &words, &mut orders) {
            writeln!(told, "{line}: {no}").unwrap();
        }
        world.check();
    }
    describe(&world, orders, &mut told);
    expected.assert_eq(&told);
}

fn act(world: &mut World, words: &[&str], orders: &mut u128) -> Result<(), String> {
    match words {
        ["fees", maker, taker] => {
            world.fees = FeeRates { maker_basis_points: read(maker), taker_basis_points: read(taker) };
            Ok(())
        }
        [who, "has", amount] => world.deposit(person(who), read(amount)).map_err(|e| e.to_string()),
        [who, "takes", amount] => world.withdraw(person(who), read(amount)).map_err(|e| e.to_string()),
        [who, "has", quantity, symbol, "for", cost] => world
            .deposit_shares(person(who), read(symbol), read(quantity), read(cost))
            .map_err(|e| e.to_string()),
        [id, who, verb @ ("buys" | "sells"), quantity, symbol, "@", price, special @ ..] => {
            let side = if *verb == "buys" { Side::Buy } else { Side::Sell };
            let plain = place_order(number(id), person(who), side, read(symbol), read(quantity), read(price));
            let order = PlaceOrder { special: special_of(special), ..plain };
            let exit = order.special.as_ref().and_then(|special| special.exit);
            let n = exit.map_or(number(id), |exit| exit.order_id.0.as_u128().max(number(id)));
            *orders = (*orders).max(n);
            decided(world.place(&order))
        }
        [id, "asks", "for", quantity, "@", price] => {
            let order = order_of(id);
            let was_quantity = world.hold(order).ok_or("nothing was ever held for it")?.quantity;
            let asked = Amendment { price: read(price), was_quantity, quantity: read(quantity) };
            decided(world.amend(order, asked))
        }
        [id, said @ ..] => told(world, number(id), said),
        [] => Ok(()),
    }
}

/// What a book says about an order.
fn told(world: &mut World, n: u128, said: &[&str]) -> Result<(), String> {
    let hold = world.hold(order(n)).ok_or_else(|| nobody_holds(n))?;
    let (about, left) = (About::of(n, &hold), hold.left());
    let event = match said {
        ["meets", maker, quantity, "@", price, how @ ..] => {
            let maker = number(maker);
            let makers = world.hold(order(maker)).ok_or_else(|| nobody_holds(maker))?;
            let (makers, trade) = (About::of(maker, &makers), world.next_trade());
            let fill = about.meets(&makers, trade, read(quantity), read(price));
            MatchingEvent::OrderFilled(if how.is_empty() { fill } else { in_an_auction(fill) })
        }
        ["leaves"] => about.leaves(left),
        ["yields", "to", other] => about.yields(left, number(other)),
        ["shrinks", "by", by] => about.shrinks(read(by), left.minus(read(by)).unwrap(), Code::SelfTrade),
        ["gives", "up", by] => about.shrinks(read(by), left.minus(read(by)).unwrap(), Code::AmendedByUser),
        ["becomes", quantity, "@", price] => about.becomes(left, read(quantity), read(price)),
        ["rests", "at", price] => about.rests_at(read(price), left),
        ["stays"] => about.stays(),
        other => panic!("what is {other:?}?"),
    };
    world.hear(&event).map_err(|e| format!("poison: {e}"))
}

fn nobody_holds(n: u128) -> String {
    format!("nothing was ever held for #{n}")
}

fn decided(decision: Option<Result<(), contracts::Refusal>>) -> Result<(), String> {
    decision.ok_or("was decided before")?.map_err(|e| e.to_string())
}

fn special_of(words: &[&str]) -> Option<Box<Special>> {
    let worst = |price: &str| {
        let price: Price = read(price);
        Trigger { stop_price: price, trail_amount: None, price, rests: false }
    };
    let (exit, prices) = match words {
        [] => return None,
        ["instead", "of", was, "with", left, "left"] => {
            let replaces = Some(Replaces { order_id: order_of(was), left: read(left) });
            return Some(Box::new(Special { replaces, ..Special::default() }));
        }
        ["then", exit, prices @ ..] => (Some(order_of(exit)), prices),
        prices => (None, prices),
    };
    let (take_profit_price, trigger) = match prices {
        ["@", profit] => (Some(read(profit)), None),
        ["or", loss] => (None, Some(worst(loss))),
        ["@", profit, "or", loss] => (Some(read(profit)), Some(worst(loss))),
        [] => (None, None),
        other => panic!("what is {other:?}?"),
    };
    let Some(order_id) = exit else { return Some(Box::new(Special { trigger, ..Special::default() })) };
    let exit = Some(Exit { order_id, take_profit_price, stop_loss: trigger });
    Some(Box::new(Special { exit, ..Special::default() }))
}

fn describe(world: &World, orders: u128, told: &mut String) {
    for (name, id) in PEOPLE {
        let books = &world.partitions[(id % 2) as usize];
        let account = books.accounts.get(user(id)).unwrap();
        let mut holdings: Vec<_> =
            books.holdings.all().filter(|((owner, _), _)| *owner == user(id)).collect();
        holdings.sort_by_key(|((_, symbol), _)| *symbol);
        if account.cash.is_zero() && holdings.is_empty() {
            continue;
        }
        write!(told, "{name}: cash {}", account.cash).unwrap();
        if !account.held.is_zero() {
            write!(told, " ({} held)", account.held).unwrap();
        }
        for ((_, symbol), Holding { quantity, held, cost, realised }) in holdings {
            write!(told, "; {quantity} {symbol}").unwrap();
            if !held.is_zero() {
                write!(told, " ({held} held)").unwrap();
            }
            write!(told, " for {cost}, earned {realised}").unwrap();
        }
        writeln!(told).unwrap();
    }
    for n in 1..=orders {
        if let Some(hold) = world.hold(order(n)) {
            let Hold { state, remaining, awaited, amendment, .. } = hold;
            write!(told, "#{n} {state:?}, {remaining} left").unwrap();
            if !awaited.is_zero() {
                write!(told, ", {awaited} awaited").unwrap();
            }
            if let Some(Amendment { quantity, price, .. }) = amendment {
                write!(told, ", asked for {quantity} @ {price}").unwrap();
            }
            writeln!(told).unwrap();
        }
    }
    for (n, books) in world.partitions.iter().enumerate() {
        let mut balances: Vec<_> = books.system.iter().filter(|(_, balance)| **balance != 0).collect();
        balances.sort();
        for ((account, symbol), balance) in balances {
            let balance = contracts::Money::from_micros(i64::try_from(*balance).unwrap());
            let asset = symbol.map_or("cash".to_owned(), |symbol| symbol.to_string());
            writeln!(told, "{account:?} {n}: {balance} {asset}").unwrap();
        }
    }
}

fn read<T: FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().unwrap_or_else(|e| panic!("{text}: {e:?}"))
}

fn person(name: &str) -> UserId {
    user(PEOPLE.iter().find(|(known, _)| *known == name).unwrap_or_else(|| panic!("who is {name}?")).1)
}

fn number(id: &str) -> u128 {
    read(id.trim_start_matches('#'))
}

fn order_of(id: &str) -> OrderId {
    order(number(id))
}
