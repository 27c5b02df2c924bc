/** The shapes that cross the wire. A decimal travels as a string and is read by `decimal.ts`. */

export type DecimalText = string;
export type Timestamp = string;

export type Side = "buy" | "sell";
export type OrderType = "limit" | "market";
export type OrderStatus = "pending" | "open" | "closed" | "canceled" | "rejected" | "expired";

export interface Items<T> {
  items: T[];
  next_cursor?: string | null;
}

export interface ProblemDocument {
  type: string;
  title: string;
  status: number;
  detail: string;
  code: string;
  field?: string;
}

export interface Person {
  user_id: string;
  name: string;
  role: "trader" | "admin" | "bot";
}

export interface DemoPerson extends Person {
  cash?: DecimalText | null;
}

/** What the market did today; null until the first trade. */
export interface Quote {
  symbol: string;
  last_price: DecimalText | null;
  change: DecimalText | null;
  change_percent: DecimalText | null;
  volume: DecimalText | null;
  high: DecimalText | null;
  low: DecimalText | null;
  open: DecimalText | null;
}

export interface Stock extends Quote {
  name: string;
  currency: string;
  tick_size: DecimalText;
  lot_size: DecimalText;
  previous_close: DecimalText;
  state: string;
}

export interface Cash {
  total: DecimalText;
  held: DecimalText;
  available: DecimalText;
}

/** A holding as the portfolio itself knows it: without what the market says it is worth. */
export interface HoldingChange {
  symbol: string;
  quantity: DecimalText;
  held: DecimalText;
  available: DecimalText;
  average_cost: DecimalText;
  realised_profit: DecimalText;
}

export interface Holding extends HoldingChange {
  last_price: DecimalText | null;
  market_value: DecimalText | null;
  unrealised_profit: DecimalText | null;
}

export interface Portfolio {
  user_id: string;
  cash: Cash;
  holdings: Holding[];
  realised_profit: DecimalText;
  market_value: DecimalText;
  total_value: DecimalText;
}

export interface PlaceOrder {
  order_id: string;
  symbol: string;
  side: Side;
  type: OrderType;
  quantity: DecimalText;
  limit_price?: DecimalText;
}

export interface Order {
  order_id: string;
  user_id: string;
  symbol: string;
  side: Side;
  type: OrderType;
  status: OrderStatus;
  quantity: DecimalText;
  filled_quantity: DecimalText;
  limit_price?: DecimalText | null;
  average_price?: DecimalText | null;
  reason?: { code: string; message: string } | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

/** One side of a trade: what it did to one order of mine. */
export interface Fill {
  trade_id: string;
  order_id: string;
  symbol: string;
  side: Side;
  price: DecimalText;
  quantity: DecimalText;
  fee: DecimalText;
  liquidity: "maker" | "taker";
  at: Timestamp;
}

/** A trade as everybody sees it. */
export interface PublicTrade {
  trade_id: string;
  price: DecimalText;
  quantity: DecimalText;
  taker_side: Side;
  at: Timestamp;
}

export type Channel = "prices" | "depth" | "trades";

export interface Subscription {
  channel: Channel;
  symbol?: string;
}

export type Acknowledgement = { ok: true } | { ok: false; code: string; message: string };

export interface PricesEvent {
  sequence: number;
  snapshot: boolean;
  items: (Quote & { at: Timestamp | null })[];
}

export type Level = [price: DecimalText, quantity: DecimalText];

/** A snapshot has every level as of `last`; a change covers the sequences `first` to `last`. */
export interface DepthEvent {
  symbol: string;
  snapshot: boolean;
  first: number;
  last: number;
  bids: Level[];
  asks: Level[];
}

export interface TradeEvent {
  symbol: string;
  sequence: number;
  snapshot: boolean;
  items: PublicTrade[];
}

/** Only the holdings that changed. */
export interface PortfolioEvent {
  user_id: string;
  cash: Cash;
  holdings: HoldingChange[];
}

export interface ServerEvents {
  prices: (event: PricesEvent) => void;
  depth: (event: DepthEvent) => void;
  trade: (event: TradeEvent) => void;
  order: (order: Order) => void;
  fill: (fill: Fill & { user_id: string }) => void;
  portfolio: (event: PortfolioEvent) => void;
  resync: () => void;
}

export interface ClientEvents {
  subscribe: (subscription: Subscription, done: (ack: Acknowledgement) => void) => void;
  unsubscribe: (subscription: Subscription, done: (ack: Acknowledgement) => void) => void;
}
