//! The database of portfolio.

crate::sql_migration!(
    First,
    "m0002_portfolio",
    "
    -- Amounts are millionths. Rows belong to the partition that the user's id hashes to; what
    -- every partition keeps for itself has the partition in its key.

    -- A user's cash. Updated in place, so pages keep room for the next version of a row.
    create table accounts (
        user_id     uuid    primary key,
        partition   int     not null,
        role        text    not null,
        cash        bigint  not null,
        held        bigint  not null check (held >= 0),
        constraint cash_covers_held check (cash >= held)
    ) with (fillfactor = 50);
    create table holdings (
        user_id     uuid    not null,
        symbol      text    not null,
        quantity    bigint  not null,
        held        bigint  not null check (held >= 0),
        -- What the quantity had cost, fees included.
        cost        bigint  not null check (cost >= 0),
        realised    bigint  not null,
        primary key (user_id, symbol),
        constraint quantity_covers_held check (quantity >= held)
    ) with (fillfactor = 50);
    -- One for each order that ever asked for one; an ended hold proves that it ended once.
    create table holds (
        order_id    uuid    primary key,
        user_id     uuid    not null,
        symbol      text    not null,
        side        text    not null check (side in ('buy', 'sell')),
        state       text    not null check (state in ('pending', 'posted', 'voided', 'refused')),
        price       bigint  not null,
        quantity    bigint  not null,
        -- Not filled; when the hold has ended, never will be.
        remaining   bigint  not null,
        -- What is set aside now: cash for a buy, shares for a sell.
        held        bigint  not null,
        -- The highest fee that was held, and so the highest that a fill may cost.
        fee_basis_points int not null,
        constraint pending_holds_something check ((state = 'pending') = (held > 0))
    ) with (fillfactor = 70);
    -- The ledger. A row moves cash, shares or both between a user and one account of the
    -- partition, and the fee from the user to the house: entries spells it out.
    create table postings (
        user_id     uuid    not null,
        posting_id  bigint  generated always as identity,
        kind        text    not null check (kind in ('deposit', 'withdrawal', 'trade')),
        symbol      text,
        -- Signed: what the user gained or gave.
        cash        bigint  not null,
        shares      bigint  not null check ((shares <> 0) <= (symbol is not null)),
        fee         bigint  not null check (fee >= 0),
        -- The caller's id, or the trade's.
        reference   uuid    not null,
        at          timestamptz not null,
        -- Also the index for a user's ledger.
        primary key (user_id, posting_id)
    );
    create function refuse_change() returns trigger language plpgsql as
        $$ begin raise exception '% is append-only', tg_table_name; end $$;
    create trigger append_only before update or delete or truncate on postings
        for each statement execute function refuse_change();
    -- What is not a user's: where cash and shares come from and go to (external), what trades
    -- wait in until both sides have posted (clearing), fees (house). No symbol: cash.
    create table system_accounts (
        partition   int     not null,
        account     text    not null check (account in ('external', 'clearing', 'house')),
        symbol      text    not null,
        balance     numeric not null,
        primary key (partition, account, symbol)
    ) with (fillfactor = 50);
    create view entries as
        select p.posting_id, a.partition, p.user_id, p.kind, p.reference, p.at,
               entry.account, entry.symbol, entry.amount
        from postings p join accounts a using (user_id) cross join lateral (values
            ('user', '', p.cash),
            (case p.kind when 'trade' then 'clearing' else 'external' end, '', -p.cash),
            ('user', p.symbol, p.shares),
            (case p.kind when 'trade' then 'clearing' else 'external' end, p.symbol, -p.shares),
            ('user', '', -p.fee),
            ('house', '', p.fee)
        ) as entry (account, symbol, amount)
        where entry.amount <> 0;
    -- Callers' ids that have moved something, with what was asked and what was answered.
    create table movements (
        id          uuid    not null,
        user_id     uuid    not null,
        kind        text    not null,
        symbol      text,
        amount      bigint  not null,
        cost        bigint  not null,
        cash        bigint  not null,
        held        bigint  not null,
        primary key (id, user_id)
    );
    -- How far each book's events have been applied.
    create table books (
        partition   int     not null,
        symbol      text    not null,
        sequence    bigint  not null,
        primary key (partition, symbol)
    ) with (fillfactor = 50);
    -- What holdings are valued at.
    create table last_prices (
        partition   int     not null,
        symbol      text    not null,
        price       bigint  not null,
        primary key (partition, symbol)
    ) with (fillfactor = 50);
"
);
crate::sql_migration!(
    Changes,
    "m0004_order_changes",
    "
    alter table holds
        -- Of an exit that sells: what its entry may yet buy for it. It holds nothing.
        add column awaited          bigint not null default 0 check (awaited >= 0),
        -- Of an entry that buys: whose hold its shares go into, as long as that is pending.
        add column exit_order_id    uuid,
        -- A change that the book has yet to decide: the new price, and the order's quantity before
        -- and after. 0: none.
        add column amended_price    bigint not null default 0,
        add column amended_from     bigint not null default 0,
        add column amended_to       bigint not null default 0,
        drop constraint pending_holds_something,
        add constraint pending_holds_something
            check ((state = 'pending') = (held > 0 or awaited > 0)),
        add constraint pending_is_amended
            check (state = 'pending' or (amended_price, amended_from, amended_to) = (0, 0, 0));
"
);
crate::sql_migration!(
    Replacements,
    "m0005_replacements",
    "
    alter table holds
        -- The order whose hold it takes over. Until then it awaits all of it, as that one's amendment.
        add column replaces         uuid;
"
);
crate::sql_migration!(
    ClosedAccounts,
    "m0006_closed_accounts",
    "
    alter table accounts
        -- Nothing comes in any more.
        add column closed           boolean not null default false,
        add constraint closed_has_no_cash check (not closed or cash = 0);
"
);
crate::migrator!(Changes, Replacements, ClosedAccounts);
