/** What goes wrong outside is told apart on the page: each trouble has its words, and its end. */

import { decimal, must, SCALE } from "./decimals.mjs";
import { eventually, URL_BASE } from "./person.mjs";

const problem = (status, code, detail, headers = {}) => ({
  status,
  headers: { "content-type": "application/problem+json", ...headers },
  body: JSON.stringify({ type: `urn:exchange:problem:${code}`, title: code, status, detail, code }),
});

const NOT_SENT = "ordering does not answer; nothing was sent: try again in 2 s";

export async function troubles(arrive, at, { symbol, buyer }) {
  const person = await arrive();
  await person.enter(buyer);
  await unanswered(person, at, symbol);
  await oldAnswers(person, at);
  await comeBack(person, at, symbol);
  await unopened(person, at);
  await person.leave();
  await silentMarket(person, at, symbol, buyer);
}

/** Answers instead of the exchange for as long as the scene takes. */
async function instead(page, method, path, answer, scene) {
  const url = `${URL_BASE}/api/v1/${path}`;
  const reply = (route) => (route.request().method() === method ? answer(route) : route.fallback());
  await page.route(url, reply);
  await scene();
  await page.unroute(url, reply);
}

async function unanswered(person, at, symbol) {
  const { page } = person;
  const place = () => page.getByRole("button", { name: "Place buy order" }).click();
  const refused = async (reply, words, picture) => {
    await instead(
      page,
      "POST",
      "orders",
      (route) => route.fulfill(reply),
      async () => {
        await place();
        for (const said of words) await page.getByRole("form").getByText(said).waitFor();
        await person.picture(picture);
      },
    );
  };

  at("an order that was not sent, one of which nobody knows, and one too many are told apart");
  await person.choose(symbol);
  const { tick_size } = await person.asks(`stocks/${symbol}`);
  await person.fill("Buy", 1n * SCALE, decimal(tick_size));
  const notSent = problem(503, "not_sent", NOT_SENT, { "retry-after": "2" });
  await refused(notSent, [/^Not sent:/, /^Nothing has happened/], "not-sent");
  const unknown = problem(503, "unavailable", "ordering does not answer in time");
  await refused(unknown, [/^Outcome unknown:/, /^The order may have arrived/], "unknown");
  const tooMany = problem(429, "too_many_requests", "too many requests", { "retry-after": "60" });
  await refused(
    tooMany,
    [/^Error: too many/, /^That was too often: wait \d+ seconds?\.$/],
    "too-often",
  );

  at("afterwards the same order is placed, a cancel that was not sent is sent again");
  const order = await person.send();
  await person.sees(order, "open");
  const row = person.row(order);
  const cancel = row.getByRole("button", { name: "Cancel order" });
  await instead(
    page,
    "DELETE",
    `orders/${order}`,
    (route) => route.fulfill(notSent),
    async () => {
      await cancel.click();
      await row.getByText(/^Nothing has happened/).waitFor();
    },
  );
  await cancel.click();
  await person.sees(order, "canceled");
}

async function oldAnswers(person, at) {
  at("what a service said last is shown with its age, until it answers again");
  const { page } = person;
  const old = page.getByText("Old: portfolio does not answer.");
  const stale = async (route) => {
    const detail = 'exchange; hit; ttl=-12; detail="portfolio does not answer"';
    const response = await route.fetch();
    const headers = { ...response.headers(), age: "12", "cache-status": detail };
    await route.fulfill({ response, headers });
  };
  await instead(page, "GET", "portfolio", stale, async () => {
    await person.visit("Portfolio");
    await page.reload();
    await old.waitFor();
    await page.getByText(/^ ?As of \d+ seconds ago\.$/).waitFor();
    await person.picture("old-answer");
    must((await person.tile("Cash total")) > 0n, "an old answer is shown all the same");
  });
  await old.waitFor({ state: "hidden" });
}

async function comeBack(person, at, symbol) {
  at("who comes back goes on after the last news, and asks for nothing anew");
  const { page } = person;
  await person.choose(symbol);
  // By polling, before there is a socket, or by the socket.
  const [said, heard, asked] = [[], [], []];
  page.on("request", (request) => {
    asked.push(new URL(request.url()).pathname);
    said.push(request.postData() ?? "");
  });
  page.on("response", async (response) => {
    if (response.url().includes("/socket.io/")) heard.push(await response.text().catch(() => ""));
  });
  page.on("websocket", (socket) => {
    socket.on("framesent", ({ payload }) => said.push(String(payload)));
    socket.on("framereceived", ({ payload }) => heard.push(String(payload)));
  });
  await person.context.setOffline(true);
  await page.getByText(/^Offline: the live connection is lost/).waitFor();
  await person.context.setOffline(false);
  await person.isIn();
  await eventually("the answer to resume", () =>
    Promise.resolve(heard.some((text) => text.includes('"resumed":true')) || heard.at(-1)),
  );
  const wanted = /"resume",\{"channel":"private","seq":\d+\}/;
  must(
    said.some((text) => wanted.test(text)),
    "it did not say after which news to go on",
  );
  must(!asked.includes("/api/v1/portfolio"), "the portfolio was asked for anew");
}

async function unopened(person, at) {
  at("a page that was never opened says offline what it waits for, and comes with the network");
  const { page } = person;
  await person.context.setOffline(true);
  await page.getByText(/^Offline: the live connection is lost/).waitFor();
  const wide = page.viewportSize();
  await page.setViewportSize({ width: 360, height: 740 });
  const complaints = await person.complaints("offline on a phone");
  must(complaints.length === 0, complaints.join("; "));
  await page.setViewportSize(wide);
  await page.getByRole("navigation", { name: "Pages" }).getByText("Market").click();
  await page.getByText(/you are offline/).waitFor();
  await person.picture("unopened");
  await person.context.setOffline(false);
  await page.getByRole("heading", { level: 1, name: "Market" }).waitFor();
}

async function silentMarket(person, at, symbol, buyer) {
  at("a stock whose market is silent says so, and what follows from it");
  const { page } = person;
  const silent = async (route) => {
    const response = await route.fetch();
    if (!response.ok()) return route.fulfill({ response });
    const { items } = await response.json();
    const feed = { source: "binance", stale: true };
    const json = { items: items.map((stock) => ({ ...stock, feed })) };
    await route.fulfill({ response, json });
  };
  await instead(page, "GET", "stocks", silent, async () => {
    await page.reload();
    await person.enter(buyer);
    await person.choose(symbol);
    await page.getByText(/Nothing has been heard of Binance yet/).waitFor();
    await person.picture("silent-market");
  });
}
