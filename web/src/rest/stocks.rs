//! Instruments, depth and last trades: from memory, which follows the streams. Candles and statistics: from
//! stock-data's database.

use super::{Answer, Items, PAGE_LENGTH, Shared, marked, ok, told};
use crate::asking::STATISTICS_DAYS;
use crate::freshness::Freshness;
use crate::market::Market;
use crate::market::phases::PhaseDetail;
use crate::problem::Problem;
use crate::strict::Query;
use actix_web::web;
use contracts::stock_data::{CANDLES_MAX, Question, STATISTICS_DAYS_MAX, Stock};
use contracts::{Symbol, topology};
use serde::Serialize;
use std::time::Instant;
use utoipa::ToSchema;

const DEPTH_LEVELS: u16 = 20;
const CANDLES: u16 = 100;

/// `GET stocks`.
pub async fn list(gateway: Shared, query: Query) -> Answer {
    query.end()?;
    let market = gateway.market();
    let (stocks, freshness) = market.stocks_as_known(Instant::now())?;
    let items: Vec<&Stock> = stocks.all().collect();
    Ok(marked(ok(&Items { items }), freshness, OF_THE_MARKET))
}

/// Whose silence makes what is in memory old.
const OF_THE_MARKET: &str = "the market";

fn find<'a>(market: &'a Market, symbol: &str, now: Instant) -> Result<(&'a Stock, Freshness), Problem> {
    let unknown = || Problem::not_found("this stock");
    let symbol: Symbol = symbol.parse().map_err(|_| unknown())?;
    let (stocks, freshness) = market.stock_as_known(symbol, now)?;
    stocks.get(symbol).map(|stock| (stock, freshness)).ok_or_else(unknown)
}

/// With what its book says about its phase.
#[derive(Serialize, ToSchema)]
#[schema(as = StockDetail)]
struct Detailed<'a> {
    #[serde(flatten)]
    stock: &'a Stock,
    #[serde(flatten)]
    detail: PhaseDetail,
}

/// `GET stocks/{symbol}`.
pub async fn one(gateway: Shared, symbol: web::Path<String>, query: Query) -> Answer {
    query.end()?;
    let market = gateway.market();
    let (stock, freshness) = find(&market, &symbol, Instant::now())?;
    // While the book is not known the stock is, without the detail.
    let detail = market.phase(stock.instrument.symbol).map(|now| now.detail).unwrap_or_default();
    Ok(marked(ok(&Detailed { stock, detail }), freshness, OF_THE_MARKET))
}

/// `GET stocks/{symbol}/depth?levels=`.
pub async fn depth(gateway: Shared, symbol: web::Path<String>, mut query: Query) -> Answer {
    let levels = query.take_limit("levels", DEPTH_LEVELS)?;
    query.end()?;
    let (market, now) = (gateway.market(), Instant::now());
    let symbol = find(&market, &symbol, now)?.0.instrument.symbol;
    let (depth, freshness) = market.depth_as_known(symbol, levels.into(), now)?;
    Ok(marked(ok(&depth), freshness, topology::MATCHING))
}

/// `GET stocks/{symbol}/trades?limit=`, newest first.
pub async fn trades(gateway: Shared, symbol: web::Path<String>, mut query: Query) -> Answer {
    let limit = query.take_limit("limit", PAGE_LENGTH)?;
    query.end()?;
    let (market, now) = (gateway.market(), Instant::now());
    let symbol = find(&market, &symbol, now)?.0.instrument.symbol;
    let (trades, freshness) = market.trades_as_known(symbol, limit.into(), now)?;
    Ok(marked(ok(&Items { items: trades.collect() }), freshness, topology::MATCHING))
}

/// `GET stocks/{symbol}/candles?interval=&from=&to=&limit=`, oldest first.
pub async fn candles(gateway: Shared, symbol: web::Path<String>, mut query: Query) -> Answer {
    let interval = Query::required("interval", query.take("interval")?)?;
    let (from, to) = (query.take_time("from")?, query.take_time("to")?);
    let limit = query.take_number("limit", CANDLES, CANDLES_MAX)?;
    query.end()?;
    let symbol = find(&gateway.market(), &symbol, Instant::now())?.0.instrument.symbol;
    let question = Question::Candles { symbol, interval, from, to, limit };
    Ok(told(gateway.reads.ask(None, topology::STOCK_DATA, &question).await?))
}

/// `GET market/statistics?days=`.
pub async fn statistics(gateway: Shared, mut query: Query) -> Answer {
    let days = query.take_number("days", STATISTICS_DAYS, STATISTICS_DAYS_MAX)?;
    query.end()?;
    let question = Question::Statistics { days };
    Ok(told(gateway.reads.ask(None, topology::STOCK_DATA, &question).await?))
}

pub mod said {
    use super::{CANDLES, DEPTH_LEVELS, Detailed};
    use crate::asking::STATISTICS_DAYS;
    use crate::openapi::{Said, Tag};
    use crate::rest::PAGE_LENGTH;
    use contracts::matching::Depth;
    use contracts::ordering::PAGE_LENGTH_MAX;
    use contracts::stock_data::{
        CANDLES_MAX, Candles, Interval, STATISTICS_DAYS_MAX, Statistics, Stock, Trade,
    };
    use contracts::{Code, Symbol};

    fn of_stock(id: &str, summary: &str) -> Said {
        Said::new(id, Tag::Market, summary).path::<Symbol>("symbol", "Of a listed stock.")
    }

    pub fn list() -> Said {
        Said::new("stocks", Tag::Market, "All stocks, by symbol")
            .reads_query()
            .answers_list::<Stock>("With their day's prices. No pages.")
    }

    pub fn one() -> Said {
        of_stock("stock", "A stock").reads_query().answers::<Detailed>(200, "With what its book does now.")
    }

    pub fn depth() -> Said {
        of_stock("depth", "The best prices of both sides")
            .query_number("levels", "Of each side.", DEPTH_LEVELS, PAGE_LENGTH_MAX)
            .answers::<Depth>(200, "Price and quantity of each level, best first.")
    }

    pub fn trades() -> Said {
        of_stock("stock_trades", "What was traded last, newest first")
            .query_number("limit", "How many.", PAGE_LENGTH, PAGE_LENGTH_MAX)
            .answers_list::<Trade>("No pages.")
    }

    pub fn candles() -> Said {
        of_stock("candles", "Candles, oldest first")
            .query_required::<Interval>("interval", "How long a candle lasts.")
            .query_time("from", "The first candles that begin then or later; without it, the last ones.")
            .query_time("to", "Only candles that begin before.")
            .query_number("limit", "How many.", CANDLES, CANDLES_MAX)
            .answers::<Candles>(200, "None for a time in which nobody traded.")
            .refuses(&[Code::InvalidCombination])
    }

    pub fn statistics() -> Said {
        Said::new("statistics", Tag::Market, "What the market did")
            .query_number("days", "How many are told apart.", STATISTICS_DAYS, STATISTICS_DAYS_MAX)
            .answers::<Statistics>(200, "Per day, in total, and who stands out today.")
    }
}
