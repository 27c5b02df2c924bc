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
crate::migrator!(TradingRules);
