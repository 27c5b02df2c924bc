// The recipe of docs/socketio.md, to the letter, through forced disconnects: node recover.mjs URL SYMBOL TOKEN
// Trades far from the market all the while, and ends well with a book that is REST's.
import { randomUUID } from "node:crypto";
import { io } from "socket.io-client";

const [url, symbol, token] = process.argv.slice(2);
const DISCONNECTS = 6;
const fail = (why) => {
  console.error(why);
  process.exit(1);
};
setTimeout(() => fail(`not at the end after 180 s: ${disconnects} disconnects, ${resumed} resumed`), 180_000);
const pause = (ms) => new Promise((resolve) => setTimeout(resolve, ms));
const rest = async (method, path, body) => {
  const headers = { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) };
  for (let late = false; ; late = true) {
    const answer = await fetch(`${url}/api/v1/${path}`, { method, headers, body: body && JSON.stringify(body) });
    // A busy machine may answer late: then the same is asked again, and a cancel may be done.
    if (answer.status !== 503) {
      if (!answer.ok && !(late && answer.status === 409)) fail(`${method} ${path}: ${answer.status} ${await answer.text()}`);
      return answer.json();
    }
    await pause(200);
  }
};

const book = { last: undefined, bids: new Map(), asks: new Map() };
let [disconnects, resumed, snapshots] = [0, 0, 0];
const set = (change) => {
  for (const side of ["bids", "asks"])
    for (const [price, quantity] of change[side])
      quantity === "0" ? book[side].delete(price) : book[side].set(price, quantity);
  book.last = change.last;
};

const socket = io(url, { auth: { token }, reconnectionDelay: 100, reconnectionDelayMax: 300 });
socket.on("depth", (change) => {
  if (change.snapshot) {
    // 1.
    snapshots++;
    book.bids.clear();
    book.asks.clear();
    set(change);
  } else if (change.last <= book.last) {
    // 2.
  } else if (change.first === book.last + 1) {
    // 3.
    set(change);
  } else {
    // 4.
    fail(`a gap between ${book.last} and ${change.first}`);
  }
});
socket.on("connect", async () => {
  // 5.
  const [event, more] = book.last === undefined ? ["subscribe", {}] : ["resume", { seq: book.last }];
  // Cut off before the answer it is asked again, by the next connection.
  const answer = await socket.timeout(30_000).emitWithAck(event, { channel: "depth", symbol, ...more }).catch(() => undefined);
  if (!answer) return;
  if (!answer.ok) fail(`${event}: ${JSON.stringify(answer)}`);
  if (answer.resumed) resumed++;
});

const trade = async () => {
  for (let n = 1; disconnects < DISCONNECTS; n++) {
    const order = { order_id: randomUUID(), symbol, side: "buy", type: "limit", quantity: "1", limit_price: `${1 + (n % 7)}.00` };
    const { order_id } = await rest("POST", "orders", order);
    if (n % 3 === 0) await rest("DELETE", `orders/${order_id}`);
    await pause(30);
  }
};
const disturb = async () => {
  while (disconnects < DISCONNECTS) {
    await pause(700);
    // One after the other: the last is resumed first.
    if (!socket.connected || snapshots === 0 || resumed < disconnects) continue;
    disconnects++;
    socket.io.engine.close();
  }
};
await Promise.all([trade(), disturb()]);

const sorted = (levels) => JSON.stringify([...levels].sort());
for (;;) {
  await pause(200);
  const depth = await rest("GET", `stocks/${symbol}/depth?levels=200`);
  if (!socket.connected || resumed < DISCONNECTS || depth.sequence !== book.last) continue;
  for (const side of ["bids", "asks"])
    if (sorted(depth[side]) !== sorted(book[side]))
      fail(`${side} differ at ${book.last}: ${sorted(depth[side])} and ${sorted(book[side])}`);
  break;
}
if (snapshots !== 1) fail(`${resumed} resumed, ${snapshots} snapshots`);
await rest("DELETE", `orders?symbol=${symbol}`);
process.exit(0);
