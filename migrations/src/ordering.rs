//! The database of ordering.

crate::sql_migration!(
    First,
    "m0002_ordering",
    "
    -- Prices, quantities and money are whole millionths. `partition` is the only one that writes the row.
    create table orders (
        order_id        uuid        not null,
        user_id         uuid        not null,
        created_at      timestamptz not null,
        updated_at      timestamptz not null,
        quantity        bigint      not null check (quantity > 0),
        -- The limit; of a market order the worst price at which it may trade.
        price           bigint      not null check (price > 0),
        filled_quantity bigint      not null,
        -- What its fills came to: the sum of price × quantity.
        notional        bigint      not null,
        -- The book's last event about it: what is no later has been applied.
        book_sequence   bigint      not null,
        partition       int         not null,
        -- 0 buy, 1 sell.
        side            smallint    not null,
        -- 0 limit, 1 market.
        order_type      smallint    not null,
        -- 0 pending, 1 open, 2 closed, 3 canceled, 4 rejected, 5 expired.
        status          smallint    not null,
        -- Indexed instead of the status: from pending to open and with each part fill no index changes.
        live            boolean     not null generated always as (status < 2) stored,
        symbol          text        not null,
        reason_code     text,
        reason_message  text,
        reason_field    text,
        constraint orders_pkey primary key (order_id),
        constraint orders_filled check (filled_quantity between 0 and quantity),
        constraint orders_reason check ((reason_code is null) = (reason_message is null))
    )
    -- Room on each page, so that most updates stay on it.
    with (fillfactor = 75);
    create index orders_by_user on orders (user_id, created_at);
    create index orders_live on orders (user_id, created_at) where live;

    create table fills (
        trade_id    uuid        not null,
        order_id    uuid        not null,
        user_id     uuid        not null,
        at          timestamptz not null,
        price       bigint      not null,
        quantity    bigint      not null,
        fee         bigint      not null,
        -- Of the book's event: the order of fills that happened in the same instant.
        sequence    bigint      not null,
        side        smallint    not null,
        -- 0 maker, 1 taker.
        liquidity   smallint    not null,
        symbol      text        not null,
        constraint fills_pkey primary key (trade_id, side)
    );
    create index fills_by_user on fills (user_id, at);
    create index fills_by_order on fills (order_id);

    -- What each partition has heard of instruments and people; each hears it by its own streams.
    create table instruments (
        partition       int      not null,
        symbol          text     not null,
        tick_size       bigint   not null check (tick_size > 0),
        lot_size        bigint   not null check (lot_size > 0),
        previous_close  bigint   not null,
        -- 0: none yet.
        last_price      bigint   not null,
        -- 0 open, 1 halted.
        state           smallint not null,
        primary key (partition, symbol)
    );
    create table users (
        partition   int      not null,
        user_id     uuid     not null,
        -- 0 trader, 1 admin, 2 bot.
        role        smallint not null,
        primary key (partition, user_id)
    );
"
);
crate::sql_migration!(
    Terms,
    "m0004_order_terms",
    "
    -- time_in_force: 0 gtc, 1 ioc, 2 fok. Market orders never waited.
    alter table orders
        add column time_in_force smallint not null default 0,
        add column post_only     boolean  not null default false;
    update orders set time_in_force = 1 where order_type = 1;
    alter table orders
        alter column time_in_force drop default,
        alter column post_only drop default;
"
);
crate::sql_migration!(
    Special,
    "m0005_special_orders",
    "
    -- Besides the numbers above. order_type: 2 stop, 3 stop limit, 4 trailing stop, 5 oco.
    -- time_in_force: 3 day, 4 gtd. Of fills, liquidity: 2 auction.
    -- `quantity` and `price` are what they are now: an order may be amended, reduced and triggered.
    alter table orders
        -- What a plain order does without, as `ordering/src/store/special.rs` has it. Null: it is plain.
        add column special jsonb;
    alter table instruments
        -- When it trades, as the contract's TradingHours. Null: at all times.
        add column hours jsonb;
"
);
crate::sql_migration!(
    Feeds,
    "m0006_feeds",
    "
    -- The market that it follows is silent: no new market orders.
    alter table instruments add column feed_stale boolean not null default false;
"
);
crate::migrator!(Terms, Special, Feeds);
