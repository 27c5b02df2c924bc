-- One row for each broken promise: the rule's name, and where. Sums are numeric: they cannot overflow.
with
-- All postings, added up once.
posted as materialized (
    select a.partition, p.user_id, p.kind, p.symbol,
           sum(p.cash) as cash, sum(p.shares) as shares, sum(p.fee) as fee,
           coalesce(sum(p.shares) filter (where p.shares > 0), 0) as shares_in,
           coalesce(-sum(p.shares) filter (where p.shares < 0), 0) as shares_out
    from postings p left join accounts a using (user_id)
    group by a.partition, p.user_id, p.kind, p.symbol
),
cash_posted as (select user_id, sum(cash - fee) as cash from posted group by user_id),
shares_posted as (select user_id, symbol, sum(shares) as shares from posted where symbol is not null group by user_id, symbol),
system_posted as (
    select partition, account, symbol, sum(gain) as balance
    from (
        select partition, case kind when 'trade' then 'clearing' else 'external' end as account, '' as symbol, -cash as gain from posted
        union all
        select partition, case kind when 'trade' then 'clearing' else 'external' end, symbol, -shares from posted where symbol is not null
        union all
        select partition, 'house', '', fee from posted
    ) as gains
    group by partition, account, symbol
),
held as (
    select user_id, case side when 'buy' then '' else symbol end as asset, sum(held) as held
    from holds where state = 'pending' group by 1, 2
),
held_here as (
    select user_id, '' as asset, held from accounts
    union all
    select user_id, symbol, held from holdings
),
filled as (
    select user_id, symbol, side, sum(quantity - remaining) as quantity
    from holds group by user_id, symbol, side
),
traded as (
    select user_id, symbol, 'buy' as side, sum(shares_in) as quantity from posted where kind = 'trade' group by user_id, symbol
    union all
    select user_id, symbol, 'sell', sum(shares_out) from posted where kind = 'trade' group by user_id, symbol
)
select 'cash_is_its_postings' as rule,
       format('user %s has %s, posted are %s', user_id, a.cash, coalesce(p.cash, 0)) as detail
from accounts a full join cash_posted p using (user_id)
where a.cash is distinct from coalesce(p.cash, 0)
union all
select 'holding_is_its_postings',
       format('user %s has %s %s, posted are %s', user_id, coalesce(h.quantity, 0), symbol, coalesce(p.shares, 0))
from holdings h full join shares_posted p using (user_id, symbol)
where coalesce(h.quantity, 0) <> coalesce(p.shares, 0)
union all
select 'system_is_its_postings',
       format('partition %s: %s has %s %s, posted are %s', partition, account, coalesce(s.balance, 0),
              coalesce(nullif(symbol, ''), 'cash'), coalesce(p.balance, 0))
from system_accounts s full join system_posted p using (partition, account, symbol)
where coalesce(s.balance, 0) <> coalesce(p.balance, 0)
union all
select 'world_is_flat', format('%s: %s too many', coalesce(nullif(symbol, ''), 'cash'), sum(amount))
from (
    select '' as symbol, cash::numeric as amount from accounts
    union all
    select symbol, quantity from holdings
    union all
    select symbol, balance from system_accounts
) as everything
group by symbol having sum(amount) <> 0
union all
select 'held_is_covered', format('user %s has %s cash and holds %s', user_id, cash, held)
from accounts where held < 0 or held > cash
union all
select 'held_is_covered', format('user %s has %s %s and holds %s', user_id, quantity, symbol, held)
from holdings where held < 0 or held > quantity
union all
select 'held_is_its_holds',
       format('user %s holds %s %s, his pending orders %s', user_id, coalesce(h.held, 0),
              coalesce(nullif(asset, ''), 'cash'), coalesce(o.held, 0))
from held_here h full join held o using (user_id, asset)
where coalesce(h.held, 0) <> coalesce(o.held, 0)
union all
select 'hold_is_its_worst_cost',
       format('order %s (%s, %s) holds %s, %s is right', order_id, side, state, held, right_amount)
from (
    select *, case
        when state <> 'pending' then 0
        when side = 'sell' then remaining + greatest(amended_to - amended_from, 0)
        else cost + div(cost * fee_basis_points, 10000)
    end as right_amount
    from (
        -- Filled as it is and amended at the end, or amended at once: the worse of the two.
        select *, greatest(
            price::numeric * remaining + amended_price::numeric * greatest(amended_to - amended_from, 0),
            amended_price::numeric * greatest(remaining + amended_to - amended_from, 0)
        ) / 1000000 as cost
        from holds
    ) as priced
) as holds
where held <> right_amount or remaining < 0 or remaining > quantity
      or (state = 'pending' and remaining = 0 and awaited = 0) or (state = 'posted' and (remaining > 0 or quantity = 0))
      or (state = 'refused' and remaining <> quantity)
      or awaited < 0 or (awaited > 0 and (state <> 'pending' or (side = 'buy' and replaces is null)))
      or (state <> 'pending' and (amended_price, amended_from, amended_to) <> (0, 0, 0))
union all
select 'exit_awaits_its_entry',
       format('order %s awaits %s, its entry %s has %s to buy', exit.order_id, exit.awaited,
              coalesce(entry.order_id::text, 'nobody'), coalesce(entry.remaining, 0))
from holds exit left join holds entry
    on entry.exit_order_id = exit.order_id and entry.state = 'pending' and entry.side = 'buy'
       and (entry.user_id, entry.symbol) = (exit.user_id, exit.symbol)
where exit.awaited > 0 and exit.replaces is null
      and (entry.remaining is null or entry.remaining > exit.awaited)
union all
select 'exit_awaits_its_entry',
       format('order %s buys %s for its exit %s, which awaits %s', entry.order_id, entry.remaining,
              entry.exit_order_id, coalesce(exit.awaited, 0))
from holds entry left join holds exit on exit.order_id = entry.exit_order_id
where entry.exit_order_id is not null
      and (exit.order_id is null or exit.side = 'buy'
           or (entry.user_id, entry.symbol) <> (exit.user_id, exit.symbol)
           or (entry.state = 'pending' and exit.state = 'pending' and exit.awaited = 0))
union all
select 'fills_are_posted',
       format('user %s, %s of %s: orders were filled by %s, posted are %s', user_id, side, symbol,
              coalesce(f.quantity, 0), coalesce(t.quantity, 0))
from filled f full join traded t using (user_id, symbol, side)
where coalesce(f.quantity, 0) <> coalesce(t.quantity, 0)
union all
select 'trade_is_posted_once', format('user %s is on trade %s %s times', user_id, reference, count(*))
from postings where kind = 'trade' group by user_id, reference having count(*) > 1
union all
select 'movement_is_posted',
       format('id %s of user %s: asked was %s of %s %s, posted are %s of %s in %s rows', id, user_id,
              coalesce(m.kind, 'nothing'), coalesce(m.amount, 0), coalesce(m.symbol, 'cash'),
              coalesce(p.kind, 'nothing'), coalesce(p.amount, 0), coalesce(p.rows, 0))
from movements m full join (
    select user_id, reference as id, min(kind) as kind, min(symbol) as symbol, count(*) as rows,
           sum(case when symbol is null then abs(cash) else shares end) as amount
    from postings where kind <> 'trade' group by user_id, reference
) as p using (user_id, id)
where (m.kind, m.symbol, m.amount::numeric, 1) is distinct from (p.kind, p.symbol, p.amount, p.rows)
union all
select 'profit_explains_cash',
       format('user %s: cash %s and cost %s of his holdings, but %s came in and %s was earned', a.user_id,
              a.cash, coalesce(h.cost, 0), coalesce(i.came_in, 0), coalesce(h.realised, 0))
from accounts a
left join (select user_id, sum(cost) as cost, sum(realised) as realised from holdings group by user_id) as h
    using (user_id)
left join (
    select user_id, sum(case when kind = 'withdrawal' then -amount when symbol is null then amount else cost end) as came_in
    from movements group by user_id
) as i using (user_id)
where a.cash + coalesce(h.cost, 0) <> coalesce(i.came_in, 0) + coalesce(h.realised, 0)
union all
select 'closed_is_empty', format('user %s has left with %s in cash and %s shares', a.user_id, a.cash, sum(h.quantity))
from accounts a left join holdings h using (user_id)
where a.closed group by a.user_id, a.cash having a.cash <> 0 or sum(h.quantity) <> 0
union all
select 'clearing_is_flat', format('%s: %s', coalesce(nullif(symbol, ''), 'cash'), sum(balance))
from system_accounts where account = 'clearing' group by symbol having sum(balance) <> 0
