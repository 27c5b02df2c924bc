//! The database of stock-data.

crate::sql_migration!(
    First,
    "m0002_stock_data",
    "
    create table instruments (
        symbol          text    primary key,
        name            text    not null,
        currency        text    not null,
        tick_size       bigint  not null check (tick_size > 0),
        lot_size        bigint  not null check (lot_size > 0),
        state           text    not null check (state in ('open', 'halted')),
        -- As it was last given by hand; the close that counts is that of prices.
        listed_close    bigint  not null check (listed_close > 0)
    );
    -- A row per instrument, written with every step that trades it: room on the page for new
    -- versions keeps them off the index.
    create table prices (
        symbol          text    primary key references instruments,
        -- The day in UTC that trades now count into.
        date            date    not null,
        previous_close  bigint  not null check (previous_close > 0),
        -- Of the last trade ever.
        last_price      bigint  check (last_price > 0),
        last_at         timestamptz,
        -- Of the day; absent before its first trade.
        open            bigint,
        high            bigint,
        low             bigint,
        volume          bigint  check (volume > 0),
        check (num_nulls(last_price, last_at) in (0, 2)),
        check (num_nulls(open, high, low, volume) in (0, 4)),
        check (open is null or (low <= open and open <= high and low <= last_price and last_price <= high))
    ) with (fillfactor = 50);
    create table trades (
        trade_id        uuid        primary key,
        symbol          text        not null,
        -- Of the trade's event in its book: the order in which trades happened.
        sequence        bigint      not null,
        price           bigint      not null check (price > 0),
        quantity        bigint      not null check (quantity > 0),
        taker_side      text        not null check (taker_side in ('buy', 'sell')),
        at              timestamptz not null,
        -- The day that it counts into.
        date            date        not null
    );
    create index trades_by_symbol on trades (symbol, sequence desc);
"
);

crate::sql_migration!(
    TradingRules,
    "m0004_trading_rules",
    "
    -- As it is on the wire. What was listed before trades at all times, at all prices, without auctions.
    alter table instruments add column rules jsonb not null default '{}';
    alter table instruments alter column rules drop default;
    -- What the book does with orders, as it said last.
    alter table prices add column phase text not null default 'continuous'
        check (phase in ('continuous', 'limit_state', 'halted', 'auction', 'closed'));
    alter table prices alter column phase drop default;
"
);

crate::sql_migration!(
    Candles,
    "m0005_candles",
    "
    -- Of the spans that are kept; the others are sums of these. By the trades' own times.
    create table candles (
        symbol  text        not null,
        span    text        not null check (span in ('1m', '1h', '1d')),
        start   timestamptz not null,
        open    bigint      not null check (open > 0),
        high    bigint      not null,
        low     bigint      not null check (low > 0),
        close   bigint      not null,
        trades  bigint      not null check (trades > 0),
        -- Sums have no largest value.
        volume  numeric     not null check (volume > 0),
        primary key (symbol, span, start),
        check (low <= least(open, close) and greatest(open, close) <= high)
    ) with (fillfactor = 70);
    insert into candles (symbol, span, start, open, high, low, close, trades, volume)
    select symbol, span, start, (array_agg(price order by sequence))[1], max(price), min(price),
           (array_agg(price order by sequence desc))[1], count(*), sum(quantity)
    from trades cross join lateral (values
        ('1m', date_trunc('minute', at, 'UTC')),
        ('1h', date_trunc('hour', at, 'UTC')),
        ('1d', date_trunc('day', at, 'UTC'))) as spans (span, start)
    group by symbol, span, start;
    -- A made-up past: its candles follow from this row, and are not kept.
    create table histories (
        symbol  text    primary key references instruments,
        seed    bigint  not null,
        days    int     not null check (days > 0),
        -- The first day that is not made up.
        ends    date    not null,
        -- What it leads to.
        close   bigint  not null check (close > 0)
    );
"
);

crate::sql_migration!(
    Statistics,
    "m0006_statistics",
    "
    -- What happened in each stock, on the days that trades count into, and ever. Orders of before
    -- this table are not known here.
    create table market_days (
        date        date    not null,
        symbol      text    not null,
        orders      bigint  not null check (orders >= 0),
        trades      bigint  not null check (trades >= 0),
        -- Sums have no largest value. Turnover is in the stock's currency.
        volume      numeric not null,
        turnover    numeric not null,
        primary key (date, symbol)
    ) with (fillfactor = 70);
    create table market_totals (
        symbol      text    primary key,
        orders      bigint  not null,
        trades      bigint  not null,
        volume      numeric not null,
        turnover    numeric not null
    ) with (fillfactor = 50);
    insert into market_days (date, symbol, orders, trades, volume, turnover)
    select date, symbol, 0, count(*), sum(quantity), trunc(sum(price::numeric * quantity) / 1000000)
    from trades group by date, symbol;
    insert into market_totals (symbol, orders, trades, volume, turnover)
    select symbol, sum(orders), sum(trades), sum(volume), sum(turnover) from market_days group by symbol;
"
);

crate::sql_migration!(
    LastUpload,
    "m0007_last_upload",
    "
    -- What the last upload of instruments changed, so that it can be taken back. One row at most.
    create table last_upload (
        one     bool        primary key default true check (one),
        at      timestamptz not null,
        -- Each instrument as it was before, and as the upload left it.
        rows    jsonb       not null
    );
"
);
crate::sql_migration!(
    Feeds,
    "m0008_feeds",
    "
    -- What an instrument follows when people trade on paper, and what was heard of it last. Written
    -- with every word of the source.
    create table feeds (
        symbol      text        primary key references instruments,
        -- As the contract's FeedSource.
        source      text        not null,
        -- Nothing was heard for too long, or never: no new market orders.
        stale       boolean     not null,
        -- Null: never.
        bid         bigint      check (bid > 0),
        ask         bigint      check (ask >= bid),
        quoted_at   timestamptz,
        check (stale or quoted_at is not null)
    ) with (fillfactor = 50);
"
);
crate::migrator!(TradingRules, Candles, Statistics, LastUpload, Feeds);
