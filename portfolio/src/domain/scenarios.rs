//! What happens to cash and shares, told as stories. ann, bob and cat live in one partition, zoe
//! in another.
//!
//! ```text
//! fees 10 20                        maker's and taker's, in hundredths of a percent
//! ann has 1000                      cash from outside; `ann takes 5` out again
//! bob has 20 ACME for 150           shares from outside
//! #1 ann buys 10 ACME @ 10          an order asks for its hold
//! #2 meets #1 5 @ 9.50              the taker's order trades with the maker's
//! #1 leaves                         the rest of the order is gone from the book
//! ```

use super::world::{World, order, place_order, user};
use super::{FeeRates, Holding};
use contracts::{OrderId, Side, UserId};
use expect_test::{Expect, expect};
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
        [id, who, verb @ ("buys" | "sells"), quantity, symbol, "@", price] => {
            let side = if *verb == "buys" { Side::Buy } else { Side::Sell };
            let n = number(id);
            *orders = (*orders).max(n);
            let order = place_order(n, person(who), side, read(symbol), read(quantity), read(price));
            match world.place(&order) {
                None => Err("was decided before".into()),
                Some(decision) => decision.map_err(|e| e.to_string()),
            }
        }
        [taker, "meets", maker, quantity, "@", price] => world
            .fill(order_of(taker), order_of(maker), read(quantity), read(price))
            .map_err(|e| format!("poison: {e}")),
        [id, "leaves"] => world.leave(order_of(id)).map_err(|e| format!("poison: {e}")),
        other => panic!("what is {other:?}?"),
    }
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
            writeln!(told, "#{n} {:?}, {} left", hold.state, hold.remaining).unwrap();
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

#[test]
fn cash_and_shares_change_hands_at_the_trades_price() {
    check(
        "
        ann has 1000
        bob has 20 ACME for 150
        #1 bob sells 10 ACME @ 10
        #2 ann buys 10 ACME @ 10
        #2 meets #1 10 @ 10
        ",
        expect![[r#"
            ann: cash 900; 10 ACME for 100, earned 0
            bob: cash 100; 10 ACME for 75, earned 25
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -1000 cash
            External 0: -20 ACME
        "#]],
    );
}

#[test]
fn held_at_the_limit_traded_lower_the_difference_is_the_buyers() {
    check(
        "
        ann has 100
        bob has 20 ACME for 150
        #1 bob sells 20 ACME @ 7
        #2 ann buys 10 ACME @ 10
        #2 meets #1 4 @ 7
        ",
        expect![[r#"
            ann: cash 72 (60 held); 4 ACME for 28, earned 0
            bob: cash 28; 16 ACME (16 held) for 120, earned -2
            #1 Pending, 16 left
            #2 Pending, 6 left
            External 0: -100 cash
            External 0: -20 ACME
        "#]],
    );
}

#[test]
fn a_first_buy_of_a_stock_never_owned_makes_a_holding() {
    check(
        "
        ann has 10
        bob has 1 NEW for 0
        #1 bob sells 1 NEW @ 3
        #2 ann buys 1 NEW @ 3
        #2 meets #1 1 @ 3
        ",
        expect![[r#"
            ann: cash 7; 1 NEW for 3, earned 0
            bob: cash 3; 0 NEW for 0, earned 3
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -10 cash
            External 0: -1 NEW
        "#]],
    );
}

#[test]
fn a_second_partial_fill_adds_to_the_first() {
    check(
        "
        ann has 100
        bob has 10 ACME for 10
        #1 ann buys 10 ACME @ 10
        #2 bob sells 3 ACME @ 10
        #3 bob sells 4 ACME @ 9
        #2 meets #1 3 @ 10
        #3 meets #1 4 @ 10
        #1 leaves
        ",
        expect![[r#"
            ann: cash 30; 7 ACME for 70, earned 0
            bob: cash 70; 3 ACME for 3, earned 63
            #1 Voided, 3 left
            #2 Posted, 0 left
            #3 Posted, 0 left
            External 0: -100 cash
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn selling_ten_of_a_hundred_leaves_ninety() {
    check(
        "
        ann has 100
        bob has 100 ACME for 300
        #1 bob sells 10 ACME @ 5
        #2 ann buys 10 ACME @ 5
        #2 meets #1 10 @ 5
        ",
        expect![[r#"
            ann: cash 50; 10 ACME for 50, earned 0
            bob: cash 50; 90 ACME for 270, earned 20
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -100 cash
            External 0: -100 ACME
        "#]],
    );
}

#[test]
fn cancelling_gives_back_what_was_held_and_nothing_more() {
    check(
        "
        ann has 100
        bob has 5 ACME for 5
        #1 ann buys 10 ACME @ 10
        #2 bob sells 5 ACME @ 10
        #1 leaves
        #2 leaves
        #1 leaves
        ",
        expect![[r#"
            #1 leaves: poison: the hold of order 00000000-0000-0000-0000-000000000001 has ended: Voided
            ann: cash 100
            bob: cash 0; 5 ACME for 5, earned 0
            #1 Voided, 10 left
            #2 Voided, 5 left
            External 0: -100 cash
            External 0: -5 ACME
        "#]],
    );
}

#[test]
fn what_is_held_cannot_be_spent_again() {
    check(
        "
        fees 0 100
        ann has 100
        bob has 5 ACME for 5
        #1 ann buys 9 ACME @ 10
        #2 ann buys 1 ACME @ 10
        ann takes 9.11
        ann takes 9.10
        #3 bob sells 4 ACME @ 1
        #4 bob sells 2 ACME @ 1
        ",
        expect![[r#"
            #2 ann buys 1 ACME @ 10: the order may cost 10.1 with its fee, 9.1 is available (insufficient_cash)
            ann takes 9.11: amount: 9.11 is asked for, 9.1 is available (insufficient_cash)
            #4 bob sells 2 ACME @ 1: 2 ACME is to be sold, 1 is available (insufficient_shares)
            ann: cash 90.9 (90.9 held)
            bob: cash 0; 5 ACME (4 held) for 5, earned 0
            #1 Pending, 9 left
            #2 Refused, 1 left
            #3 Pending, 4 left
            #4 Refused, 2 left
            External 0: -90.9 cash
            External 0: -5 ACME
        "#]],
    );
}

#[test]
fn an_order_is_decided_once() {
    check(
        "
        #1 ann buys 1 ACME @ 10
        ann has 100
        #1 ann buys 1 ACME @ 10
        #2 ann buys 1 ACME @ 10
        #2 ann buys 1 ACME @ 10
        #2 bob sells 1 ACME @ 10
        ",
        expect![[r#"
            #1 ann buys 1 ACME @ 10: the order may cost 10 with its fee, 0 is available (insufficient_cash)
            #1 ann buys 1 ACME @ 10: was decided before
            #2 ann buys 1 ACME @ 10: was decided before
            #2 bob sells 1 ACME @ 10: order_id: the order id was used by somebody else (id_reused)
            ann: cash 100 (10 held)
            #1 Refused, 1 left
            #2 Pending, 1 left
            External 0: -100 cash
        "#]],
    );
}

#[test]
fn fees_round_down_per_fill_and_go_to_the_house() {
    check(
        "
        fees 10 25
        ann has 1000
        bob has 100 ACME for 100
        #1 ann buys 33 ACME @ 0.33
        #2 bob sells 33 ACME @ 0.33
        #2 meets #1 1 @ 0.33
        #2 meets #1 32 @ 0.33
        ",
        expect![[r#"
            ann: cash 989.09911; 33 ACME for 10.90089, earned 0
            bob: cash 10.862775; 67 ACME for 67, earned -22.137225
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -1000 cash
            External 0: -100 ACME
            House 0: 0.038115 cash
        "#]],
    );
}

#[test]
fn fees_raised_after_the_hold_do_not_raise_the_buyers() {
    check(
        "
        fees 10 10
        ann has 10.01
        bob has 1 ACME for 1
        #1 ann buys 1 ACME @ 10
        fees 500 500
        #2 bob sells 1 ACME @ 10
        #2 meets #1 1 @ 10
        ",
        expect![[r#"
            ann: cash 0; 1 ACME for 10.01, earned 0
            bob: cash 9.5; 0 ACME for 0, earned 8.5
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -10.01 cash
            External 0: -1 ACME
            House 0: 0.51 cash
        "#]],
    );
}

#[test]
fn a_trade_between_partitions_posts_each_side_at_home() {
    check(
        "
        fees 10 20
        zoe has 100
        bob has 5 ACME for 20
        #1 bob sells 5 ACME @ 8
        #2 zoe buys 5 ACME @ 9
        #2 meets #1 5 @ 8
        ",
        expect![[r#"
            bob: cash 39.96; 0 ACME for 0, earned 19.96
            zoe: cash 59.92; 5 ACME for 40.08, earned 0
            #1 Posted, 0 left
            #2 Posted, 0 left
            External 0: -5 ACME
            Clearing 0: -40 cash
            Clearing 0: 5 ACME
            House 0: 0.04 cash
            External 1: -100 cash
            Clearing 1: 40 cash
            Clearing 1: -5 ACME
            House 1: 0.08 cash
        "#]],
    );
}

#[test]
fn broken_promises_change_nothing() {
    check(
        "
        ann has 100
        bob has 50 ACME for 50
        #1 ann buys 5 ACME @ 10
        #2 bob sells 10 ACME @ 10
        #3 ann sells 1 ACME @ 10
        #4 bob buys 1 ACME @ 10
        #2 meets #9 1 @ 10
        #2 meets #1 6 @ 10
        #2 meets #1 5 @ 11
        #2 meets #1 5 @ 9
        #2 meets #2 5 @ 10
        #2 meets #3 1 @ 10
        #2 meets #1 0 @ 10
        #2 meets #1 5 @ 10
        #2 meets #1 1 @ 10
        #1 leaves
        ",
        expect![[r#"
            #3 ann sells 1 ACME @ 10: 1 ACME is to be sold, 0 is available (insufficient_shares)
            #4 bob buys 1 ACME @ 10: the order may cost 10 with its fee, 0 is available (insufficient_cash)
            #2 meets #9 1 @ 10: poison: order 00000000-0000-0000-0000-000000000009 has no hold
            #2 meets #1 6 @ 10: poison: trade 00000000-0000-0000-0000-000000000004, order 00000000-0000-0000-0000-000000000001: 6 was filled, 5 was left
            #2 meets #1 5 @ 11: poison: trade 00000000-0000-0000-0000-000000000005, order 00000000-0000-0000-0000-000000000001: 11 is worse than 10
            #2 meets #1 5 @ 9: poison: trade 00000000-0000-0000-0000-000000000006, order 00000000-0000-0000-0000-000000000002: 9 is worse than 10
            #2 meets #2 5 @ 10: poison: trade 00000000-0000-0000-0000-000000000007 is with oneself
            #2 meets #3 1 @ 10: poison: the hold of order 00000000-0000-0000-0000-000000000003 is for something else
            #2 meets #1 0 @ 10: poison: trade 00000000-0000-0000-0000-000000000009 is of nothing
            #2 meets #1 1 @ 10: poison: the hold of order 00000000-0000-0000-0000-000000000001 has ended: Posted
            #1 leaves: poison: the hold of order 00000000-0000-0000-0000-000000000001 has ended: Posted
            ann: cash 50; 5 ACME for 50, earned 0
            bob: cash 50; 45 ACME (5 held) for 45, earned 45
            #1 Posted, 0 left
            #2 Pending, 5 left
            #3 Refused, 1 left
            #4 Refused, 1 left
            External 0: -100 cash
            External 0: -50 ACME
        "#]],
    );
}

#[test]
fn profit_is_what_was_got_less_what_it_had_cost() {
    check(
        "
        ann has 1000
        bob has 10 ACME for 100
        cat has 1000
        #1 bob sells 10 ACME @ 12
        #2 ann buys 3 ACME @ 12
        #3 cat buys 7 ACME @ 12
        #2 meets #1 3 @ 12
        #3 meets #1 7 @ 12
        #4 ann sells 1 ACME @ 11
        #5 cat buys 1 ACME @ 11
        #5 meets #4 1 @ 11
        ",
        expect![[r#"
            ann: cash 975; 2 ACME for 24, earned -1
            bob: cash 120; 0 ACME for 0, earned 20
            cat: cash 905; 8 ACME for 95, earned 0
            #1 Posted, 0 left
            #2 Posted, 0 left
            #3 Posted, 0 left
            #4 Posted, 0 left
            #5 Posted, 0 left
            External 0: -2000 cash
            External 0: -10 ACME
        "#]],
    );
}

#[test]
fn amounts_have_limits_on_both_sides() {
    check(
        "
        ann has 0
        ann has 1000000000.000001
        ann has 1000000000
        ann takes 0
        ann takes 1000000000.000001
        bob has 0 ACME for 1
        bob has 1 ACME for 1000000000000.000001
        #1 ann buys 9000000000 ACME @ 1000000
        #2 ann buys 0 ACME @ 1
        #3 ann buys 1 ACME @ 0
        #4 ann buys 0.001 ACME @ 0.0001
        ",
        expect![[r#"
            ann has 0: amount: more than 0, at most 1000000000; got 0 (out_of_range)
            ann has 1000000000.000001: amount: more than 0, at most 1000000000; got 1000000000.000001 (out_of_range)
            ann takes 0: amount: more than 0, at most 1000000000; got 0 (out_of_range)
            ann takes 1000000000.000001: amount: more than 0, at most 1000000000; got 1000000000.000001 (out_of_range)
            bob has 0 ACME for 1: quantity: more than 0, at most 1000000000; got 0 (out_of_range)
            bob has 1 ACME for 1000000000000.000001: cost: 0 to 1000000000000 is possible, got 1000000000000.000001 (out_of_range)
            #1 ann buys 9000000000 ACME @ 1000000: quantity: the amount is too large (out_of_range)
            #2 ann buys 0 ACME @ 1: quantity: price and quantity must be greater than 0 (out_of_range)
            #3 ann buys 1 ACME @ 0: quantity: price and quantity must be greater than 0 (out_of_range)
            #4 ann buys 0.001 ACME @ 0.0001: quantity: price × quantity is not a whole number of millionths (out_of_range)
            ann: cash 1000000000
            #1 Refused, 9000000000 left
            #2 Refused, 0 left
            #3 Refused, 1 left
            #4 Refused, 0.001 left
            External 0: -1000000000 cash
        "#]],
    );
}
