import { fireEvent, screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { expect, test, vi } from "vitest";
import { exchangeAnswers, show } from "../parts/stage.tsx";
import type { Journey } from "../wire.ts";
import { Glass } from "./Glass.tsx";
import { pictureOf } from "./picture.ts";
import { systemAt } from "./sample.ts";

const hop = {
  partition: "web",
  body: { limit_price: "187.25" },
  stream: null,
  seq: null,
  sender: null,
  received_at: null,
  committed_at: null,
  published_at: null,
  confirmed_at: null,
  clock: "web@vm:1",
  source: "memory",
} as const;

const journey: Journey = {
  order_id: "o1",
  user_id: "u1",
  symbol: "ACME",
  status: "open",
  is_complete: true,
  missing: [],
  took_us: 2_500,
  hops: [
    {
      ...hop,
      after_us: 0,
      service: "web",
      direction: "received",
      message: "place_order",
      door: "POST",
    },
    {
      ...hop,
      after_us: 0,
      service: "web",
      direction: "sent",
      message: "place_order",
      door: "orders",
    },
    {
      ...hop,
      after_us: 2_500,
      service: "ordering",
      direction: "received",
      message: "place_order",
      door: "orders",
    },
  ],
};

test("a replay goes step by step, by buttons and by the slider", async () => {
  exchangeAnswers({});
  vi.stubGlobal("requestAnimationFrame", () => 0);
  vi.stubGlobal("cancelAnimationFrame", () => undefined);
  const samples = [systemAt(0)];
  const [system] = samples;
  const picture = pictureOf(samples);
  if (system === undefined || picture === undefined) throw new Error("there is a picture");
  show(<Glass {...{ journey, picture, system }} stale={false} slow="" seen="" lab="" />);

  const slider = screen.getByRole("slider", { name: "Hop" });
  expect(slider.getAttribute("aria-valuetext")).toBe("+0.0 ms: web received place order");
  await userEvent.click(screen.getByRole("button", { name: "Forward" }));
  expect(slider.getAttribute("aria-valuetext")).toBe("+0.0 ms: web sent place order");
  fireEvent.change(slider, { target: { value: "2" } });
  expect(slider.getAttribute("aria-valuetext")).toBe("+2.5 ms: ordering received place order");
  expect(screen.getByRole<HTMLButtonElement>("button", { name: "Forward" }).disabled).toBe(true);
  expect(screen.getByLabelText("The message as it was sent").textContent).toContain("187.25");
  await userEvent.click(screen.getByRole("button", { name: "Play again" }));
  expect(slider.getAttribute("aria-valuetext")).toBe("+0.0 ms: web received place order");
});
