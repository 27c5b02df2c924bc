/** Made from docs/openapi.json by `npm run wire`. */

export type paths = Record<string, never>;
export type webhooks = Record<string, never>;
export type components = {
  schemas: {
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
    Canceling: {
      /** Format: int32 */
      count: number;
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
    /** @description A page of candles, oldest first. */
    Candles: {
      interval: components["schemas"]["Interval"];
      items: components["schemas"]["Candle"][];
      /** @description Where the next page begins, if what was asked for goes on. */
      next_from?: components["schemas"]["Moment"];
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
    /** @description The database of a service. `commits` and `steps` only rise. */
    DatabaseStatus: {
      /** Format: int64 */
      bytes: number;
      /** Format: int64 */
      commits: number;
      /** Format: int32 */
      connections: number;
      /**
       * Format: int64
       * @description Messages that were set aside.
       */
      parked: number;
      service: string;
      /** Format: int64 */
      steps: number;
    };
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
    DemoPerson: {
      cash: components["schemas"]["Money"] | null;
      name: string;
      role: components["schemas"]["Role"];
      total_value: components["schemas"]["Money"] | null;
      user_id: components["schemas"]["UserId"];
    };
    /** @description A list. */
    DemoPersonList: {
      items: components["schemas"]["DemoPerson"][];
    };
    Depth: {
      asks: [string, string][];
      /** @description Best first. */
      bids: [string, string][];
      /**
       * Format: int64
       * @description Of the last event that this depth includes.
       */
      sequence: number;
      symbol: components["schemas"]["Symbol"];
    };
    Difference: {
      field: string;
      from: string;
      symbol: components["schemas"]["Symbol"];
      to: string;
    };
    /** @enum {string} */
    Direction: "received" | "sent";
    Entered: {
      /** Format: int64 */
      expires_in_s: number;
      name: string;
      role: components["schemas"]["Role"];
      /** @description For programs, which have no cookies to be kept from scripts. */
      token?: string;
      user_id: components["schemas"]["UserId"];
    };
    Fault:
      | {
          /** @enum {string} */
          fault: "kill";
          process: components["schemas"]["Process"];
        }
      | {
          /** @enum {string} */
          fault: "pause";
          process: components["schemas"]["Process"];
          /** Format: int32 */
          seconds: number;
        }
      | {
          /** @enum {string} */
          fault: "malformed";
        }
      | {
          /** @enum {string} */
          fault: "duplicate";
        };
    /** @description A fault, and what came of it at once. */
    FaultDone: {
      at: components["schemas"]["Moment"];
      fault: components["schemas"]["Fault"];
      outcome: components["schemas"]["Outcome"];
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
    /** @description One side's view of a trade. */
    Fill: {
      at: components["schemas"]["Moment"];
      fee: components["schemas"]["Money"];
      liquidity: components["schemas"]["Liquidity"];
      order_id: components["schemas"]["OrderId"];
      price: components["schemas"]["Price"];
      quantity: components["schemas"]["Quantity"];
      side: components["schemas"]["Side"];
      symbol: components["schemas"]["Symbol"];
      trade_id: components["schemas"]["TradeId"];
      user_id: components["schemas"]["UserId"];
    };
    /** @description A bounded page of a list, newest first. */
    FillPage: {
      items: components["schemas"]["Fill"][];
      next_cursor?: string;
    };
    /** Format: password */
    Hidden: string;
    Holding: {
      available: components["schemas"]["Quantity"];
      average_cost: components["schemas"]["Price"];
      held: components["schemas"]["Quantity"];
      last_price: components["schemas"]["Price"] | null;
      market_value: components["schemas"]["Money"] | null;
      quantity: components["schemas"]["Quantity"];
      realised_profit: components["schemas"]["Money"];
      symbol: components["schemas"]["Symbol"];
      unrealised_profit: components["schemas"]["Money"] | null;
    };
    /** @description What the auction would do if it ended now. Without a price nobody would trade. */
    Indication: {
      /** @description What would be left over at that price, and on which side. */
      imbalance: components["schemas"]["Quantity"];
      imbalance_side?: components["schemas"]["Side"];
      price?: components["schemas"]["Price"];
      quantity: components["schemas"]["Quantity"];
    };
    Instrument: {
      /**
       * @description ISO 4217.
       * @example USD
       */
      currency: string;
      lot_size: components["schemas"]["Quantity"];
      name: components["schemas"]["StockName"];
      previous_close: components["schemas"]["Price"];
      /** @description Without a word, it trades at all times, at all prices, and without auctions. */
      rules?: components["schemas"]["TradingRules"];
      state: components["schemas"]["InstrumentState"];
      symbol: components["schemas"]["Symbol"];
      /** @description Fixed once listed, like the lot: resting orders are counted in them. */
      tick_size: components["schemas"]["Price"];
    };
    /** @description What is absent stays as it is. Symbol, currency, tick and lot are fixed once listed. */
    InstrumentChange: {
      name?: components["schemas"]["StockName"] | null;
      previous_close?: components["schemas"]["Price"] | null;
      rules?: components["schemas"]["TradingRules"] | null;
      state?: components["schemas"]["InstrumentState"] | null;
    };
    /** @enum {string} */
    InstrumentState: "open" | "halted";
    /** @enum {string} */
    Interval: "1m" | "5m" | "15m" | "1h" | "4h" | "1d" | "1w";
    Journey: {
      hops: components["schemas"]["JourneyHop"][];
      /** @description Whether these are all of its hops until now. */
      is_complete: boolean;
      /** @description What is not known, and why. */
      missing: string[];
      order_id: components["schemas"]["OrderId"];
      status: components["schemas"]["OrderStatus"];
      symbol: components["schemas"]["Symbol"];
      /**
       * Format: int64
       * @description From the first hop to the last.
       */
      took_us: number;
      user_id: components["schemas"]["UserId"];
    };
    JourneyHop: {
      /**
       * Format: int64
       * @description Since the first hop.
       */
      after_us: number;
      /** @description The message as it was: of a stream's, the one event. */
      body: Record<string, unknown>;
      /** @description Whose clock says so: the service, its host and its process. */
      clock: string;
      committed_at: components["schemas"]["Moment"] | null;
      confirmed_at: components["schemas"]["Moment"] | null;
      direction: components["schemas"]["Direction"];
      /** @description By what it came or went that is no stream: an exchange, a route, a socket. */
      door: string | null;
      /** @description What kind it is: `place_order`, `order_filled` and so on. */
      message: string;
      partition: string;
      published_at: components["schemas"]["Moment"] | null;
      received_at: components["schemas"]["Moment"] | null;
      /** @description Who sent it there, as the broker vouches. */
      sender: string | null;
      /** Format: int64 */
      seq: number | null;
      service: string;
      source: components["schemas"]["Kept"];
      stream: string | null;
    };
    /** @enum {string} */
    Kept: "memory" | "outbox" | "database";
    /** @description Lets a program in, in its owner's name. */
    Key: {
      /** Format: uuid */
      key_id: string;
      made_at: components["schemas"]["Moment"];
      name: string;
      scopes: components["schemas"]["Scope"][];
    };
    /** @description A list. */
    KeyList: {
      items: components["schemas"]["Key"][];
    };
    /** @enum {string} */
    LedgerKind: "deposit" | "withdrawal" | "trade" | "fee";
    /** @description One line of a user's ledger: cash, or shares when there is a symbol. */
    LedgerLine: {
      /** @description Signed: what the user gained or gave. Shares are counted in `quantity` units. */
      amount: components["schemas"]["Money"];
      at: components["schemas"]["Moment"];
      entry_id: string;
      kind: components["schemas"]["LedgerKind"];
      /**
       * Format: uuid
       * @description The caller's id, or the trade's.
       */
      reference: string;
      symbol?: components["schemas"]["Symbol"];
    };
    /** @description A bounded page of a list, newest first. */
    LedgerLinePage: {
      items: components["schemas"]["LedgerLine"][];
      next_cursor?: string;
    };
    /** @enum {string} */
    Liquidity: "maker" | "taker" | "auction";
    Live: {
      /** @description `live`. */
      status: string;
    };
    LogIn: {
      login: string;
      password: components["schemas"]["Hidden"];
    };
    /** @description In hundredths of a percent. */
    MarketTerms: {
      /**
       * Format: int32
       * @description Of a fill's price × quantity, cut off after the sixth decimal: for who rested, and for both in an
       *     auction.
       */
      maker_fee_basis_points: number;
      /**
       * Format: int32
       * @description How far an order without a limit may trade from the last price, or from its stop price, rounded
       *     away from it to a tick.
       */
      market_collar_basis_points: number;
      /**
       * Format: int32
       * @description The same for who took.
       */
      taker_fee_basis_points: number;
    };
    /** @description One of all people, as admins see them. */
    Member: {
      closed_at: components["schemas"]["Moment"] | null;
      demo: boolean;
      /** @description Null for those who have no password: demo accounts, programs, and who is gone. */
      login: string | null;
      name: string;
      role: components["schemas"]["Role"];
      user_id: components["schemas"]["UserId"];
    };
    MemberDetail: {
      closed_at: components["schemas"]["Moment"] | null;
      demo: boolean;
      /** @description Null for those who have no password: demo accounts, programs, and who is gone. */
      login: string | null;
      name: string;
      portfolio: components["schemas"]["Portfolio"] | null;
      role: components["schemas"]["Role"];
      user_id: components["schemas"]["UserId"];
    };
    /** @description A bounded page of a list, newest first. */
    MemberPage: {
      items: components["schemas"]["Member"][];
      next_cursor?: string;
    };
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
    /** @description Answers a `PortfolioCommand` that moves something. */
    Moved: {
      cash: components["schemas"]["Cash"];
      /** Format: uuid */
      id: string;
    };
    Movement: {
      amount: components["schemas"]["Money"];
      /**
       * Format: uuid
       * @description Yours: the same again moves nothing.
       */
      id: string;
    };
    NewMember: {
      /**
       * @description Capitals do not matter.
       * @example ann.lee
       */
      login: string;
      name?: components["schemas"]["PersonName"] | null;
      /**
       * Format: password
       * @description 8 to 128 bytes. None of the common ones, nor the login.
       */
      password: string;
      role?: components["schemas"]["Role"] | null;
    };
    /** @description As a client of REST writes it. What the fields must be is ordering's to say. */
    NewOrder:
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          /** @description Of a bracket: the id of the order that leaves again, yours as well. */
          exit_order_id: components["schemas"]["OrderId"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_loss_price?: components["schemas"]["Price"] | null;
          symbol: components["schemas"]["Symbol"];
          take_profit_price: components["schemas"]["Price"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          /** @description Of a bracket: the id of the order that leaves again, yours as well. */
          exit_order_id: components["schemas"]["OrderId"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_loss_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @constant */
          post_only: true;
          quantity: components["schemas"]["Quantity"];
          /** @description Of a post-only order: rather one tick away than not at all. */
          reprice?: boolean | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          /** @description Of a bracket: the id of the order that leaves again, yours as well. */
          exit_order_id: components["schemas"]["OrderId"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @constant */
          post_only: true;
          quantity: components["schemas"]["Quantity"];
          /** @description Of a post-only order: rather one tick away than not at all. */
          reprice?: boolean | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_loss_price?: components["schemas"]["Price"] | null;
          symbol: components["schemas"]["Symbol"];
          take_profit_price: components["schemas"]["Price"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          /** @description Of a bracket: the id of the order that leaves again, yours as well. */
          exit_order_id: components["schemas"]["OrderId"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @constant */
          post_only: true;
          quantity: components["schemas"]["Quantity"];
          /** @description Of a post-only order: rather one tick away than not at all. */
          reprice?: boolean | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_loss_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          /** @description Of a bracket: the id of the order that leaves again, yours as well. */
          exit_order_id: components["schemas"]["OrderId"];
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_loss_price?: components["schemas"]["Price"] | null;
          symbol: components["schemas"]["Symbol"];
          take_profit_price: components["schemas"]["Price"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          /** @description Of a bracket: the id of the order that leaves again, yours as well. */
          exit_order_id: components["schemas"]["OrderId"];
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_loss_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @constant */
          post_only: true;
          quantity: components["schemas"]["Quantity"];
          /** @description Of a post-only order: rather one tick away than not at all. */
          reprice?: boolean | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          /** @description Of a bracket: the id of the order that leaves again, yours as well. */
          exit_order_id: components["schemas"]["OrderId"];
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @constant */
          post_only: true;
          quantity: components["schemas"]["Quantity"];
          /** @description Of a post-only order: rather one tick away than not at all. */
          reprice?: boolean | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_loss_price?: components["schemas"]["Price"] | null;
          symbol: components["schemas"]["Symbol"];
          take_profit_price: components["schemas"]["Price"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          /** @description Of a bracket: the id of the order that leaves again, yours as well. */
          exit_order_id: components["schemas"]["OrderId"];
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @constant */
          post_only: true;
          quantity: components["schemas"]["Quantity"];
          /** @description Of a post-only order: rather one tick away than not at all. */
          reprice?: boolean | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_loss_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "limit";
        }
      | {
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "ioc" | "fok";
          /** @enum {string} */
          type: "limit";
        }
      | {
          /** @description Of a bracket: the id of the order that leaves again, yours as well. */
          exit_order_id: components["schemas"]["OrderId"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_loss_price?: components["schemas"]["Price"] | null;
          symbol: components["schemas"]["Symbol"];
          take_profit_price: components["schemas"]["Price"];
          /** @enum {string} */
          time_in_force: "ioc" | "fok";
          /** @enum {string} */
          type: "limit";
        }
      | {
          /** @description Of a bracket: the id of the order that leaves again, yours as well. */
          exit_order_id: components["schemas"]["OrderId"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_loss_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "ioc" | "fok";
          /** @enum {string} */
          type: "limit";
        }
      | {
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "ioc" | "fok" | null;
          /** @enum {string} */
          type: "market";
        }
      | {
          /** @description Of a bracket: the id of the order that leaves again, yours as well. */
          exit_order_id: components["schemas"]["OrderId"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_loss_price?: components["schemas"]["Price"] | null;
          symbol: components["schemas"]["Symbol"];
          take_profit_price: components["schemas"]["Price"];
          /** @enum {string|null} */
          time_in_force?: "ioc" | "fok" | null;
          /** @enum {string} */
          type: "market";
        }
      | {
          /** @description Of a bracket: the id of the order that leaves again, yours as well. */
          exit_order_id: components["schemas"]["OrderId"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_loss_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "ioc" | "fok" | null;
          /** @enum {string} */
          type: "market";
        }
      | {
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "stop";
        }
      | {
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "stop";
        }
      | {
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "stop_limit";
        }
      | {
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "stop_limit";
        }
      | {
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @description How far a trailing stop follows the market. */
          trail_amount: components["schemas"]["Price"];
          /** @enum {string} */
          type: "trailing_stop";
        }
      | {
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @description How far a trailing stop follows the market. */
          trail_amount: components["schemas"]["Price"];
          /** @enum {string} */
          type: "trailing_stop";
        }
      | {
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_limit_price?: components["schemas"]["Price"] | null;
          stop_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "oco";
        }
      | {
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_limit_price?: components["schemas"]["Price"] | null;
          stop_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "oco";
        };
    NewPassword: {
      /**
       * Format: password
       * @description 8 to 128 bytes. None of the common ones, nor the login.
       */
      new: string;
      old: components["schemas"]["Hidden"];
    };
    Order: {
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
    /** @description What is absent stays as it is. */
    OrderChange:
      | {
          limit_price?: components["schemas"]["Price"] | null;
          /** @description Of the whole order, what has been filled included. */
          quantity: components["schemas"]["Quantity"];
        }
      | {
          limit_price: components["schemas"]["Price"];
          quantity?: components["schemas"]["Quantity"] | null;
        };
    OrderDetail: {
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
      fills: components["schemas"]["Fill"][];
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
    /**
     * Format: uuid
     * @description Made by the client, so that an order can be sent again without being placed twice.
     */
    OrderId: string;
    /** @description A bounded page of a list, newest first. */
    OrderPage: {
      items: components["schemas"]["Order"][];
      next_cursor?: string;
    };
    /** @enum {string} */
    OrderStatus: "pending" | "open" | "closed" | "canceled" | "rejected" | "expired";
    /** @enum {string} */
    OrderType: "limit" | "market" | "stop" | "stop_limit" | "trailing_stop" | "oco";
    Outcome:
      | {
          /** @enum {string} */
          outcome: "signaled";
          /** Format: int32 */
          pid: number;
        }
      | {
          answer: Record<string, unknown>;
          body: string;
          exchange: string;
          /** @enum {string} */
          outcome: "answered";
        }
      | {
          body: string;
          /** @enum {string} */
          outcome: "repeated";
          /** Format: int64 */
          seq: number;
          stream: string;
        };
    /** @description A message that was set aside. */
    Parked: {
      /** @description As text, and no more than its first 16 KiB. */
      body: string;
      /**
       * Format: int64
       * @description Of the whole body.
       */
      body_bytes: number;
      /** @description What follows for it waits behind. */
      key: string | null;
      parked_at: components["schemas"]["Moment"];
      /** Format: uuid */
      parked_id: string;
      /** @description Whose message it is: `portfolio.2`. */
      partition: string;
      reason: string;
      sender: string;
      /** Format: int64 */
      seq: number | null;
      /** @description `stream`, `orders` or `request`; what is `unreadable` can be read here, and not taken up again. */
      source: string;
      stream: string | null;
    };
    /** @description What all services have set aside. */
    ParkedMessages: {
      /** @description Oldest first, 100 at most. */
      items: components["schemas"]["Parked"][];
      /** @description Which services' messages are not told here, and why. */
      missing: string[];
      /**
       * Format: int64
       * @description Of all that is parked, as far as it is known.
       */
      total: number;
    };
    Person: {
      name: string;
      role: components["schemas"]["Role"];
      user_id: components["schemas"]["UserId"];
    };
    /** @description 1 to 64 visible characters; the spaces around them are dropped. */
    PersonName: string;
    /** @enum {string} */
    Phase: "continuous" | "limit_state" | "halted" | "auction" | "closed";
    /** @description What may change of an order: as it was when it was taken. */
    Placed: {
      limit_price?: components["schemas"]["Price"];
      quantity: components["schemas"]["Quantity"];
    };
    Portfolio: {
      cash: components["schemas"]["Cash"];
      holdings: components["schemas"]["Holding"][];
      /** @description Of all holdings, at their last prices. */
      market_value: components["schemas"]["Money"];
      realised_profit: components["schemas"]["Money"];
      /** @description Cash and holdings together. */
      total_value: components["schemas"]["Money"];
      unrealised_profit: components["schemas"]["Money"];
      user_id: components["schemas"]["UserId"];
    };
    /**
     * @description What one unit costs, in the stock's currency: a decimal with at most six decimals.
     * @example 187.25
     */
    Price: string;
    /**
     * @description No order is taken that would trade further away from the reference price: the last auction's,
     *     before one the previous close.
     */
    PriceBand: {
      /**
       * Format: int32
       * @description Of the reference price, to both sides, in hundredths of a percent.
       */
      basis_points: number;
      /** Format: int32 */
      halt_seconds: number;
      /**
       * Format: int32
       * @description How long the best of one side may wait at the edge before trading halts.
       */
      limit_state_seconds: number;
    };
    /** @description What went wrong, as RFC 9457 has it. */
    Problem: {
      /** @description For programs. */
      code: components["schemas"]["ProblemCode"];
      /** @description For people. */
      detail: string;
      /** @description Which field or parameter it is about. */
      field?: string;
      /** Format: int32 */
      status: number;
      title: string;
      /** @example urn:exchange:problem:tick_size */
      type: string;
    };
    /** @enum {string} */
    ProblemCode:
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
      | "deadline_passed"
      | "foreign_origin"
      | "method_not_allowed"
      | "body_too_large"
      | "unsupported_media_type"
      | "head_too_large";
    /** @enum {string} */
    Process:
      | "accounts"
      | "stock-data"
      | "matching"
      | "portfolio"
      | "ordering"
      | "web"
      | "bots"
      | "postgres"
      | "rabbitmq";
    /** @enum {string} */
    ProcessState: "running" | "waiting" | "paused" | "gone";
    ProcessStatus: {
      name: string;
      /**
       * Format: int32
       * @description Null when it is gone, or was not started by `exchange up` in this folder.
       */
      pid: number | null;
      /** Format: int32 */
      restarts: number;
      since: components["schemas"]["Moment"] | null;
      state: components["schemas"]["ProcessState"];
    };
    /**
     * @description How many units: a decimal with at most six decimals.
     * @example 10
     */
    Quantity: string;
    /** @description A queue as the broker sees it, up to five seconds ago. The last three only rise, until it restarts. */
    QueueStatus: {
      /** Format: int64 */
      acknowledged: number;
      /** Format: int64 */
      consumers: number;
      /** Format: int64 */
      delivered: number;
      /** Format: int64 */
      messages: number;
      /** Format: int64 */
      messages_unacknowledged: number;
      name: string;
      /** Format: int64 */
      published: number;
      /** @description Null while the broker has just started. */
      state: string | null;
    };
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
    Readiness: {
      broker: boolean;
      market: boolean;
      sessions: boolean;
      /** @description `ready`, or `not ready`. */
      status: string;
    };
    Redrive: {
      /** @description Of parked messages. */
      ids: string[];
    };
    /** @description What became of it. */
    Redriven: {
      /** @description Who has not answered: of its messages it is not known. */
      missing: string[];
      /** @description Of those that were named: they cannot be taken still, or wait behind such a one. */
      still_parked: string[];
      /**
       * Format: int32
       * @description With those that waited behind the same keys.
       */
      taken_up: number;
    };
    /** @description Which rule said no, to which field, and why in words. */
    Refusal: {
      code: components["schemas"]["Code"];
      field?: string;
      message: string;
    };
    Rename: {
      name: components["schemas"]["PersonName"];
    };
    /** @description As a client of REST writes it. What the fields must be is ordering's to say. */
    ReplacementOrder:
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @constant */
          post_only: true;
          quantity: components["schemas"]["Quantity"];
          /** @description Of a post-only order: rather one tick away than not at all. */
          reprice?: boolean | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "limit";
        }
      | {
          display_quantity?: components["schemas"]["Quantity"] | null;
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @constant */
          post_only: true;
          quantity: components["schemas"]["Quantity"];
          /** @description Of a post-only order: rather one tick away than not at all. */
          reprice?: boolean | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "limit";
        }
      | {
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "ioc" | "fok";
          /** @enum {string} */
          type: "limit";
        }
      | {
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "ioc" | "fok" | null;
          /** @enum {string} */
          type: "market";
        }
      | {
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "stop";
        }
      | {
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "stop";
        }
      | {
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "stop_limit";
        }
      | {
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "stop_limit";
        }
      | {
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @description How far a trailing stop follows the market. */
          trail_amount: components["schemas"]["Price"];
          /** @enum {string} */
          type: "trailing_stop";
        }
      | {
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @description How far a trailing stop follows the market. */
          trail_amount: components["schemas"]["Price"];
          /** @enum {string} */
          type: "trailing_stop";
        }
      | {
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_limit_price?: components["schemas"]["Price"] | null;
          stop_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string|null} */
          time_in_force?: "gtc" | "day" | null;
          /** @enum {string} */
          type: "oco";
        }
      | {
          /** @description Of a `gtd` order: at most 366 days ahead. */
          expires_at: components["schemas"]["Moment"];
          limit_price: components["schemas"]["Price"];
          order_id?: components["schemas"]["OrderId"] | null;
          /** @enum {boolean|null} */
          post_only?: false | null;
          quantity: components["schemas"]["Quantity"];
          /** @enum {boolean|null} */
          reprice?: false | null;
          self_trade_prevention?: components["schemas"]["SelfTradePrevention"] | null;
          side: components["schemas"]["Side"];
          stop_limit_price?: components["schemas"]["Price"] | null;
          stop_price: components["schemas"]["Price"];
          symbol: components["schemas"]["Symbol"];
          /** @enum {string} */
          time_in_force: "gtd";
          /** @enum {string} */
          type: "oco";
        };
    /** @enum {string} */
    Role: "trader" | "admin" | "bot";
    /** @enum {string} */
    Scope: "read" | "trade";
    /** @enum {string} */
    SelfTradePrevention: "cancel_newest" | "cancel_oldest" | "cancel_both" | "decrement";
    SetPassword: {
      /**
       * Format: password
       * @description 8 to 128 bytes. None of the common ones, nor the login.
       */
      password: string;
    };
    /** @description With its text, this once. */
    ShownKey: {
      /** Format: uuid */
      key_id: string;
      made_at: components["schemas"]["Moment"];
      name: string;
      scopes: components["schemas"]["Scope"][];
      text: components["schemas"]["Hidden"];
    };
    /** @enum {string} */
    Side: "buy" | "sell";
    SignUp: {
      /**
       * @description Capitals do not matter.
       * @example ann.lee
       */
      login: string;
      name?: components["schemas"]["PersonName"] | null;
      /**
       * Format: password
       * @description 8 to 128 bytes. None of the common ones, nor the login.
       */
      password: string;
    };
    /** @description Days are those of UTC. What is made up counts nowhere. */
    Statistics: {
      /** @description The last days on which something happened, newest first. */
      days: components["schemas"]["DayActivity"][];
      gainers: components["schemas"]["Ranked"][];
      losers: components["schemas"]["Ranked"][];
      /**
       * @description Of today: by the number of their trades, and by how much their price changed. None that did
       *     not trade today.
       */
      most_traded: components["schemas"]["Ranked"][];
      today: components["schemas"]["DayActivity"];
      /** @description Since the exchange began. */
      total: components["schemas"]["Activity"];
    };
    /**
     * @description An instrument with its day. Without a trade today the day's fields are absent and
     *     `last_price` is the last known one.
     */
    Stock: {
      at: components["schemas"]["Moment"] | null;
      change: components["schemas"]["Money"];
      change_percent: string;
      /**
       * @description ISO 4217.
       * @example USD
       */
      currency: string;
      /** @description What it follows, if it does. */
      feed?: components["schemas"]["Feed"];
      high: components["schemas"]["Price"] | null;
      last_price: components["schemas"]["Price"];
      lot_size: components["schemas"]["Quantity"];
      low: components["schemas"]["Price"] | null;
      name: components["schemas"]["StockName"];
      open: components["schemas"]["Price"] | null;
      /** @description What its book does with orders that come. */
      phase: components["schemas"]["Phase"];
      previous_close: components["schemas"]["Price"];
      /** @description Without a word, it trades at all times, at all prices, and without auctions. */
      rules?: components["schemas"]["TradingRules"];
      state: components["schemas"]["InstrumentState"];
      symbol: components["schemas"]["Symbol"];
      /** @description Fixed once listed, like the lot: resting orders are counted in them. */
      tick_size: components["schemas"]["Price"];
      volume: components["schemas"]["Quantity"];
    };
    /** @description With what its book says about its phase. */
    StockDetail: {
      at: components["schemas"]["Moment"] | null;
      auction?: components["schemas"]["Indication"];
      change: components["schemas"]["Money"];
      change_percent: string;
      /**
       * @description ISO 4217.
       * @example USD
       */
      currency: string;
      /** @description What it follows, if it does. */
      feed?: components["schemas"]["Feed"];
      high: components["schemas"]["Price"] | null;
      last_price: components["schemas"]["Price"];
      lot_size: components["schemas"]["Quantity"];
      low: components["schemas"]["Price"] | null;
      name: components["schemas"]["StockName"];
      open: components["schemas"]["Price"] | null;
      /** @description What its book does with orders that come. */
      phase: components["schemas"]["Phase"];
      /** @description When the phase ends by itself. */
      phase_until?: components["schemas"]["Moment"];
      previous_close: components["schemas"]["Price"];
      /** @description What the price band is around. */
      reference_price?: components["schemas"]["Price"];
      /** @description Without a word, it trades at all times, at all prices, and without auctions. */
      rules?: components["schemas"]["TradingRules"];
      state: components["schemas"]["InstrumentState"];
      symbol: components["schemas"]["Symbol"];
      /** @description Fixed once listed, like the lot: resting orders are counted in them. */
      tick_size: components["schemas"]["Price"];
      volume: components["schemas"]["Quantity"];
    };
    /** @description A list. */
    StockList: {
      items: components["schemas"]["Stock"][];
    };
    /** @description 1 to 80 visible characters; the spaces around them are dropped. */
    StockName: string;
    /** @description A stream on its way to one of its listeners. */
    StreamStatus: {
      /** Format: int64 */
      heard: number | null;
      /** Format: int64 */
      lag: number | null;
      listener: string;
      /**
       * Format: int64
       * @description The last that was said, and the last that was heard and committed; web tells nobody what it heard.
       */
      said: number;
      stream: string;
    };
    Switch: {
      user_id: components["schemas"]["UserId"];
    };
    /**
     * @description A stock's short name.
     * @example ACME
     */
    Symbol: string;
    /** @description The system as the lab shows it. */
    System: {
      at: components["schemas"]["Moment"];
      audit: components["schemas"]["Verdict"];
      databases: components["schemas"]["DatabaseStatus"][] | null;
      /** @description The last ones, newest first. */
      faults: components["schemas"]["FaultDone"][];
      processes: components["schemas"]["ProcessStatus"][];
      queues: components["schemas"]["QueueStatus"][] | null;
      streams: components["schemas"]["StreamStatus"][] | null;
      unknown: string[];
    };
    /** @enum {string} */
    TimeInForce: "gtc" | "day" | "gtd" | "ioc" | "fok";
    /**
     * @description A minute of the day, in UTC.
     * @example 14:30
     */
    TimeOfDay: string;
    /**
     * @description A sum of amounts, larger than any of them.
     * @example 1024.5
     */
    Total: string;
    /** @description A trade as the public sees it: nobody's name or order. */
    Trade: {
      at: components["schemas"]["Moment"];
      price: components["schemas"]["Price"];
      quantity: components["schemas"]["Quantity"];
      symbol: components["schemas"]["Symbol"];
      taker_side: components["schemas"]["Side"];
      trade_id: components["schemas"]["TradeId"];
    };
    /**
     * Format: uuid
     * @description Made by the book from its symbol and sequence: replay gives the same id again.
     */
    TradeId: string;
    /** @description A list. */
    TradeList: {
      items: components["schemas"]["Trade"][];
    };
    /** @description In UTC. On each of the days it trades from `opens` to `closes`. */
    TradingHours: {
      closes: components["schemas"]["TimeOfDay"];
      days: components["schemas"]["Weekday"][];
      opens: components["schemas"]["TimeOfDay"];
    };
    /** @description When and within which prices an instrument trades. */
    TradingRules: {
      /**
       * Format: int32
       * @description How long orders gather before trading begins, begins again after a halt, and ends. None: no
       *     auctions.
       */
      auction_seconds?: number | null;
      hours?: components["schemas"]["TradingHours"] | null;
      price_band?: components["schemas"]["PriceBand"] | null;
    };
    /** @description What an upload does, or would do. */
    Upload: {
      /** @description Newly listed. */
      added: components["schemas"]["Symbol"][];
      changed: components["schemas"]["Difference"][];
      /** @description Nothing was done: this is what it would be. */
      dry_run: boolean;
      /**
       * Format: int32
       * @description Rows that say what is there already.
       */
      unchanged: number;
    };
    /**
     * Format: uuid
     * @description A person, a program or the house.
     */
    UserId: string;
    Verdict:
      | {
          /** @enum {string} */
          state: "none";
        }
      | {
          since: components["schemas"]["Moment"];
          /** @enum {string} */
          state: "running";
        }
      | {
          at: components["schemas"]["Moment"];
          findings: string[];
          /** @enum {string} */
          state: "done";
        }
      | {
          at: components["schemas"]["Moment"];
          message: string;
          /** @enum {string} */
          state: "failed";
        };
    WantedKey: {
      name: components["schemas"]["PersonName"];
      scopes: components["schemas"]["Scope"][];
    };
    /** @enum {string} */
    Weekday: "monday" | "tuesday" | "wednesday" | "thursday" | "friday" | "saturday" | "sunday";
  };
  responses: never;
  parameters: never;
  requestBodies: never;
  headers: never;
  pathItems: never;
};
export type $defs = Record<string, never>;
export type operations = Record<string, never>;
