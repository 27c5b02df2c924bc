/** Made from docs/asyncapi-push.json by `npm run wire`. */

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export type components = {
  schemas: {
    Acknowledgement:
      | {
          /** @constant */
          ok: true;
          /** @description Of a resumption: whether what was missed follows; else a snapshot does, or REST must be asked. */
          resumed?: boolean;
          /**
           * Format: int64
           * @description Of private news: the last there was.
           */
          seq?: number;
        }
      | {
          code: components["schemas"]["Code"];
          message: string;
          /** @constant */
          ok: false;
        };
    Activity: {
      /**
       * Format: int64
       * @description Those that came to a book. Each counts once: when it first trades, rests there, or leaves.
       */
      orders: number;
      /** Format: int64 */
      trades: number;
      /** @description What the trades moved, by currency. */
      turnover: {
        [key: string]: components["schemas"]["Total"];
      };
    };
    /** @description A change of a resting order, under way or refused. */
    Amendment: {
      limit_price: components["schemas"]["Price"];
      quantity: components["schemas"]["Quantity"];
      /** @description Without one, it is under way. */
      refused?: components["schemas"]["Refusal"];
    };
    /** @description The best prices of the market that is followed. */
    BidAsk: {
      ask: components["schemas"]["Price"];
      /** @description When it was heard, by the clock of who heard it. */
      at: components["schemas"]["Moment"];
      bid: components["schemas"]["Price"];
    };
    /** @description There is none for a time in which nobody traded. */
    Candle: {
      /** @description When it begins. */
      at: components["schemas"]["Moment"];
      close: components["schemas"]["Price"];
      high: components["schemas"]["Price"];
      low: components["schemas"]["Price"];
      open: components["schemas"]["Price"];
      /** @description Nobody traded this, or not all of it: it was made up so that a demo has a past. */
      simulated: boolean;
      /** Format: int64 */
      trades: number;
      volume: components["schemas"]["Total"];
    };
    /** @description A snapshot has the last candles; a change has those that are new or other than before, whole. */
    CandlesMessage: {
      interval: components["schemas"]["Interval"];
      /** @description Oldest first. */
      items: components["schemas"]["Candle"][];
      /**
       * Format: int64
       * @description One more with every message to the room; never less.
       */
      sequence: number;
      snapshot: boolean;
      symbol: components["schemas"]["Symbol"];
    };
    Cash: {
      available: components["schemas"]["Money"];
      held: components["schemas"]["Money"];
      total: components["schemas"]["Money"];
    };
    /** @enum {string} */
    Code:
      | "malformed"
      | "unknown_field"
      | "missing_field"
      | "unexpected_field"
      | "invalid_value"
      | "invalid_combination"
      | "not_signed_in"
      | "not_allowed"
      | "too_many_attempts"
      | "too_many_requests"
      | "login_taken"
      | "still_owned"
      | "not_found"
      | "unknown_user"
      | "unknown_symbol"
      | "instrument_halted"
      | "feed_stale"
      | "tick_size"
      | "lot_size"
      | "out_of_range"
      | "no_reference_price"
      | "too_many_open_orders"
      | "id_reused"
      | "order_not_live"
      | "insufficient_cash"
      | "insufficient_shares"
      | "canceled_by_user"
      | "self_trade"
      | "no_liquidity"
      | "not_fillable"
      | "would_trade"
      | "would_trigger"
      | "expired"
      | "entry_ended"
      | "not_trading"
      | "outside_price_band"
      | "amendment_pending"
      | "not_amendable"
      | "amended_by_user"
      | "replaced"
      | "replaced_order_gone"
      | "filled_before_replaced"
      | "changed_since"
      | "unavailable"
      | "not_sent"
      | "deadline_passed";
    DayActivity: {
      /** Format: date */
      date: string;
      /**
       * Format: int64
       * @description Those that came to a book. Each counts once: when it first trades, rests there, or leaves.
       */
      orders: number;
      /** Format: int64 */
      trades: number;
      /** @description What the trades moved, by currency. */
      turnover: {
        [key: string]: components["schemas"]["Total"];
      };
    };
    /**
     * @description A snapshot has every pushed level as of `last`; a change covers the sequences `first` to `last`,
     *     and quantity 0 removes a level.
     */
    DepthMessage: {
      asks: [string, string][];
      bids: [string, string][];
      /** Format: int64 */
      first: number;
      /** Format: int64 */
      last: number;
      snapshot: boolean;
      symbol: components["schemas"]["Symbol"];
    };
    /** @description What an instrument follows, and whether that can be relied upon. */
    Feed: {
      /** @description What was heard last. */
      quote?: components["schemas"]["BidAsk"];
      source: components["schemas"]["FeedSource"];
      /** @description Nothing was heard for too long, or never: no new market orders are taken. */
      stale: boolean;
    };
    /** @enum {string} */
    FeedSource: "simulated" | "polygon" | "binance";
    /** @description Private news, as they are numbered on their way out. */
    FillNews: {
      at: components["schemas"]["Moment"];
      fee: components["schemas"]["Money"];
      liquidity: components["schemas"]["Liquidity"];
      order_id: components["schemas"]["OrderId"];
      price: components["schemas"]["Price"];
      quantity: components["schemas"]["Quantity"];
      /**
       * Format: int64
       * @description One more than that of the news before.
       */
      seq: number;
      side: components["schemas"]["Side"];
      symbol: components["schemas"]["Symbol"];
      trade_id: components["schemas"]["TradeId"];
      user_id: components["schemas"]["UserId"];
    };
    /** @description How far the public state of a stock is. */
    Heartbeat: {
      at: components["schemas"]["Moment"];
      /**
       * Format: int64
       * @description Of the book's last event.
       */
      sequence: number;
      symbol: components["schemas"]["Symbol"];
      trade_id: components["schemas"]["TradeId"] | null;
    };
    HoldingChange: {
      available: components["schemas"]["Quantity"];
      average_cost: components["schemas"]["Price"];
      held: components["schemas"]["Quantity"];
      quantity: components["schemas"]["Quantity"];
      realised_profit: components["schemas"]["Money"];
      symbol: components["schemas"]["Symbol"];
    };
    /** @description What the auction would do if it ended now. Without a price nobody would trade. */
    Indication: {
      /** @description What would be left over at that price, and on which side. */
      imbalance: components["schemas"]["Quantity"];
      imbalance_side?: components["schemas"]["Side"];
      price?: components["schemas"]["Price"];
      quantity: components["schemas"]["Quantity"];
    };
    /** @enum {string} */
    Interval: "1m" | "5m" | "15m" | "1h" | "4h" | "1d" | "1w";
    /** @enum {string} */
    Liquidity: "maker" | "taker" | "auction";
    /**
     * Format: date-time
     * @description RFC 3339.
     * @example 2026-11-21T21:00:00Z
     */
    Moment: string;
    /**
     * @description An amount of a currency: a decimal with at most six decimals.
     * @example 12.50
     */
    Money: string;
    /**
     * Format: uuid
     * @description Made by the client, so that an order can be sent again without being placed twice.
     */
    OrderId: string;
    /** @description Private news, as they are numbered on their way out. */
    OrderNews: {
      /** @description The last change that was asked for, until it is done. */
      amendment?: components["schemas"]["Amendment"];
      average_price?: components["schemas"]["Price"];
      created_at: components["schemas"]["Moment"];
      /** @description Of an iceberg: how much of it others see at a time. */
      display_quantity?: components["schemas"]["Quantity"];
      /** @description Of a bracket's exit: the order whose fills it leaves again. */
      entry_order_id?: components["schemas"]["OrderId"];
      /** @description Of a bracket: the order that leaves again what this one has got, and at which prices. */
      exit_order_id?: components["schemas"]["OrderId"];
      /** @description Of a `gtd` order. */
      expires_at?: components["schemas"]["Moment"];
      filled_quantity: components["schemas"]["Quantity"];
      limit_price?: components["schemas"]["Price"];
      order_id: components["schemas"]["OrderId"];
      /** @description What its client wrote, where it is not like that any more. */
      placed?: components["schemas"]["Placed"];
      /** @description Rests or is canceled, but never trades as it comes in. */
      post_only?: boolean;
      /** @description Less what an amendment or the prevention of a self-trade took off it. */
      quantity: components["schemas"]["Quantity"];
      /** @description Why it was rejected or canceled. */
      reason?: components["schemas"]["Refusal"];
      /** @description The order that came in its place. */
      replaced_by?: components["schemas"]["OrderId"];
      /** @description The order in whose place it came, or was to come. */
      replaces?: components["schemas"]["OrderId"];
      /** @description A post-only order that would trade rests one tick away from that instead. */
      reprice?: boolean;
      self_trade_prevention?: components["schemas"]["SelfTradePrevention"];
      /**
       * Format: int64
       * @description One more than that of the news before.
       */
      seq: number;
      side: components["schemas"]["Side"];
      status: components["schemas"]["OrderStatus"];
      /** @description Of an `oco` order: its limit once its stop price is met. Without one it is a market order then. */
      stop_limit_price?: components["schemas"]["Price"];
      stop_loss_price?: components["schemas"]["Price"];
      stop_price?: components["schemas"]["Price"];
      symbol: components["schemas"]["Symbol"];
      take_profit_price?: components["schemas"]["Price"];
      time_in_force: components["schemas"]["TimeInForce"];
      /** @description How far a trailing stop follows the market. */
      trail_amount?: components["schemas"]["Price"];
      /** @description Its stop price was met. */
      triggered?: boolean;
      type: components["schemas"]["OrderType"];
      updated_at: components["schemas"]["Moment"];
      user_id: components["schemas"]["UserId"];
    };
    /** @enum {string} */
    OrderStatus: "pending" | "open" | "closed" | "canceled" | "rejected" | "expired";
    /** @enum {string} */
    OrderType: "limit" | "market" | "stop" | "stop_limit" | "trailing_stop" | "oco";
    /** @enum {string} */
    Phase: "continuous" | "limit_state" | "halted" | "auction" | "closed";
    /** @description What a book does with orders that come: all of it, in each message. */
    PhaseMessage: {
      auction?: components["schemas"]["Indication"];
      phase: components["schemas"]["Phase"];
      /** @description When the phase ends by itself. */
      phase_until?: components["schemas"]["Moment"];
      /** @description What the price band is around. */
      reference_price?: components["schemas"]["Price"];
      /**
       * Format: int64
       * @description Of the book's last event that it takes into account.
       */
      sequence: number;
      snapshot: boolean;
      symbol: components["schemas"]["Symbol"];
    };
    /** @description What may change of an order: as it was when it was taken. */
    Placed: {
      limit_price?: components["schemas"]["Price"];
      quantity: components["schemas"]["Quantity"];
    };
    /** @description Private news, as they are numbered on their way out. */
    PortfolioChangeNews: {
      cash: components["schemas"]["Cash"];
      /** @description Only those that changed. */
      holdings: components["schemas"]["HoldingChange"][];
      /**
       * Format: int64
       * @description One more than that of the news before.
       */
      seq: number;
      user_id: components["schemas"]["UserId"];
    };
    /**
     * @description What one unit costs, in the stock's currency: a decimal with at most six decimals.
     * @example 187.25
     */
    Price: string;
    PriceItem: {
      at: components["schemas"]["Moment"] | null;
      change: components["schemas"]["Money"];
      change_percent: string;
      feed?: components["schemas"]["Feed"];
      high: components["schemas"]["Price"] | null;
      last_price: components["schemas"]["Price"];
      low: components["schemas"]["Price"] | null;
      open: components["schemas"]["Price"] | null;
      /** @description Most of the time most stocks trade, and every byte is sent to many. */
      phase?: components["schemas"]["Phase"];
      symbol: components["schemas"]["Symbol"];
      volume: components["schemas"]["Quantity"];
    };
    /** @description Of each stock all there is to say: the latest is all that matters. */
    Prices: {
      items: components["schemas"]["PriceItem"][];
      /**
       * Format: int64
       * @description One more with every message to all prices; never less.
       */
      sequence: number;
      snapshot: boolean;
    };
    /**
     * @description How many units: a decimal with at most six decimals.
     * @example 10
     */
    Quantity: string;
    /** @description A stock with its day. */
    Ranked: {
      change_percent: string;
      currency: string;
      last_price: components["schemas"]["Price"];
      symbol: components["schemas"]["Symbol"];
      /** Format: int64 */
      trades: number;
      turnover: components["schemas"]["Total"];
      volume: components["schemas"]["Total"];
    };
    /** @description Which rule said no, to which field, and why in words. */
    Refusal: {
      code: components["schemas"]["Code"];
      field?: string;
      message: string;
    };
    /** @description Where to go on: after `seq`, the last that is known. */
    Resumption:
      | {
          /** @constant */
          channel: "prices";
          /** Format: int64 */
          seq: number;
          symbol?: components["schemas"]["Symbol"];
        }
      | {
          /** @enum {unknown} */
          channel: "depth" | "trades" | "phase" | "heartbeat";
          /** Format: int64 */
          seq: number;
          symbol: components["schemas"]["Symbol"];
        }
      | {
          /** @constant */
          channel: "candles";
          interval: components["schemas"]["Interval"];
          /** Format: int64 */
          seq: number;
          symbol: components["schemas"]["Symbol"];
        }
      | {
          /** @constant */
          channel: "statistics";
          /** Format: int64 */
          seq: number;
        }
      | {
          /** @constant */
          channel: "private";
          /** Format: int64 */
          seq?: number;
        };
    /** @description Some private news were missed: REST has what is true now. */
    Resync: {
      /**
       * Format: int64
       * @description To be remembered as the last that was heard.
       */
      seq: number;
    };
    /** @enum {string} */
    SelfTradePrevention: "cancel_newest" | "cancel_oldest" | "cancel_both" | "decrement";
    /** @description The last words of a web instance. */
    ServerShutdown: {
      /** Format: int64 */
      reconnect_after_ms: number;
    };
    /** @enum {string} */
    Side: "buy" | "sell";
    /** @description All there is to say, in each message. */
    StatisticsMessage: {
      /** @description The last days on which something happened, newest first. */
      days: components["schemas"]["DayActivity"][];
      gainers: components["schemas"]["Ranked"][];
      losers: components["schemas"]["Ranked"][];
      /**
       * @description Of today: by the number of their trades, and by how much their price changed. None that did
       *     not trade today.
       */
      most_traded: components["schemas"]["Ranked"][];
      /** Format: int64 */
      sequence: number;
      snapshot: boolean;
      today: components["schemas"]["DayActivity"];
      /** @description Since the exchange began. */
      total: components["schemas"]["Activity"];
    };
    /** @description What to hear, or to hear no more. */
    Subscription:
      | {
          /** @constant */
          channel: "prices";
          symbol?: components["schemas"]["Symbol"];
        }
      | {
          /** @enum {unknown} */
          channel: "depth" | "trades" | "phase" | "heartbeat";
          symbol: components["schemas"]["Symbol"];
        }
      | {
          /** @constant */
          channel: "candles";
          interval: components["schemas"]["Interval"];
          symbol: components["schemas"]["Symbol"];
        }
      | {
          /** @constant */
          channel: "statistics";
        };
    /**
     * @description A stock's short name.
     * @example ACME
     */
    Symbol: string;
    /** @enum {string} */
    TimeInForce: "gtc" | "day" | "gtd" | "ioc" | "fok";
    /**
     * @description A sum of amounts, larger than any of them.
     * @example 1024.5
     */
    Total: string;
    /**
     * Format: uuid
     * @description Made by the book from its symbol and sequence: replay gives the same id again.
     */
    TradeId: string;
    TradeItem: {
      at: components["schemas"]["Moment"];
      price: components["schemas"]["Price"];
      quantity: components["schemas"]["Quantity"];
      taker_side: components["schemas"]["Side"];
      trade_id: components["schemas"]["TradeId"];
    };
    /**
     * @description `sequence` counts the trades of the symbol that this instance has pushed or could have: after a
     *     message with n items it is n more than before, unless there were more than fit.
     */
    Trades: {
      /** @description Oldest first. */
      items: components["schemas"]["TradeItem"][];
      /** Format: int64 */
      sequence: number;
      snapshot: boolean;
      symbol: components["schemas"]["Symbol"];
    };
    /**
     * Format: uuid
     * @description A person, a program or the house.
     */
    UserId: string;
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
};
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
