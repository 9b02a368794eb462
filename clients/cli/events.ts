// Reads server-sent events (WHATWG HTML, section 9.2) as far as Slipway's streams have them.

/** One event of a stream. */
export interface StreamEvent {
  name: string;
  /** The id to go on from. */
  id: string | null;
  data: string;
}

/** Yields the events of a body; `onBytes` is told whenever anything comes, comments included. */
export async function* eventsOf(
  body: ReadableStream<Uint8Array>,
  onBytes: () => void,
): AsyncGenerator<StreamEvent> {
  const decoder = new TextDecoder();
  let text = "";
  for await (const bytes of body) {
    onBytes();
    text += decoder.decode(bytes, { stream: true });
    const blocks = text.split(/\r?\n\r?\n/);
    text = blocks.pop() ?? "";
    for (const block of blocks) {
      const event = eventOf(block);
      if (event !== null) yield event;
    }
  }
}

/** The event that a block of lines is; null for comments alone. */
function eventOf(block: string): StreamEvent | null {
  const event: StreamEvent = { name: "message", id: null, data: "" };
  const data: string[] = [];
  for (const line of block.split(/\r?\n/)) {
    const [, field = "", value = ""] = /^([^:]*):? ?(.*)$/.exec(line) ?? [];
    if (field === "event") event.name = value;
    else if (field === "id") event.id = value;
    else if (field === "data") data.push(value);
  }
  if (data.length === 0) return null;
  event.data = data.join("\n");
  return event;
}
