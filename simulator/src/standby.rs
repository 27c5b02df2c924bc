//! What an instance knows that stood by while another worked.

use crate::client::Wish;
use crate::exchange::Exchange;
use crate::twin::{number, part};
use chassis::feeds::Feeds;
use contracts::stock_data::{InstrumentState, TradingRules};
use contracts::{OrderId, Partitions, topology};
use serde_json::json;

const GOOD_FOR_S: i64 = 5;

/// It was open before the order came, and nobody says anything to it after it has taken over.
#[test]
fn it_knows_what_is_due_when_it_takes_over() {
    let mut exchange = Exchange::new(1, Partitions { users: 1, symbols: 1 }, 2, None, Feeds::default());
    for n in 0..2 {
        let register = exchange.clients.register(n, &mut exchange.rng);
        let list = exchange.clients.list(n, InstrumentState::Open, TradingRules::default());
        [register, list].into_iter().for_each(|op| exchange.send(op));
    }
    exchange.quiet().unwrap();
    let cash = exchange.clients.move_cash(0, 100, &mut exchange.rng);
    exchange.send(cash);
    exchange.quiet_for(20_000).unwrap();

    let place = exchange.places().into_iter().find(|place| place.service == topology::MATCHING).unwrap();
    let standby = exchange.start(place);
    exchange.poll(standby, true).unwrap();
    let (standby, user) = (exchange.workers[standby].id, exchange.clients.users[0]);
    let order_id = OrderId(crate::client::id(&mut exchange.rng));
    let body = json!({
        "type": "place_order", "order_id": order_id, "user_id": user, "symbol": exchange.clients.symbols[0],
        "side": "buy", "order_type": "limit", "quantity": "1", "limit_price": "9", "time_in_force": "gtd",
        "expires_at": exchange.clock(0) + chrono::Duration::seconds(GOOD_FOR_S),
    });
    let order = exchange.clients.order_as_it_is(Wish::Place { order_id, exit: None }, user, &body);
    exchange.send(order);
    // Until everybody knows that it was heard, and nobody repeats it any more.
    exchange.quiet_for(3_000).unwrap();
    assert_eq!(status(&exchange, order_id), OPEN);

    let active = exchange.workers.iter().position(|w| w.place.name() == place.name() && w.id != standby);
    exchange.kill(active.unwrap());
    exchange.quiet_for(30_000).unwrap();
    assert_eq!(status(&exchange, order_id), EXPIRED);
}

const OPEN: i64 = 1;
const EXPIRED: i64 = 5;

fn status(exchange: &Exchange, order_id: OrderId) -> i64 {
    let state = exchange.databases[topology::ORDERING].lock();
    let row = state.tables.get("orders", &vec![part(&order_id.0.into())]).expect("the order was taken");
    number(row, "status")
}
