// Reads server-sent events from a response body (WHATWG HTML, section 9.2 "Server-sent events"), as far
// as this API sends them: `event` and `data` fields.

export interface ServerEvent {
  event: string;
  data: string;
}

/** The events of a stream, as they come. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  let buffer = "";
  let event = "message";
  let data: string[] = [];
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    buffer += decoder.decode(bytes, { stream: true });
    // A lone CR at the end may be the first half of a CRLF: it waits for what follows.
    const lines = buffer.split(/\r\n|\n|\r(?!$)/);
    buffer = lines.pop() ?? "";
    for (const each of lines) {
      if (each === "") {
        if (data.length > 0) yield { event, data: data.join("\n") };
        event = "message";
        data = [];
      } else if (each.startsWith("event:")) {
        event = each.slice("event:".length).trimStart();
      } else if (each.startsWith("data:")) {
        data.push(each.slice("data:".length).replace(/^ /, ""));
      }
    }
  }
}
