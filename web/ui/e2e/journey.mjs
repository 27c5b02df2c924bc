/**
 * The whole UI against a real exchange: two people trade with each other, a newcomer signs up, what
 * goes wrong is told, an admin changes stocks, and every page is looked at in both themes, wide and narrow.
 *
 *   EXCHANGE_URL    where the exchange is          (http://localhost:3000)
 *   EXCHANGE_ADMIN  an admin, as LOGIN:PASSWORD    (without, the admin's pages are left out)
 *   EXCHANGE_FOLDER where it was started           (without, nothing is broken behind its back)
 *   CHROMIUM        the browser to drive           (/usr/bin/chromium)
 *   SCREENSHOTS     a folder for pictures, if any
 *
 * Ends with 0 when everything was seen, else with 1 and what was not.
 */

import { chromium } from "playwright-core";
import { administer } from "./admin.mjs";
import { must } from "./decimals.mjs";
import { settleIn } from "./newcomer.mjs";
import { lookAround } from "./looks.mjs";
import { placeAllKinds } from "./orders.mjs";
import { helpPeople, mend } from "./people.mjs";
import { Person } from "./person.mjs";
import { lookInside } from "./system.mjs";
import { trade } from "./trade.mjs";
import { troubles } from "./troubles.mjs";
import { twoAtOnce } from "./two.mjs";

const BROWSER = process.env.CHROMIUM ?? "/usr/bin/chromium";
const ADMIN = process.env.EXCHANGE_ADMIN;
const FOLDER = process.env.EXCHANGE_FOLDER;

let step = "starting the browser";

function at(name) {
  step = name;
  console.log(`· ${name}`);
}

const people = [];
const browser = await chromium.launch({
  executablePath: BROWSER,
  args: ["--headless", "--no-sandbox", "--disable-gpu", "--disable-background-networking"],
});

async function arrive(options) {
  const person = await Person.open(browser, options);
  people.push(person);
  return person;
}

try {
  const traded = await trade(arrive, at);
  await placeAllKinds(arrive, at, traded);
  await twoAtOnce(arrive, at);
  await settleIn(arrive, at);
  await troubles(arrive, at, traded);
  await lookInside(arrive, at, traded);
  if (ADMIN !== undefined) {
    await administer(arrive, at, ADMIN, traded);
    await helpPeople(arrive, at, ADMIN);
    if (FOLDER !== undefined) await mend(arrive, at, ADMIN, traded, FOLDER);
  }
  await lookAround(arrive, at, traded, ADMIN);
  for (const { name, faults } of people)
    must(faults.length === 0, `${name}'s page: ${faults.join("; ")}`);
  console.log("the journey is complete");
} catch (error) {
  console.error(`FAILED while ${step}: ${error.message}`);
  for (const [index, person] of people.entries()) {
    await person.picture(`failed-${index + 1}`).catch(() => undefined);
  }
  process.exitCode = 1;
} finally {
  await browser.close();
}
