// What web pushes, pushed by Node's own Socket.IO server: the same rooms, events, payloads and
// ticks, one process. `node server.js SYMBOLS RATE` prints its port.
//
// RATE prices a second change, one symbol after the other; every 100 ms each room is sent what
// changed since, once. Whoever subscribes is acknowledged and given a snapshot.
"use strict";

const { createServer } = require("node:http");
const { Server } = require("socket.io");

const TICK_MS = 100;
// The exchange's steps come at most so often, so web hears prices so often.
const STEP_MS = 10;

const [symbols, rate] = process.argv.slice(2).map(Number);
const http = createServer();
const io = new Server(http, { serveClient: false });

const price = (change) => (100 + (change % 900) / 100).toFixed(2);

const items = new Map();
for (let n = 0; n < symbols; n += 1) {
  const symbol = `S${String(n).padStart(4, "0")}`;
  items.set(symbol, {
    symbol,
    last_price: "100.00",
    change: "0",
    change_percent: "0.00",
    volume: "0",
    high: null,
    low: null,
    open: null,
    at: null,
  });
}
const names = [...items.keys()];
const changed = new Set();
let changes = 0;
let sequence = 0;

function change() {
  const symbol = names[changes % names.length];
  changes += 1;
  items.set(symbol, {
    symbol,
    last_price: price(changes),
    change: price(changes - 100),
    change_percent: "1.25",
    volume: String(changes),
    high: "109.00",
    low: "100.00",
    open: "100.00",
    at: new Date().toISOString(),
  });
  changed.add(symbol);
}

function tick() {
  sequence += 1;
  for (const symbol of changed) {
    io.to(`prices:${symbol}`).emit("prices", { sequence, snapshot: false, items: [items.get(symbol)] });
  }
  changed.clear();
}

io.on("connection", (socket) => {
  socket.on("subscribe", ({ symbol }, acknowledge) => {
    acknowledge({ ok: true });
    socket.emit("prices", { sequence, snapshot: true, items: [items.get(symbol)] });
    socket.join(`prices:${symbol}`);
  });
});

// What a late timer missed is made up for, as in web's feed.
const began = performance.now();
setInterval(() => {
  const due = Math.floor(((performance.now() - began) * rate) / 1000);
  while (changes < due) change();
}, STEP_MS);
setInterval(tick, TICK_MS);

http.listen(0, "127.0.0.1", () => console.log(http.address().port));
