// Reads server-sent events one at a time.

export interface ServerEvent {
  name: string;
  id: string;
  data: any;
}

export class EventReader {
  /** Comments seen so far. */
  comments = 0;
  readonly #reader: ReadableStreamDefaultReader<string>;
  #pending = "";

  constructor(response: Response) {
    if (!response.body) throw new Error("a stream without a body");
    this.#reader = response.body.pipeThrough(new TextDecoderStream()).getReader();
  }

  /** The next event; null at the end. */
  async next(): Promise<ServerEvent | null> {
    for (;;) {
      const end = this.#pending.indexOf("\n\n");
      if (end < 0) {
        const { value, done } = await this.#reader.read();
        if (done) return null;
        this.#pending += value;
        continue;
      }
      const block = this.#pending.slice(0, end);
      this.#pending = this.#pending.slice(end + 2);
      if (block.startsWith(":")) {
        this.comments += 1;
        continue;
      }
      const fields = Object.fromEntries(
        block.split("\n").map((line) => {
          const colon = line.indexOf(": ");
          return [line.slice(0, colon), line.slice(colon + 2)];
        }),
      );
      return {
        name: fields["event"] ?? "",
        id: fields["id"] ?? "",
        data: JSON.parse(fields["data"] ?? "null"),
      };
    }
  }

  /** All events up to the end. */
  async rest(): Promise<ServerEvent[]> {
    const events: ServerEvent[] = [];
    for (let event = await this.next(); event; event = await this.next()) events.push(event);
    return events;
  }

  async cancel(): Promise<void> {
    await this.#reader.cancel();
  }
}
