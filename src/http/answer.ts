// An answer as plain data, and the JSON response made of it.

export interface Answer {
  status: number;
  body: unknown;
  headers?: Record<string, string>;
}

/** A JSON response. */
export function json(answer: Answer): Response {
  return new Response(JSON.stringify(answer.body), {
    status: answer.status,
    headers: { "content-type": "application/json; charset=utf-8", ...answer.headers },
  });
}
