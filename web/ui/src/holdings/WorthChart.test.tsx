import { screen } from "@testing-library/react";
import { userEvent } from "@testing-library/user-event";
import { useState } from "react";
import { expect, test, vi } from "vitest";
import { decimal } from "../decimal.ts";
import { show } from "../parts/stage.tsx";
import WorthChart from "./WorthChart.tsx";

const drawn = vi.hoisted(() => ({ setData: vi.fn(), update: vi.fn(), fitContent: vi.fn() }));

vi.mock("lightweight-charts", () => ({
  AreaSeries: {},
  ColorType: {},
  CrosshairMode: {},
  createChart: () => ({
    addSeries: () => ({ ...drawn, applyOptions: vi.fn() }),
    timeScale: () => drawn,
    applyOptions: vi.fn(),
    remove: vi.fn(),
  }),
}));

const past = [{ at_ms: 60_000, worth: decimal("1000") }];

function Market() {
  const [worth, setWorth] = useState("1001");
  return (
    <>
      <button
        onClick={() => {
          setWorth("1002.5");
        }}
      >
        Trade
      </button>
      <WorthChart past={past} now={{ at_ms: 90_000, worth: decimal(worth) }} />
    </>
  );
}

test("another price moves the last point, and leaves the view where somebody put it", async () => {
  show(<Market />);
  expect(drawn.update).toHaveBeenLastCalledWith({ time: 90, value: 1001 });
  await userEvent.click(screen.getByText("Trade"));
  expect(drawn.update).toHaveBeenLastCalledWith({ time: 90, value: 1002.5 });
  expect(drawn.setData).toHaveBeenCalledOnce();
  expect(drawn.fitContent).toHaveBeenCalledOnce();
});
