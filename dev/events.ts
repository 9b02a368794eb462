// Reads the server-sent events of a response body (WHATWG HTML, section 9.2 "Server-sent events"). It knows the
// fields that this API sends, `event` and `data`.

export interface ServerEvent {
  event: string;
  data: string;
}

/** Yields the events of a stream as they arrive. */
export async function* readEvents(body: ReadableStream<Uint8Array>): AsyncGenerator<ServerEvent> {
  let buffer = "";
  let event = "message";
  let data: string[] = [];
  const decoder = new TextDecoder();
  for await (const bytes of body) {
    buffer += decoder.decode(bytes, { stream: true });
    // A CR at the end may be the first half of a CRLF, so it waits for the next character.
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
