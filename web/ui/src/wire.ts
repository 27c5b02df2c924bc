/** The shapes that cross the wire. A decimal travels as a string and is read by `decimal.ts`. */

export type DecimalText = string;
export type Timestamp = string;

export type Side = "buy" | "sell";
export type OrderType = "limit" | "market" | "stop" | "stop_limit" | "trailing_stop" | "oco";
export type TimeInForce = "gtc" | "day" | "gtd" | "ioc" | "fok";
export type SelfTradePrevention = "cancel_newest" | "cancel_oldest" | "cancel_both" | "decrement";
export type Phase = "continuous" | "limit_state" | "halted" | "auction" | "closed";
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
  phase: Phase;
}

export interface Stock extends Quote {
  name: string;
  currency: string;
  tick_size: DecimalText;
  lot_size: DecimalText;
  previous_close: DecimalText;
  state: "open" | "halted";
  rules?: TradingRules;
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
  unrealised_profit: DecimalText;
  market_value: DecimalText;
  total_value: DecimalText;
}

/** What an order says beside its side, quantity and limit. */
export interface Terms {
  time_in_force: TimeInForce;
  expires_at?: Timestamp;
  post_only?: boolean;
  reprice?: boolean;
  display_quantity?: DecimalText;
  stop_price?: DecimalText;
  trail_amount?: DecimalText;
  stop_limit_price?: DecimalText;
  self_trade_prevention?: SelfTradePrevention;
  exit_order_id?: string;
  take_profit_price?: DecimalText;
  stop_loss_price?: DecimalText;
}

export interface PlaceOrder extends Terms {
  order_id: string;
  symbol: string;
  side: Side;
  type: OrderType;
  quantity: DecimalText;
  limit_price?: DecimalText;
}

export interface Refusal {
  code: string;
  message: string;
  field?: string;
}

/** A change of an order, under way until it is refused or done. */
export interface Amendment {
  quantity: DecimalText;
  limit_price: DecimalText;
  refused?: Refusal;
}

export interface OrderWithFills extends Order {
  fills: Fill[];
}

export type Service = "web" | "ordering" | "portfolio" | "matching" | "stock-data" | "accounts";

/** One message of an order's way, as one service took it or sent it. */
export interface Hop {
  /** Microseconds since the first hop. */
  after_us: number;
  service: Service;
  partition: string;
  direction: "received" | "sent";
  message: string;
  body: unknown;
  stream: string | null;
  seq: number | null;
  door: string | null;
  sender: string | null;
  received_at: Timestamp | null;
  committed_at: Timestamp | null;
  published_at: Timestamp | null;
  confirmed_at: Timestamp | null;
  clock: string;
  source: "memory" | "outbox" | "database";
}

export interface Journey {
  order_id: string;
  is_complete: boolean;
  /** What may be missing, and why. */
  missing: string[];
  took_us: number;
  hops: Hop[];
}

export interface Order extends Terms {
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
  triggered?: boolean;
  entry_order_id?: string;
  replaces?: string;
  replaced_by?: string;
  placed?: { quantity: DecimalText; limit_price?: DecimalText };
  amendment?: Amendment;
  reason?: Refusal | null;
  created_at: Timestamp;
  updated_at: Timestamp;
}

/** What is not named stays as it is. */
export interface AmendOrder {
  quantity?: DecimalText;
  limit_price?: DecimalText;
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
  liquidity: "maker" | "taker" | "auction";
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

export type Interval = "1m" | "5m" | "15m" | "1h" | "4h" | "1d" | "1w";

export type Subscription =
  | { channel: "prices" }
  | { channel: "depth" | "trades" | "phase"; symbol: string }
  | { channel: "candles"; symbol: string; interval: Interval }
  | { channel: "statistics" };

/** What was traded in one interval. A simulated one is a past that was made up. */
export interface Candle {
  at: Timestamp;
  open: DecimalText;
  high: DecimalText;
  low: DecimalText;
  close: DecimalText;
  volume: DecimalText;
  trades: number;
  simulated: boolean;
}

export interface Candles {
  symbol: string;
  interval: Interval;
  items: Candle[];
  next_from?: Timestamp;
}

export interface CandlesEvent extends Candles {
  sequence: number;
  snapshot: boolean;
}

export interface Activity {
  orders: number;
  trades: number;
  /** By currency. */
  turnover: Record<string, DecimalText>;
}

export interface DayActivity extends Activity {
  date: string;
}

export interface Mover {
  symbol: string;
  last_price: DecimalText;
  change_percent: DecimalText | null;
  trades: number;
  volume: DecimalText;
  turnover: DecimalText;
  currency: string;
}

export interface Statistics {
  today: DayActivity;
  total: Activity;
  days: DayActivity[];
  most_traded: Mover[];
  gainers: Mover[];
  losers: Mover[];
}

export interface StatisticsEvent extends Statistics {
  sequence: number;
  snapshot: boolean;
}

export interface LedgerEntry {
  entry_id: string;
  kind: "deposit" | "withdrawal" | "trade" | "fee";
  /** With a symbol the amount counts shares, else cash. */
  symbol?: string;
  amount: DecimalText;
  reference: string;
  at: Timestamp;
}

export interface Moved {
  id: string;
  cash: Cash;
}

export type Scope = "read" | "trade";

export interface ApiKey {
  key_id: string;
  name: string;
  scopes: Scope[];
  made_at: Timestamp;
}

/** With the key itself, which is shown this once. */
export interface NewApiKey extends ApiKey {
  text: string;
}

export interface Hours {
  days: string[];
  opens: string;
  closes: string;
}

export interface PriceBand {
  basis_points: number;
  limit_state_seconds: number;
  halt_seconds: number;
}

export interface TradingRules {
  hours?: Hours;
  price_band?: PriceBand;
  auction_seconds?: number;
}

export interface Instrument {
  symbol: string;
  name: string;
  currency: string;
  tick_size: DecimalText;
  lot_size: DecimalText;
  previous_close: DecimalText;
  state: "open" | "halted";
  rules?: TradingRules;
}

export interface UploadOutcome {
  dry_run: boolean;
  added: string[];
  changed: { symbol: string; field: string; from: unknown; to: unknown }[];
  unchanged: number;
}

export type Acknowledgement = { ok: true } | { ok: false; code: string; message: string };

export interface PricesEvent {
  sequence: number;
  snapshot: boolean;
  /** Without a phase, a stock trades. */
  items: (Omit<Quote, "phase"> & { phase?: Phase; at: Timestamp | null })[];
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

/** What the auction would do if it ended now. Without a price nobody would trade. */
export interface Indication {
  price?: DecimalText;
  quantity: DecimalText;
  imbalance: DecimalText;
  imbalance_side?: Side;
}

/** All there is to say, in each of them. */
export interface PhaseEvent {
  symbol: string;
  sequence: number;
  snapshot: boolean;
  phase: Phase;
  phase_until?: Timestamp;
  reference_price?: DecimalText;
  auction?: Indication;
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
  phase: (event: PhaseEvent) => void;
  candles: (event: CandlesEvent) => void;
  statistics: (event: StatisticsEvent) => void;
  order: (order: Order) => void;
  fill: (fill: Fill & { user_id: string }) => void;
  portfolio: (event: PortfolioEvent) => void;
  resync: () => void;
}

export interface ClientEvents {
  subscribe: (subscription: Subscription, done: (ack: Acknowledgement) => void) => void;
  unsubscribe: (subscription: Subscription, done: (ack: Acknowledgement) => void) => void;
}
