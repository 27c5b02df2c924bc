/** For tests: an exchange that answers from a list, and a component under it. */

import { QueryClientProvider } from "@tanstack/react-query";
import { cleanup, render } from "@testing-library/react";
import type { ReactNode } from "react";
import { afterEach, vi } from "vitest";
import { makeQueryClient } from "../queries.ts";

type Reply = { status: number; body: unknown } | "unreachable";

/** Answers `METHOD path` in order; the last reply stays. Gives the requests back as they came. */
export function exchangeAnswers(script: Record<string, Reply[]>) {
  const requests: { what: string; body: unknown }[] = [];
  vi.stubGlobal("fetch", (url: string, init: RequestInit) => {
    const what = `${init.method ?? "GET"} ${url.replace("/api/v1/", "")}`;
    const body: unknown = typeof init.body === "string" ? JSON.parse(init.body) : undefined;
    requests.push({ what, body });
    const replies = script[what] ?? [];
    const reply = replies.length > 1 ? replies.shift() : replies[0];
    if (reply === undefined || reply === "unreachable") return Promise.reject(new TypeError(what));
    return Promise.resolve(new Response(JSON.stringify(reply.body), { status: reply.status }));
  });
  return requests;
}

export function show(component: ReactNode) {
  return render(<QueryClientProvider client={makeQueryClient()}>{component}</QueryClientProvider>);
}

afterEach(() => {
  cleanup();
  vi.unstubAllGlobals();
});
