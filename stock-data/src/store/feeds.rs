//! The table `feeds`: a row for each instrument that follows another market.

use super::{parsed, symbol};
use crate::domain::Listing;
use chassis::{Db, Fault, Writes};
use chrono::DateTime;
use contracts::{
    Price, Symbol, Timestamp,
    stock_data::{BidAsk, Feed},
};
use rustc_hash::FxHashMap;
use sea_orm::FromQueryResult;

/// By instrument.
pub async fn feeds(db: &Db) -> Result<FxHashMap<Symbol, Feed>, Fault> {
    #[derive(FromQueryResult)]
    struct Row {
        symbol: String,
        source: String,
        stale: bool,
        bid: Option<i64>,
        ask: Option<i64>,
        quoted_at: Option<Timestamp>,
    }
    let read = |row: Row| {
        let quote = (|| {
            let [bid, ask] = [row.bid?, row.ask?].map(Price::from_micros);
            Some(BidAsk { bid, ask, at: row.quoted_at? })
        })();
        let feed = Feed { source: parsed("read a feed's source", &row.source)?, stale: row.stale, quote };
        Ok((symbol(&row.symbol)?, feed))
    };
    let sql = "select symbol, source, stale, bid, ask, quoted_at from feeds";
    db.all::<Row>(sql, []).await?.into_iter().map(read).collect()
}

/// No price is zero, so zero stands for none on the way.
pub fn save_feeds<'a>(changed: impl Iterator<Item = &'a Listing>, writes: &mut Writes) {
    let (mut texts, mut prices): ([Vec<String>; 2], [Vec<i64>; 2]) = Default::default();
    let (mut stale, mut quoted_ats, mut gone) = (Vec::<bool>::new(), Vec::<Timestamp>::new(), vec![]);
    for Listing { instrument, feed, .. } in changed {
        let Some(Feed { source, stale: is_stale, quote }) = feed else {
            gone.push(instrument.symbol.to_string());
            continue;
        };
        texts[0].push(instrument.symbol.to_string());
        texts[1].push(source.to_string());
        prices[0].push(quote.map_or(Price::ZERO, |quote| quote.bid).micros());
        prices[1].push(quote.map_or(Price::ZERO, |quote| quote.ask).micros());
        stale.push(*is_stale);
        quoted_ats.push(quote.map_or(DateTime::UNIX_EPOCH, |quote| quote.at));
    }
    if !gone.is_empty() {
        writes.add("delete from feeds where symbol = any($1)", [gone.into()]);
    }
    if stale.is_empty() {
        return;
    }
    let sql = "
        insert into feeds (symbol, source, bid, ask, stale, quoted_at)
        select symbol, source, nullif(bid, 0), nullif(ask, 0), stale, case when bid > 0 then quoted_at end
        from unnest($1::text[], $2::text[], $3::bigint[], $4::bigint[], $5::bool[], $6::timestamptz[])
             as t (symbol, source, bid, ask, stale, quoted_at)
        on conflict (symbol) do update
        set source = excluded.source, bid = excluded.bid, ask = excluded.ask, stale = excluded.stale,
            quoted_at = excluded.quoted_at";
    let values = texts.map(Into::into).into_iter().chain(prices.map(Into::into));
    writes.add(sql, values.chain([stale.into(), quoted_ats.into()]));
}
