/** Asks the exchange over REST. Whatever goes wrong becomes a `Problem` with a readable detail. */

import type { ProblemDocument } from "./wire.ts";

/** Longer than the exchange's own deadlines, so that its answer wins. */
const REQUEST_TIMEOUT_MS = 10_000;

export class Problem extends Error {
  readonly status: number;
  readonly code: string;
  readonly field: string | undefined;

  constructor(status: number, code: string, detail: string, field?: string) {
    super(detail);
    this.status = status;
    this.code = code;
    this.field = field;
  }

  /** Whether the request may have been carried out although no answer says so. */
  get undecided(): boolean {
    return this.status === 0 || this.status >= 500;
  }
}

type Method = "GET" | "POST" | "PATCH" | "DELETE";

export async function ask<T>(method: Method, path: string, body?: unknown): Promise<T> {
  const response = await send(method, path, body);
  const text = await response.text().catch((cause: unknown) => {
    throw unreachable(cause);
  });
  if (!response.ok) throw problemOf(response, text);
  return (text === "" ? undefined : JSON.parse(text)) as T;
}

async function send(method: Method, path: string, body: unknown): Promise<Response> {
  const accept = { accept: "application/json" };
  const request =
    body === undefined
      ? { headers: accept }
      : { headers: { ...accept, "content-type": "application/json" }, body: JSON.stringify(body) };
  try {
    return await fetch(`/api/v1/${path}`, {
      method,
      credentials: "same-origin",
      signal: AbortSignal.timeout(REQUEST_TIMEOUT_MS),
      ...request,
    });
  } catch (cause) {
    throw unreachable(cause);
  }
}

function unreachable(cause: unknown): Problem {
  const problem = new Problem(0, "unreachable", "The exchange cannot be reached right now.");
  problem.cause = cause;
  return problem;
}

function problemOf(response: Response, text: string): Problem {
  const document = readDocument(text);
  const fallback = `The exchange answered ${response.status} without an explanation.`;
  return new Problem(
    response.status,
    document.code ?? "unknown",
    document.detail ?? document.title ?? fallback,
    document.field,
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
