/**
 * Every page in both themes, wide and narrow: sound in the eyes of axe, and no wider than it may be.
 * What is dark is looked at narrow for pictures only: colours do not depend on the width.
 */

import { must } from "./decimals.mjs";
import { logIn, signUp } from "./newcomer.mjs";
import { SCREENSHOTS, URL_BASE } from "./person.mjs";

const THEMES = ["light", "dark"];
const SIZES = { wide: { width: 1440, height: 900 }, narrow: { width: 360, height: 740 } };

export async function lookAround(arrive, at, { symbol, buyer, order_id }, admin) {
  const pages = [
    ["trade", `trade?symbol=${symbol}`, (page) => page.locator(".chart-place canvas").first()],
    ["ticket", `trade/${symbol}`, (page) => page.getByText("More", { exact: true }), true],
    ["market", "market", (page) => page.locator(".heat-tile").first()],
    ["portfolio", "portfolio", (page) => page.getByRole("table", { name: "Ledger" })],
    ["orders", "orders", (page) => page.locator("tr[data-order-id]").first()],
    ["order", `orders/${order_id}`, (page) => page.getByRole("list", { name: "Hops" })],
    ["system", "system", (page) => page.locator('tr[data-process="matching"]')],
    ["account", "account", (page) => page.getByText("A demo account")],
    ["nowhere", "nowhere", (page) => page.getByRole("heading", { name: "There is no such page" })],
    ["enter", "enter", (page) => page.getByRole("list", { name: "Demo accounts" })],
  ];
  const complaints = [];
  for (const colorScheme of THEMES) {
    const person = await arrive({ colorScheme });
    at(`every page is sound, ${colorScheme}`);
    await person.traders();
    await look(complaints, person, `entrance-${colorScheme}`);
    for (const tab of ["Log in", "Sign up"]) {
      await person.page.getByRole("tab", { name: tab }).click();
      await person.page.getByRole("form", { name: tab }).waitFor();
      await look(complaints, person, `entrance-${tab.toLowerCase()}-${colorScheme}`);
    }
    await person.page.getByRole("tab", { name: "Demo accounts" }).click();
    await person.enter(buyer);
    const scheme = await person.page.evaluate(
      () => document.documentElement.dataset.mantineColorScheme,
    );
    must(scheme === colorScheme, `the system wants ${colorScheme}, the page is ${scheme}`);
    for (const [name, path, ready, opens = false] of pages) {
      await person.page.goto(`${URL_BASE}/${path}`);
      await ready(person.page).waitFor();
      if (opens) await ready(person.page).click();
      await person.isIn();
      await look(complaints, person, `${name}-${colorScheme}`);
    }
    if (admin !== undefined) await lookAtAdmin(complaints, person, admin, colorScheme);
    await lookAtAccount(complaints, person, colorScheme);
    await person.context.close();
  }
  must(complaints.length === 0, complaints.join("\n"));
}

async function look(complaints, person, name) {
  const all = Object.entries(SIZES);
  const once = name.endsWith("-dark") && SCREENSHOTS === undefined;
  for (const [size, viewport] of once ? all.slice(0, 1) : all) {
    await person.page.setViewportSize(viewport);
    // What fades in has half its contrast until it is there.
    await person.page.waitForTimeout(300);
    await person.picture(`${name}-${size}`);
    complaints.push(...(await person.complaints(`${name}, ${size}`)));
  }
  await person.page.setViewportSize(SIZES.wide);
}

async function lookAtAdmin(complaints, person, credentials, colorScheme) {
  const { page } = person;
  const lookAtDialog = async (button, title) => {
    await page.getByRole("button", { name: button }).click();
    const dialog = page.getByRole("dialog", { name: title });
    await dialog.getByRole("form").waitFor();
    await look(complaints, person, `admin-${title.toLowerCase()}-${colorScheme}`);
    await page.keyboard.press("Escape");
    await dialog.waitFor({ state: "hidden" });
  };
  const [login, password] = credentials.split(":");
  await logIn(person, login, password);
  await page.getByRole("heading", { level: 1, name: /^Trade / }).waitFor();
  await person.visit("Admin");
  await page.locator("tr[data-symbol]").first().waitFor();
  await look(complaints, person, `admin-${colorScheme}`);
  await lookAtDialog("List a stock…", "List a stock");
  await page.getByRole("tab", { name: "People" }).click();
  await page.locator("tr[data-user-id]").first().waitFor();
  await look(complaints, person, `admin-people-${colorScheme}`);
  await lookAtDialog("Add a person…", "Add a person");
  const demo = page.locator("tr[data-user-id]").filter({ hasText: "Demo" }).first();
  await demo.getByRole("button", { name: /^Manage / }).click();
  await page.getByLabel("Amount to deposit").waitFor();
  await look(complaints, person, `admin-person-${colorScheme}`);
  await page.keyboard.press("Escape");
  await page.getByRole("tab", { name: "Parked messages" }).click();
  await page.getByText("Nothing is parked.").waitFor();
  await look(complaints, person, `admin-parked-${colorScheme}`);
}

/** Of somebody's own: a demo account has nothing to change. */
async function lookAtAccount(complaints, person, colorScheme) {
  const { page } = person;
  await page.goto(`${URL_BASE}/enter`);
  await signUp(person, `looked-at-${colorScheme}-${Date.now()}`);
  await page.getByRole("heading", { level: 1, name: /^Trade / }).waitFor();
  await person.menu("Account settings");
  await page.getByLabel("Name of the new key").fill("my program");
  await page.getByRole("button", { name: "Make a key" }).click();
  await page.getByRole("button", { name: "Remove key my program" }).waitFor();
  await page.locator(".new-key").waitFor();
  await look(complaints, person, `account-own-${colorScheme}`);
  await page.getByRole("button", { name: "Close the account…" }).click();
  const close = page.getByRole("button", { name: "Close it for good" });
  await close.waitFor();
  await look(complaints, person, `account-close-${colorScheme}`);
  await close.click();
  await page.getByRole("heading", { name: "Stock exchange" }).waitFor();
}
