/** Asks the exchange over REST. Whatever goes wrong becomes a `Problem` with a readable detail. */

import type { ProblemDocument } from "./wire.ts";

/** Longer than the exchange's own deadlines, so that its answer wins. */
const REQUEST_TIMEOUT_MS = 10_000;

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;
  /** When to come back, in seconds, where the exchange said so. */
  readonly retry_after_s: number | undefined;
  readonly heard_at_ms = Date.now();

  constructor(
    status: number,
    code: string,
    detail: string,
    field?: string,
    retry_after_s?: number,
  ) {
    super(detail);
    this.status = status;
    this.code = code;
    this.field = field;
    this.retry_after_s = retry_after_s;
  }

  /** Whether the same may be answered a moment later. */
  get unanswered(): boolean {
    return this.status === 0 || this.status >= 500;
  }

  /** Whether the request may have been carried out although no answer says so. */
  get undecided(): boolean {
    return this.unanswered && this.code !== "not_sent";
  }
}

/** Beside the fields of an answer that is what a service said last, because it says nothing now. */
export interface Staleness {
  as_of_ms: number;
  why: string;
}

export type Method = "GET" | "POST" | "PATCH" | "DELETE";

/**
 * Text goes out as a CSV sheet, everything else as JSON. With a token it is asked in that session,
 * and the browser's own is neither sent nor touched.
 */
export async function ask<T>(
  method: Method,
  path: string,
  body?: unknown,
  token?: string,
): Promise<T> {
  const { text, headers } = await answerTo(method, path, body, token);
  if (text === "") return undefined as T;
  const staleness = stalenessIn(headers);
  const answer = JSON.parse(text) as T;
  return staleness === undefined ? answer : { ...answer, staleness };
}

export async function askForText(
  method: Method,
  path: string,
  body?: unknown,
  token?: string,
): Promise<string> {
  return (await answerTo(method, path, body, token)).text;
}

async function answerTo(
  method: Method,
  path: string,
  body: unknown,
  token: string | undefined,
): Promise<{ text: string; headers: Headers }> {
  const response = await send(method, path, body, token);
  const text = await response.text().catch((cause: unknown) => {
    throw unreachable(cause);
  });
  if (!response.ok) throw problemOf(response, text);
  return { text, headers: response.headers };
}

/** docs/rest.md has the two headers that only a stale answer has. */
function stalenessIn(headers: Headers): Staleness | undefined {
  const age = headers.get("age") ?? "";
  const why = /^exchange;.*detail="([^"]*)"/.exec(headers.get("cache-status") ?? "")?.[1];
  if (why === undefined || !/^\d+$/.test(age)) return undefined;
  return { as_of_ms: Date.now() - Number(age) * 1_000, why };
}

async function send(
  method: Method,
  path: string,
  body: unknown,
  token: string | undefined,
): Promise<Response> {
  const sent = bodyOf(body);
  const session = token === undefined ? {} : { authorization: `Bearer ${token}` };
  try {
    return await fetch(`/api/v1/${path}`, {
      method,
      credentials: token === undefined ? "same-origin" : "omit",
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...sent,
      headers: { accept: "application/json, text/csv", ...sent.headers, ...session },
    });
  } catch (cause) {
    throw unreachable(cause);
  }
}

function bodyOf(body: unknown): { headers?: Record<string, string>; body?: string } {
  if (body === undefined) return {};
  if (typeof body === "string") return { headers: { "content-type": "text/csv" }, body };
  return { headers: { "content-type": "application/json" }, body: JSON.stringify(body) };
}

function unreachable(cause: unknown): Problem {
  const problem = new Problem(0, "unreachable", "The exchange cannot be reached right now.");
  problem.cause = cause;
  return problem;
}

function problemOf(response: Response, text: string): Problem {
  const document = readDocument(text);
  const fallback = `The exchange answered ${response.status} without an explanation.`;
  const wait = response.headers.get("retry-after");
  return new Problem(
    response.status,
    document.code ?? "unknown",
    document.detail ?? document.title ?? fallback,
    document.field,
    wait !== null && /^\d+$/.test(wait) ? Number(wait) : undefined,
  );
}

function readDocument(text: string): Partial<ProblemDocument> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === "object" && value !== null ? value : {};
  } catch {
    return {};
  }
}
