// docs/amqp.md with amqplib: node orders.mjs AMQP_URL USER_ID SYMBOL
// Places an order for a bot, sends it again, cancels it, and has one refused.
import amqp from "amqplib";
import { randomUUID } from "node:crypto";

const [url, user, symbol] = process.argv.slice(2);
const fail = (why) => {
  console.error(why);
  process.exit(1);
};
setTimeout(() => fail("no answer within 120 s"), 120_000);

const connection = await amqp.connect(url);
const channel = await connection.createConfirmChannel();
const { queue } = await channel.assertQueue("", { exclusive: true });
await channel.bindQueue(queue, "orders.replies", queue);
channel.on("return", () => fail("the exchange orders has no queue for it"));
const waiting = new Map();
await channel.consume(
  queue,
  ({ properties, content }) => waiting.get(properties.correlationId)?.(JSON.parse(content)),
  { noAck: true },
);

const ask = async (message) => {
  const correlationId = randomUUID();
  const answer = new Promise((resolve) => waiting.set(correlationId, resolve));
  const body = Buffer.from(JSON.stringify({ user_id: user, ...message }));
  channel.publish("orders", user, body, {
    persistent: true,
    mandatory: true,
    contentType: "application/json",
    replyTo: queue,
    correlationId,
    userId: "loadtest",
  });
  await channel.waitForConfirms();
  return answer;
};

const order_id = randomUUID();
const order = { type: "place_order", order_id, symbol, side: "buy", order_type: "limit", quantity: "1", limit_price: "1.00" };
for (const attempt of ["first", "again"]) {
  const reply = await ask(order);
  if (reply.order_id !== order_id || reply.status === "rejected") fail(`${attempt}: ${JSON.stringify(reply)}`);
}
const reused = await ask({ ...order, quantity: "2" });
if (reused.code !== "id_reused") fail(`another order of that id: ${JSON.stringify(reused)}`);
const canceled = await ask({ type: "cancel_order", order_id });
if (canceled.code) fail(`a cancel: ${JSON.stringify(canceled)}`);
const malformed = await ask({ ...order, order_id: randomUUID(), quantity: 1 });
if (malformed.status !== "rejected" || malformed.field !== "quantity") fail(`a number: ${JSON.stringify(malformed)}`);
await connection.close();
process.exit(0);
