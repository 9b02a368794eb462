// A website of somebody else's: files on an origin of its own, on this machine. `localhost` is another origin than the
// 127.0.0.1 of the API, and one where browsers allow service workers without TLS.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";

const TYPES: Record<string, string> = {
  js: "text/javascript",
  html: "text/html",
  json: "application/json",
};

/** A file, or what makes the answer to a request, given its method and query. */
export type Served = string | ((method: string, query: URLSearchParams) => Promise<string>);

export class Website {
  readonly origin: string;
  /** The files by path; those added or changed later are served like that. */
  readonly files: Map<string, Served>;

  private constructor(origin: string, files: Map<string, Served>) {
    this.origin = origin;
    this.files = files;
  }

  /** Starts to serve files, by path. Returns the website, and what ends it. */
  static async start(
    files: Record<string, Served>,
  ): Promise<{ site: Website; end: () => Promise<void> }> {
    const served = new Map(Object.entries(files));
    const server = createServer((request, response) => {
      const { pathname, searchParams } = new URL(request.url ?? "", "http://localhost");
      const found = served.get(pathname);
      const type = TYPES[pathname.split(".").at(-1) ?? ""] ?? "text/html";
      response.writeHead(found === undefined ? 404 : 200, {
        "content-type": `${type}; charset=utf-8`,
        "cache-control": "no-cache",
      });
      if (typeof found !== "function") response.end(found);
      else void found(request.method ?? "", searchParams).then((text) => response.end(text));
    });
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = server.address() as AddressInfo;
    const end = async () => {
      server.close();
      server.closeAllConnections();
      await once(server, "close");
    };
    return { site: new Website(`http://localhost:${port}`, served), end };
  }
}
