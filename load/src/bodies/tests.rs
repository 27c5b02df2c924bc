use super::*;
use contracts::intake::{ClientMessage, NewOrder, decode};
use contracts::{Price, SelfTradePrevention, Side, TimeInForce};

const BEGUN_UNIX_MS: u64 = 1_800_000_000_000;

fn bodies() -> Bodies {
    Bodies { ids: Ids::new(BEGUN_UNIX_MS, 0x1234_5678), begun_unix_ms: BEGUN_UNIX_MS }
}

fn plan(mix: &str) -> Vec<Message> {
    crate::plan::Plan::draw(2000, 50, 10, mix.parse().unwrap(), 1).unwrap().messages
}

fn text(body: &[u8]) -> String {
    String::from_utf8_lossy(body).into_owned()
}

#[test]
fn every_message_is_one_that_ordering_reads() {
    let (messages, due) = (plan("all"), vec![0; 2000]);
    let mut body = Vec::new();
    for (n, message) in messages.iter().enumerate() {
        bodies().amqp(&mut body, &messages, &due, n as u32);
        let read = decode(&body).unwrap_or_else(|refusal| panic!("{refusal}: {}", text(&body)));
        let number = |id: contracts::OrderId| bodies().ids.order_of(id.to_string().as_bytes());
        let known = |number| Some(Known { number, is_exit: false });
        match (message.kind, read) {
            (Kind::Cancel, ClientMessage::CancelOrder { order_id, .. }) => {
                assert_eq!(number(order_id), known(message.target));
            }
            (Kind::Amend, ClientMessage::AmendOrder(amend)) => {
                assert_eq!(number(amend.order_id), known(message.target));
                assert_eq!(amend.quantity.unwrap().to_string(), message.quantity.to_string());
                assert!(amend.limit_price.is_some());
            }
            (Kind::CancelAll, ClientMessage::CancelOrders(cancel)) => {
                assert_eq!(cancel.user_id, bots::user_id(message.user));
                assert_eq!(cancel.symbol, Some(bots::symbol(message.symbol)));
                assert_eq!(cancel.side, Some(message.side));
            }
            (kind, ClientMessage::PlaceOrder(order)) => {
                assert_eq!(order.user_id, bots::user_id(message.user));
                assert_eq!(order.symbol, bots::symbol(message.symbol));
                assert_eq!(order.side, message.side);
                assert_eq!(number(order.order_id), known(n as u32));
                let replaced = order.replaces.map(|was| number(was).expect("an order of ours").number);
                assert_eq!(replaced, (kind == Kind::Replace).then_some(message.target));
                check(kind, &order);
                let exit = order.terms.exit_order_id.and_then(number);
                let expected = Some(Known { number: n as u32, is_exit: true });
                assert_eq!(exit, expected.filter(|_| kind == Kind::Bracket));
            }
            (kind, read) => panic!("{kind:?} is {read:?}"),
        }
    }
}

/// What makes an order one of its kind.
fn check(kind: Kind, order: &NewOrder) {
    let terms = &order.terms;
    assert_eq!(order.order_type, order_type(kind));
    assert_eq!(terms.post_only, matches!(kind, Kind::PostOnly | Kind::Reprice));
    assert_eq!(terms.reprice, kind == Kind::Reprice);
    assert_eq!(terms.display_quantity.is_some(), kind == Kind::Iceberg);
    assert_eq!(terms.time_in_force == TimeInForce::Fok, kind == Kind::FillOrKill);
    assert_eq!(terms.time_in_force == TimeInForce::Gtd, kind == Kind::GoodTillDate);
    if let Kind::SelfTrade(mode) = kind {
        assert_eq!(terms.self_trade_prevention, mode);
    }
}

fn shown(kind: Kind, side: Side, ticks: u16) -> String {
    let message = Message { user: 1, target: 0, symbol: 2, ticks, quantity: 7, side, kind };
    let mut body = Vec::new();
    bodies().rest(&mut body, &message, 3, 1_000_000);
    let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let mut fields = value.as_object().unwrap().clone();
    for field in ["order_id", "exit_order_id", "symbol", "quantity"] {
        fields.remove(field);
    }
    fields
        .iter()
        .map(|(name, value)| format!("{name} {value}"))
        .collect::<Vec<_>>()
        .join(", ")
        .replace('"', "")
}

#[test]
fn each_kind_says_what_makes_its_fate_certain() {
    use SelfTradePrevention::Decrement;
    for (kind, side, ticks, expected) in [
        (Kind::Rest, Side::Buy, 150, "limit_price 98.50, side buy, type limit"),
        (Kind::Iceberg, Side::Sell, 0, "display_quantity 3, limit_price 100.00, side sell, type limit"),
        (
            Kind::Reprice,
            Side::Buy,
            60,
            "limit_price 100.60, post_only true, reprice true, side buy, type limit",
        ),
        (
            Kind::GoodTillDate,
            Side::Sell,
            200,
            "expires_at 2027-01-15T08:00:11.000Z, limit_price 102.00, side sell, time_in_force gtd, type limit",
        ),
        (Kind::Stop, Side::Sell, 200, "side sell, stop_price 99.50, type stop"),
        (Kind::StopLimit, Side::Buy, 0, "limit_price 101.00, side buy, stop_price 100.50, type stop_limit"),
        (Kind::Trailing, Side::Sell, 0, "side sell, trail_amount 0.50, type trailing_stop"),
        (Kind::Oco, Side::Sell, 200, "limit_price 102.00, side sell, stop_price 99.50, type oco"),
        (
            Kind::Bracket,
            Side::Buy,
            200,
            "side buy, stop_loss_price 99.50, take_profit_price 102.00, type market",
        ),
        (
            Kind::SelfTrade(Decrement),
            Side::Buy,
            0,
            "limit_price 100.00, self_trade_prevention decrement, side buy, type limit",
        ),
    ] {
        assert_eq!(shown(kind, side, ticks), expected, "{kind:?}");
    }
}

#[test]
fn an_amendment_says_what_the_order_shall_be() {
    let (side, kind) = (Side::Buy, Kind::Amend);
    let message = Message { user: 1, target: 0, symbol: 2, ticks: 151, quantity: 8, side, kind };
    let mut body = Vec::new();
    bodies().rest(&mut body, &message, 3, 0);
    assert_eq!(text(&body), r#"{"quantity":"8","limit_price":"98.49"}"#);
    assert_eq!(field(&body, "\"limit_price\":").unwrap(), b"98.49");
    assert!("98.49".parse::<Price>().is_ok());
}

#[test]
fn ids_rise_with_their_due_times_and_belong_to_one_run() {
    let ids = Ids::new(1_800_000_000_000, 5);
    let due = [0, 1, 250, 999, 1000, 1_000_000, 4_000_000_000];
    let made: Vec<Uuid> = due.iter().enumerate().map(|(n, due)| ids.order_id(n as u32, *due)).collect();
    assert!(made.is_sorted());
    assert!(made.iter().all(|id| id.get_version_num() == 7));
    assert_eq!(Ids::new(1_800_000_000_000, 6).order_of(made[3].to_string().as_bytes()), None);
    assert_eq!(ids.order_of(b"nonsense"), None);
    let exit = ids.exit_id(3, 999);
    assert_ne!(exit, made[3]);
    assert_eq!(ids.order_of(exit.to_string().as_bytes()), Some(Known { number: 3, is_exit: true }));
}

#[test]
fn a_field_is_found_without_reading_all_of_it() {
    let json = br#"{"order_id":"abc","status":"open","code":null}"#;
    assert_eq!(field(json, "\"order_id\":"), Some(&b"abc"[..]));
    assert_eq!(field(json, "\"status\":"), Some(&b"open"[..]));
    assert_eq!(field(json, "\"code\":"), None);
    assert_eq!(field(json, "\"price\":"), None);
}

#[test]
fn a_rest_order_is_of_the_documented_form() {
    let message = plan("rest=1")[0];
    let mut body = Vec::new();
    bodies().rest(&mut body, &message, 3, 0);
    let value: serde_json::Value = serde_json::from_slice(&body).unwrap();
    let keys: Vec<&String> = value.as_object().unwrap().keys().collect();
    assert_eq!(keys, ["limit_price", "order_id", "quantity", "side", "symbol", "type"]);
}
