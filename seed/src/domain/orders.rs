//! orders.csv: the opening books. They rest, they do not trade with one another, and what they
//! may cost lies in the opening cash and holdings.

use super::{
    Deposit, Kind, Problem, Row, ShareDeposit,
    cells::Cells,
    deposits::{KnownPeople, KnownStocks, quantity, symbol, user},
    table::Table,
};
use contracts::{OrderId, OrderType, Price, Side, Symbol, Terms, TimeInForce, UserId, intake::NewOrder};
use std::collections::{BTreeMap, HashMap};

pub fn read(
    table: &Table,
    (people, stocks): (KnownPeople, KnownStocks),
    problems: &mut Vec<Problem>,
) -> Vec<Row<NewOrder>> {
    let mut lines: HashMap<OrderId, u64> = HashMap::new();
    let row = |record| {
        let mut cells = Cells::of(table, record, problems);
        let order_id = order_id(&mut cells, &mut lines);
        let user_id = user(&mut cells, people);
        let symbol = symbol(&mut cells, stocks);
        let side = cells.parse("side");
        let order_type = order_type(&mut cells);
        let quantity = quantity(&mut cells, symbol, stocks);
        let price = price(&mut cells, symbol, stocks);
        if let (Some(price), Some(quantity)) = (price, quantity)
            && let Err(rule) = price.times(quantity)
        {
            cells.refuse("quantity", format!("{quantity} × {price}: {rule}"));
        }
        let wants = NewOrder {
            order_id: order_id?,
            user_id: user_id?,
            symbol: symbol?,
            side: side?,
            order_type: order_type?,
            quantity: quantity?,
            limit_price: Some(price?),
            terms: Terms::of(TimeInForce::Gtc),
            replaces: None,
        };
        Some(Row { line: cells.line(), wants })
    };
    table.records.iter().filter_map(row).collect()
}

fn order_id(cells: &mut Cells, lines: &mut HashMap<OrderId, u64>) -> Option<OrderId> {
    let order_id = cells.id("order_id")?;
    if let Some(line) = lines.get(&order_id) {
        cells.refuse("order_id", format!("stands on line {line} already: {order_id}"));
        return None;
    }
    lines.insert(order_id, cells.line());
    Some(order_id)
}

fn order_type(cells: &mut Cells) -> Option<OrderType> {
    match cells.parse("type")? {
        OrderType::Limit => Some(OrderType::Limit),
        other @ (OrderType::Market
        | OrderType::Stop
        | OrderType::StopLimit
        | OrderType::TrailingStop
        | OrderType::Oco) => {
            cells.refuse("type", format!("expected limit: an opening order rests in the book; got {other}"));
            None
        }
    }
}

fn price(cells: &mut Cells, symbol: Option<Symbol>, stocks: KnownStocks) -> Option<Price> {
    let price: Price = cells.positive("limit_price")?;
    let tick = stocks.zip(symbol).and_then(|(stocks, symbol)| stocks.get(&symbol)?.tick_size);
    if let Some(tick) = tick.filter(|tick| !price.is_multiple_of(*tick)) {
        cells.refuse("limit_price", format!("expected a multiple of the tick {tick}, got {price}"));
        return None;
    }
    Some(price)
}

fn limit(order: &NewOrder) -> Price {
    order.limit_price.expect("an opening order has a limit")
}

/// A buy at or above a sell of the same symbol would trade at once.
pub fn check_crossing(orders: &[Row<NewOrder>], problems: &mut Vec<Problem>) {
    let mut cheapest: HashMap<Symbol, &Row<NewOrder>> = HashMap::new();
    for sell in orders.iter().filter(|row| row.wants.side == Side::Sell) {
        let best = cheapest.entry(sell.wants.symbol).or_insert(sell);
        if limit(&sell.wants) < limit(&best.wants) {
            *best = sell;
        }
    }
    for buy in orders.iter().filter(|row| row.wants.side == Side::Buy) {
        let Some(sell) = cheapest.get(&buy.wants.symbol) else { continue };
        let (bid, ask) = (limit(&buy.wants), limit(&sell.wants));
        if bid >= ask {
            let rule = format!("buys {} at {bid}, but line {} sells at {ask}", buy.wants.symbol, sell.line);
            problems.push(Problem::of_cell(Kind::Orders, buy.line, "limit_price", rule));
        }
    }
}

pub fn check_cash(orders: &[Row<NewOrder>], cash: &[Row<Deposit>], problems: &mut Vec<Problem>) {
    let mut available: HashMap<UserId, i128> = HashMap::new();
    for deposit in cash {
        *available.entry(deposit.wants.user_id).or_default() += i128::from(deposit.wants.amount.micros());
    }
    let buys = orders.iter().filter(|row| row.wants.side == Side::Buy);
    let cost = |order: &NewOrder| {
        let cost = limit(order).times(order.quantity).ok()?;
        Some((order.user_id, i128::from(cost.micros())))
    };
    for (user_id, line, needed) in overdrawn(buys, &available, cost) {
        let has = available.get(&user_id).copied().unwrap_or(0);
        let rule = format!(
            "the buys of {user_id} cost {} in all, {} gives him {}",
            decimal(needed),
            Kind::Cash.file(),
            decimal(has)
        );
        problems.push(Problem::of_cell(Kind::Orders, line, "quantity", rule));
    }
}

pub fn check_shares(orders: &[Row<NewOrder>], holdings: &[Row<ShareDeposit>], problems: &mut Vec<Problem>) {
    let mut available: HashMap<(UserId, Symbol), i128> = HashMap::new();
    for ShareDeposit { user_id, symbol, quantity, .. } in holdings.iter().map(|row| &row.wants) {
        *available.entry((*user_id, *symbol)).or_default() += i128::from(quantity.micros());
    }
    let sells = orders.iter().filter(|row| row.wants.side == Side::Sell);
    let given = |order: &NewOrder| Some(((order.user_id, order.symbol), i128::from(order.quantity.micros())));
    for ((user_id, symbol), line, needed) in overdrawn(sells, &available, given) {
        let has = available.get(&(user_id, symbol)).copied().unwrap_or(0);
        let rule = format!(
            "{user_id} sells {} {symbol} in all, {} gives him {}",
            decimal(needed),
            Kind::Holdings.file(),
            decimal(has)
        );
        problems.push(Problem::of_cell(Kind::Orders, line, "quantity", rule));
    }
}

/// Who wants more in all than is there: the line that goes over, and the total. Each is named once.
fn overdrawn<'a, K: Copy + Ord + std::hash::Hash>(
    orders: impl Iterator<Item = &'a Row<NewOrder>>,
    available: &HashMap<K, i128>,
    need: impl Fn(&NewOrder) -> Option<(K, i128)>,
) -> Vec<(K, u64, i128)> {
    let mut wanted: BTreeMap<K, (i128, Option<u64>)> = BTreeMap::new();
    for row in orders {
        let Some((key, amount)) = need(&row.wants) else { continue };
        let (total, over) = wanted.entry(key).or_default();
        *total += amount;
        if *total > available.get(&key).copied().unwrap_or(0) {
            over.get_or_insert(row.line);
        }
    }
    wanted.into_iter().filter_map(|(key, (total, over))| Some((key, over?, total))).collect()
}

/// Sums may be larger than any amount that the exchange takes.
fn decimal(micros: i128) -> String {
    let scale = i128::from(contracts::amount::SCALE);
    let text = format!("{}.{:06}", micros / scale, micros % scale);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}
