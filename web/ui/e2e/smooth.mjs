/**
 * How smooth the Trade page is under a fast market: Chromium's trace of its main thread, and the
 * frames that took long. Not a test: it tells figures, and fails only when nothing was pushed.
 * docs/performance-ui.md says what they mean.
 *
 *   EXCHANGE_URL   where the exchange is, in demo mode    (http://localhost:3000)
 *   MARKET         made-up (flood.mjs), or real           (made-up)
 *   SYMBOL         the stock that is open                 (AAPL)
 *   SECONDS        how long to watch                      (15)
 *   TRACE          a file for the trace, if any
 *   CHROMIUM       the browser to drive                   (/usr/bin/chromium)
 */

import { writeFile } from "node:fs/promises";
import { chromium } from "playwright-core";
import { flood } from "./flood.mjs";
import { Person } from "./person.mjs";

const SYMBOL = process.env.SYMBOL ?? "AAPL";
const SECONDS = Number(process.env.SECONDS ?? 15);
/** The page draws its first charts, and the script is compiled. */
const SETTLING_MS = 5_000;
const CATEGORIES = ["-*", "toplevel", "devtools.timeline", "disabled-by-default-devtools.timeline"];
const FRAME_MS = 50;

const browser = await chromium.launch({
  executablePath: process.env.CHROMIUM ?? "/usr/bin/chromium",
  args: ["--headless", "--no-sandbox", "--disable-gpu"],
});

try {
  const person = await Person.open(browser);
  const { page } = person;
  const pushed = count();
  const begin =
    process.env.MARKET === "real"
      ? await listen(page, pushed.see)
      : await flood(page, SYMBOL, pushed.see);
  const [name] = await person.traders();
  await person.enter(name);
  await person.choose(SYMBOL);
  const end = begin();
  await page.waitForTimeout(SETTLING_MS);

  await page.evaluate(watchFrames);
  await browser.startTracing(page, { categories: CATEGORIES });
  const [before, begun] = [pushed.sofar(), performance.now()];
  await page.waitForTimeout(SECONDS * 1_000);
  const [after, ended] = [pushed.sofar(), performance.now()];
  end();
  const seconds = (ended - begun) / 1_000;
  const frames = await page.evaluate(() => globalThis.seenFrames());
  const trace = await browser.stopTracing();

  if (process.env.TRACE !== undefined) await writeFile(process.env.TRACE, trace);
  const thread = ofMainThread(JSON.parse(trace.toString()).traceEvents, seconds);
  const perSecond = (key) => Math.round((after[key] - before[key]) / seconds);
  console.log(
    JSON.stringify(
      {
        seconds: round(seconds),
        pushed_per_second: Object.fromEntries(
          Object.keys(after).map((key) => [key, perSecond(key)]),
        ),
        main_thread_share: round(thread.cpu_ms / 1_000 / seconds),
        longest_task_cpu_ms: round(thread.longest_ms),
        frames_per_second: Math.round(frames.count / seconds),
        frame_p99_ms: round(frames.p99),
        longest_frame_ms: round(frames.longest),
        [`frames_over_${FRAME_MS}_ms`]: frames.over,
        long_animation_frames: frames.long,
      },
      null,
      2,
    ),
  );
  if (perSecond("prices") === 0 || perSecond("trades") === 0) {
    throw new Error(`no prices, or no trades of ${SYMBOL}: is the market running?`);
  }
} catch (error) {
  console.error(`FAILED: ${error.message}`);
  process.exitCode = 1;
} finally {
  await browser.close();
}

/** What comes by the socket: changed prices, trades on the tape, changes of depth, messages. */
function count() {
  const seen = { messages: 0, prices: 0, trades: 0, depths: 0 };
  const see = (message) => {
    seen.messages += 1;
    const news = /^42(\[.*\])$/s.exec(message)?.[1];
    if (news === undefined) return;
    const [event, body] = JSON.parse(news);
    if (event === "prices") seen.prices += body.items.length;
    if (event === "trade") seen.trades += body.items.length;
    if (event === "depth") seen.depths += 1;
  };
  return { see, sofar: () => ({ ...seen }) };
}

async function listen(page, see) {
  const session = await page.context().newCDPSession(page);
  session.on("Network.webSocketFrameReceived", ({ response }) => see(response.payloadData));
  await session.send("Network.enable");
  return () => () => undefined;
}

/** Runs in the page. */
function watchFrames() {
  const times = [];
  const seen = { long: 0 };
  new PerformanceObserver((list) => (seen.long += list.getEntries().length)).observe({
    type: "long-animation-frame",
  });
  let last = performance.now();
  let stopped = false;
  const each = (now) => {
    times.push(now - last);
    last = now;
    if (!stopped) requestAnimationFrame(each);
  };
  requestAnimationFrame((now) => {
    last = now;
    requestAnimationFrame(each);
  });
  globalThis.seenFrames = () => {
    stopped = true;
    const sorted = times.toSorted((a, b) => a - b);
    return {
      count: sorted.length,
      p99: sorted[Math.floor(sorted.length * 0.99)],
      longest: sorted.at(-1),
      over: sorted.filter((time) => time > 50).length,
      long: seen.long,
    };
  };
}

/**
 * Processor time of the tasks of the page's own thread: the busiest renderer's main thread, for as
 * long as it was watched.
 */
function ofMainThread(events, seconds) {
  const named = events.filter(
    ({ name, args }) => name === "thread_name" && args.name === "CrRendererMain",
  );
  const threads = named.map(({ pid, tid }) => {
    const tasks = events.filter(
      (event) =>
        event.pid === pid &&
        event.tid === tid &&
        event.ph === "X" &&
        event.name.endsWith("RunTask"),
    );
    const end = Math.min(...tasks.map(({ ts }) => ts)) + seconds * 1_000_000;
    const watched = tasks.filter(({ ts }) => ts < end);
    const outer = withoutInner(watched).map(({ tdur = 0 }) => tdur / 1_000);
    return { cpu_ms: outer.reduce((a, b) => a + b, 0), longest_ms: Math.max(0, ...outer) };
  });
  return threads.toSorted((a, b) => b.cpu_ms - a.cpu_ms)[0];
}

/** A task may run others while it waits; their time is in its own. */
function withoutInner(tasks) {
  let end = -1;
  return tasks
    .toSorted((a, b) => a.ts - b.ts)
    .filter(({ ts, dur = 0 }) => {
      if (ts < end) return false;
      end = ts + dur;
      return true;
    });
}

function round(number) {
  return Math.round(number * 1_000) / 1_000;
}
