// The official Socket.IO client: node socket.mjs URL SYMBOL TRANSPORTS [TOKEN]
// Says "ready" once it is subscribed, and ends well when it has heard all that it must.
import { io } from "socket.io-client";

const [url, symbol, transports, token] = process.argv.slice(2);
const publicEvents = ["prices", "depth", "trade"];
const privateEvents = ["order", "fill", "portfolio"];
const missing = new Set([...publicEvents, ...(token ? privateEvents : [])]);
const fail = (why) => {
  console.error(why);
  process.exit(1);
};

const socket = io(url, {
  transports: transports.split(","),
  auth: token ? { token } : {},
  reconnection: false,
});
setTimeout(() => fail(`never heard: ${[...missing].join(", ")}`), 180_000);
socket.on("connect_error", (error) => fail(`cannot connect: ${error.message}`));

const heard = { depth: 0, trade: 0 };
for (const event of publicEvents) {
  socket.on(event, (data) => {
    if (event === "depth") {
      if (!data.snapshot && !(data.first <= heard.depth + 1 && heard.depth + 1 <= data.last))
        fail(`depth jumps from ${heard.depth} to ${data.first}..${data.last}`);
      heard.depth = data.last;
    }
    // A snapshot shows that we are subscribed; only what comes after it shows that we hear.
    if (data.snapshot) return;
    const rows = event === "prices" ? data.items : [data];
    if (rows.some((row) => row.symbol === symbol)) done(event);
  });
}
for (const event of privateEvents) {
  socket.on(event, (data) => {
    if (!token) fail(`${event} is private, and came to nobody`);
    done(event, data);
  });
}

function done(event) {
  missing.delete(event);
  if (missing.size > 0) return;
  // What must not come has time to come.
  setTimeout(() => {
    socket.close();
    process.exit(0);
  }, 500);
}

socket.on("connect", async () => {
  for (const request of [{ channel: "prices" }, { channel: "depth", symbol }, { channel: "trades", symbol }]) {
    const answer = await socket.timeout(30_000).emitWithAck("subscribe", request);
    if (!answer.ok) fail(`cannot subscribe: ${JSON.stringify(answer)}`);
  }
  const refused = await socket.timeout(30_000).emitWithAck("subscribe", { channel: "secrets" });
  if (refused.ok || !refused.code) fail(`an unknown channel is answered ${JSON.stringify(refused)}`);
  console.log("ready");
});
