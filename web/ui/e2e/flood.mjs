/**
 * A fast market that is made up between the exchange and the page: what the socket brings goes on
 * as it is, and more of the same kind is put in, at rates that do not hang on how fast this machine
 * runs an exchange beside a browser.
 */

/** As many as a watch list shows, each as often as the exchange pushes prices. */
const STOCKS = 30;
const PRICES_EVERY_MS = 100;
const TRADES_EVERY_MS = 20;
/** The exchange puts the changes of this long into one message. */
const DEPTH_EVERY_MS = 100;
const LEVELS_CHANGED = 6;
const CANDLES_EVERY_MS = 500;

export async function flood(page, symbol, see) {
  const known = {};
  let send = () => undefined;
  await page.routeWebSocket(/\/socket\.io\//, (door) => {
    const exchange = door.connectToServer();
    door.onMessage((message) => {
      exchange.send(message);
    });
    const pass = (message) => {
      see(message);
      door.send(message);
    };
    exchange.onMessage((message) => {
      note(known, String(message), symbol);
      pass(message);
    });
    send = (event, body) => {
      pass(`42${JSON.stringify([event, body])}`);
    };
  });
  return () => {
    const say = (event, make) => () => {
      if (known[event] !== undefined) send(event, make(known[event]));
    };
    const timers = [
      setInterval(say("prices", prices), PRICES_EVERY_MS),
      setInterval(say("trade", trade), TRADES_EVERY_MS),
      setInterval(say("depth", depth), DEPTH_EVERY_MS),
      setInterval(say("candles", candles), CANDLES_EVERY_MS),
    ];
    return () => timers.forEach(clearInterval);
  };
}

/** The last snapshots are what the made-up news go on from. */
function note(known, message, symbol) {
  const news = /^42(\[.*\])$/s.exec(message)?.[1];
  if (news === undefined) return;
  const [event, body] = JSON.parse(news);
  if (body?.snapshot === true && (event === "prices" || body.symbol === symbol))
    known[event] = body;
}

function prices(known) {
  const items = known.items.slice(0, STOCKS).map((item) => ({
    ...item,
    last_price: near(item.last_price),
    volume: String(Number(item.volume) + 1),
    at: new Date().toISOString(),
  }));
  known.sequence += 1;
  return { sequence: known.sequence, snapshot: false, items };
}

function trade(known) {
  known.sequence += 1;
  const last = known.items.at(-1) ?? { price: "100", quantity: "1" };
  const made = {
    trade_id: crypto.randomUUID(),
    price: near(last.price),
    quantity: "10",
    taker_side: Math.random() < 0.5 ? "buy" : "sell",
    at: new Date().toISOString(),
  };
  return { symbol: known.symbol, sequence: known.sequence, snapshot: false, items: [made] };
}

function depth(known) {
  known.last += 1;
  const changed = (levels) =>
    levels
      .slice(0, LEVELS_CHANGED)
      .map(([price]) => [price, String(1 + Math.floor(Math.random() * 500))]);
  const { symbol, last, bids, asks } = known;
  return {
    symbol,
    snapshot: false,
    first: last,
    last,
    bids: changed(bids),
    asks: changed(asks),
  };
}

function candles(known) {
  known.sequence += 1;
  const last = known.items.at(-1);
  const items = last === undefined ? [] : [{ ...last, close: near(last.close), high: last.high }];
  return { ...known, snapshot: false, items };
}

function near(price) {
  return (Number(price) + Math.floor(Math.random() * 21 - 10) / 100).toFixed(2);
}
