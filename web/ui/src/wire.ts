/**
 * The shapes that cross the wire, by the names that the pages use. All but the last few are made from
 * the exchange's own documents: `npm run wire` writes them anew. A decimal travels as a string and is
 * read by `decimal.ts`.
 */

import type { components as Push } from "./wire/push.ts";
import type { components as Rest } from "./wire/rest.ts";

type Schemas = Rest["schemas"];
type Pushed = Push["schemas"];

export type DecimalText = Schemas["Price"];
export type Timestamp = Schemas["Moment"];
export type Side = Schemas["Side"];
export type OrderType = Schemas["OrderType"];
export type TimeInForce = Schemas["TimeInForce"];
export type SelfTradePrevention = Schemas["SelfTradePrevention"];
export type Phase = Schemas["Phase"];
export type OrderStatus = Schemas["OrderStatus"];
export type Interval = Schemas["Interval"];
export type ProblemDocument = Schemas["Problem"];
export type Refusal = Schemas["Refusal"];

export type Person = Schemas["Person"];
export type DemoPerson = Schemas["DemoPerson"];
export type Role = Schemas["Role"];
/** A session beside the browser's own. */
export type DemoSession = Required<Schemas["Entered"]>;
export type Scope = Schemas["Scope"];
export type ApiKey = Schemas["Key"];
/** With the key itself, which is shown this once. */
export type NewApiKey = Schemas["ShownKey"];

/** One of all people, as admins see them. */
export type Member = Schemas["Member"];
export type MemberDetail = Schemas["MemberDetail"];
export type NewMember = Fields<Schemas["NewMember"]>;
export type ParkedMessage = Schemas["Parked"];
export type ParkedMessages = Schemas["ParkedMessages"];
export type Redriven = Schemas["Redriven"];

export type Instrument = Schemas["Instrument"];
export type Weekday = Schemas["Weekday"];
export type TradingRules = Schemas["TradingRules"];
export type Stock = Schemas["Stock"];
export type Feed = Schemas["Feed"];
export type Candle = Schemas["Candle"];
export type Candles = Schemas["Candles"];
export type Activity = Schemas["Activity"];
export type DayActivity = Schemas["DayActivity"];
export type Mover = Schemas["Ranked"];
export type Statistics = Schemas["Statistics"];
/** What trading costs, and how far an order without a limit may trade. */
export type MarketTerms = Schemas["MarketTerms"];
/** What the auction would do if it ended now. Without a price nobody would trade. */
export type Indication = Schemas["Indication"];
export type UploadOutcome = Schemas["Upload"];

export type Cash = Schemas["Cash"];
export type Holding = Schemas["Holding"];
export type Portfolio = Schemas["Portfolio"];
export type LedgerEntry = Schemas["LedgerLine"];
export type Moved = Schemas["Moved"];

export type Order = Schemas["Order"];
export type OrderWithFills = Schemas["OrderDetail"];
export type Fill = Schemas["Fill"];
/** A change of an order, under way until it is refused or done. */
export type Amendment = Schemas["Amendment"];
export type PlaceOrder = Fields<Schemas["NewOrder"]>;
export type AmendOrder = Fields<Schemas["OrderChange"]>;
export type Hop = Schemas["JourneyHop"];
export type Journey = Schemas["Journey"];

export type System = Schemas["System"];
export type Process = Schemas["Process"];
export type ProcessStatus = Schemas["ProcessStatus"];
export type DatabaseStatus = Schemas["DatabaseStatus"];
export type Fault = Schemas["Fault"];
export type FaultDone = Schemas["FaultDone"];
export type Verdict = Schemas["Verdict"];

export type Subscription = Pushed["Subscription"];
export type Acknowledgement = Pushed["Acknowledgement"];
export type PricesEvent = Pushed["Prices"];
export type DepthEvent = Pushed["DepthMessage"];
export type TradeEvent = Pushed["Trades"];
export type PublicTrade = Pushed["TradeItem"];
export type PhaseEvent = Pushed["PhaseMessage"];
export type CandlesEvent = Pushed["CandlesMessage"];
export type StatisticsEvent = Pushed["StatisticsMessage"];
/** Only the holdings that changed. */
export type PortfolioEvent = Pushed["PortfolioChangeNews"];
/** A holding as the portfolio itself knows it: without what the market says it is worth. */
export type HoldingChange = Pushed["HoldingChange"];
export type Level = DepthEvent["bids"][number];

/** What the market did today: `high`, `low` and `open` are null until the first trade. */
export type Quote = Pick<
  Stock,
  | "symbol"
  | "last_price"
  | "change"
  | "change_percent"
  | "volume"
  | "high"
  | "low"
  | "open"
  | "phase"
  | "feed"
>;

export interface ServerEvents {
  prices: (event: PricesEvent) => void;
  depth: (event: DepthEvent) => void;
  trade: (event: TradeEvent) => void;
  phase: (event: PhaseEvent) => void;
  candles: (event: CandlesEvent) => void;
  statistics: (event: StatisticsEvent) => void;
  order: (order: Pushed["OrderNews"]) => void;
  fill: (fill: Pushed["FillNews"]) => void;
  portfolio: (event: PortfolioEvent) => void;
  resync: (event: Pushed["Resync"]) => void;
}

type Ask<T> = (wanted: T, done: (answer: Acknowledgement) => void) => void;

export interface ClientEvents {
  subscribe: Ask<Subscription>;
  unsubscribe: Ask<Subscription>;
  resume: Ask<Pushed["Resumption"]>;
}

/** A page of a list, or all of it. */
export interface Items<T> {
  items: T[];
  next_cursor?: string;
}

/** Of a choice of shapes, each field that any of them has: required where all of them require it. */
type Fields<Shape> = Pick<Shape, keyof Shape> & {
  [Name in Every<Shape>]?: Exclude<At<Shape, Name>, null | undefined>;
};
type Every<Shape> = Shape extends unknown ? keyof Shape : never;
type At<Shape, Name extends PropertyKey> = Shape extends { [K in Name]?: infer Value }
  ? Value
  : never;
