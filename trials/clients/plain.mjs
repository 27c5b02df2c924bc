// `/ws` with the package ws: node plain.mjs URL SYMBOL [TOKEN]
// Says "ready" once it is subscribed, and ends well when it has heard all that it must.
import WebSocket from "ws";

const [url, symbol, token] = process.argv.slice(2);
const missing = new Set(["prices", "depth", "trade", ...(token ? ["order", "fill", "portfolio"] : [])]);
const fail = (why) => {
  console.error(why);
  process.exit(1);
};
setTimeout(() => fail(`never heard: ${[...missing].join(", ")}`), 180_000);

const headers = token ? { authorization: `Bearer ${token}` } : {};
const socket = new WebSocket(`${url.replace("http", "ws")}/ws`, { headers });
const answers = new Map();
let last = 0;
const ask = (event, data) =>
  new Promise((resolve) => {
    answers.set(++last, resolve);
    socket.send(JSON.stringify({ event, data, id: last }));
  });

let depth = 0;
socket.on("message", (text) => {
  const { event, data, id } = JSON.parse(text);
  if (answers.has(id)) return answers.get(id)(data);
  if (event === "error") return answers.get("error")?.(data);
  if (event === "depth") {
    if (!data.snapshot && data.first !== depth + 1) fail(`depth jumps from ${depth} to ${data.first}`);
    depth = data.last;
  }
  if (!token && ["order", "fill", "portfolio"].includes(event)) fail(`${event} is private, and came to nobody`);
  if (data.snapshot) return;
  missing.delete(event);
  if (missing.size === 0) setTimeout(() => process.exit(0), 500);
});

socket.on("error", (error) => fail(`cannot connect: ${error.message}`));
socket.on("open", async () => {
  for (const request of [{ channel: "prices" }, { channel: "depth", symbol }, { channel: "trades", symbol }]) {
    const answer = await ask("subscribe", request);
    if (!answer.ok) fail(`cannot subscribe: ${JSON.stringify(answer)}`);
  }
  const malformed = new Promise((resolve) => answers.set("error", resolve));
  socket.send("{");
  if ((await malformed).code !== "malformed") fail("a malformed message is not called so");
  // Far from the market, so that it trades with nobody.
  const order = { symbol, side: "buy", type: "limit", quantity: "1", limit_price: "1.00" };
  const placed = await ask("place_order", order);
  if (placed.ok !== Boolean(token)) fail(`an order is answered ${JSON.stringify(placed)}`);
  if (placed.ok) {
    const canceled = await ask("cancel_order", { order_id: placed.order.order_id });
    if (!canceled.ok) fail(`a cancel is answered ${JSON.stringify(canceled)}`);
  } else if (placed.code !== "not_signed_in") fail(`nobody's order is answered ${JSON.stringify(placed)}`);
  console.log("ready");
});
