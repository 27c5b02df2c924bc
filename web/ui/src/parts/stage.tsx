/** For tests: an exchange that answers from a list, and a component under it. */

import { MantineProvider } from "@mantine/core";
import { QueryClientProvider } from "@tanstack/react-query";
import { createMemoryHistory, createRootRoute, createRouter } from "@tanstack/react-router";
import { RouterContextProvider } from "@tanstack/react-router";
import { cleanup, configure, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, vi } from "vitest";
import { makeQueryClient } from "../queries.ts";

// Speed is not what is tested, and CI's machine may be busy.
configure({ asyncUtilTimeout: 10_000 });

interface Told {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}
type Reply = Told | Promise<Told> | "unreachable";

/** Answers `METHOD path` in order; the last reply stays. Gives the requests back as they came. */
export function exchangeAnswers(script: Record<string, Reply[]>) {
  const requests: { what: string; body: unknown }[] = [];
  vi.stubGlobal("fetch", async (url: string, init: RequestInit) => {
    const what = `${init.method ?? "GET"} ${url.replace("/api/v1/", "")}`;
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    requests.push({ what, body });
    const replies = script[what] ?? [];
    const reply = await (replies.length > 1 ? replies.shift() : replies[0]);
    if (reply === undefined || reply === "unreachable") throw new TypeError(what);
    const { status, body: answer, headers = {} } = reply;
    return new Response(JSON.stringify(answer), { status, headers });
  });
  return requests;
}

export function show(component: ReactNode) {
  stubWhatJsdomLacks();
  return render(
    <MantineProvider env="test" withCssVariables={false} withGlobalClasses={false}>
      <QueryClientProvider client={makeQueryClient()}>
        <RouterContextProvider router={nowhere()}>{component}</RouterContextProvider>
      </QueryClientProvider>
    </MantineProvider>,
  );
}

/** Links need a router to lead somewhere; here they lead nowhere. */
function nowhere() {
  return createRouter({ routeTree: createRootRoute(), history: createMemoryHistory() });
}

function stubWhatJsdomLacks() {
  const nothing = () => undefined;
  Element.prototype.scrollIntoView = nothing;
  vi.stubGlobal("scrollTo", nothing);
  vi.stubGlobal("matchMedia", (media: string) => ({
    media,
    matches: false,
    addEventListener: nothing,
    removeEventListener: nothing,
  }));
  vi.stubGlobal(
    "ResizeObserver",
    class {
      observe = nothing;
      unobserve = nothing;
      disconnect = nothing;
    },
  );
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
