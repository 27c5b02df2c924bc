//! Any messages in any order: the world is checked after every step, whatever comes.

use crate::handlers::scenario::World;
use proptest::prelude::*;

/// Any message about any of a few orders, sensible or not. Of brackets, o4 is the exit of o3.
fn message() -> impl Strategy<Value = String> {
    let number = 0..6usize;
    let (quantity, sequence) = (1..6u8, 1..24u32);
    (0..19u8, number.clone(), number, quantity, sequence).prop_map(
        |(kind, order, other, quantity, sequence)| {
            let (user, verb) = if order < 3 { ("ann", "buys") } else { ("bob", "sells") };
            let (order, other) = (format!("o{order}"), format!("o{other}"));
            match kind {
                0 | 1 => format!("{order}: {user} {verb} 5 ACME @ 187"),
                2 => format!(
                    "{order}: {user} {verb} 5 ACME {}",
                    ["stop 180", "trail 3", "at market"][usize::from(quantity % 3)]
                ),
                3 => format!("{order}: {user} buys 5 ACME oco @ 180 stop 190"),
                4 => "o3: bob sells 5 ACME @ 187 exit o4 take 170 loss 190".to_owned(),
                5 => format!("{order}: {user} {verb} 5 ACME @ 187 post-only reprice"),
                6 => format!("{order}: {user} cancels"),
                7 => format!("{user} cancels all"),
                8 | 9 => format!("{order}: {user} amends to {quantity} @ 186"),
                10 => format!("portfolio refuses {order} insufficient_cash"),
                11 => format!("portfolio refuses {order}'s amendment insufficient_cash"),
                12 => format!("book {sequence}: opens {order} {quantity}"),
                13 => format!("book {sequence}: fills {quantity} @ 187 {order} takes {other}"),
                14 => format!("book {sequence}: arms {order} {quantity}"),
                15 => format!("book {sequence}: triggers {order} {quantity} stop 180 @ 187"),
                16 => {
                    format!("book {sequence}: reduces {order} by {quantity} to {} self_trade", 5 - quantity)
                }
                17 => format!("book {sequence}: amends {order} from 5 to {quantity} @ 186"),
                _ => format!("book {sequence}: drops {order} {quantity} canceled_by_user"),
            }
        },
    )
}

proptest! {
    /// The world is checked after every step, whatever comes. Besides: what has ended stays as it
    /// ended, and every message may come again at once without changing anything.
    #[test]
    fn nothing_that_is_said_breaks_an_order(messages in proptest::collection::vec(message(), 1..60)) {
        let mut world = World::with_people();
        for message in messages {
            let before = world.tickets.clone();
            world.line(&message);
            for (order_id, ticket) in before.iter().filter(|(_, ticket)| !ticket.is_live()) {
                prop_assert_eq!(&world.tickets[order_id], ticket, "{}", message);
            }
            let once = world.tickets.clone();
            let again = world.line(&message);
            prop_assert!(!again.contains("web:"), "{message}: {again}");
            prop_assert_eq!(&world.tickets, &once, "{}", message);
        }
    }
}
