import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import type { TestContext } from "node:test";
import type { Report, Task } from "./protocol.ts";

/** What a test hands to a page, and what came of it. */
export interface ServedPage {
  url: string;
  port: number;
  reports: Report[];
  /** The texts that the page has in an overlay. */
  texts(overlay: string): string[];
}

const HTML = `<!doctype html><meta charset="utf-8"><title>dispersy</title><script type="module" src="/page.js"></script>`;

/** Serves a page on loopback until the test is over. It knows no WebSockets. */
export async function servePage(
  t: TestContext,
  { script, task }: { script: string; task: (port: number) => Task },
): Promise<ServedPage> {
  const reports: Report[] = [];
  const pages: Record<string, [type: string, content: () => string]> = {
    "/": ["text/html", () => HTML],
    "/page.js": ["text/javascript", () => script],
    "/task": ["application/json", () => JSON.stringify(task(port))],
  };
  const server = createServer((request: IncomingMessage, response) => {
    if (request.method === "POST") {
      void text(request).then((body) => {
        reports.push(JSON.parse(body) as Report);
        response.end();
      });
      return;
    }
    const page = pages[request.url ?? ""];
    const [type, content] = page ?? ["text/plain", () => ""];
    response.writeHead(page === undefined ? 404 : 200, { "content-type": type });
    response.end(content());
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => {
    server.closeAllConnections();
    server.close();
  });
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/`,
    port,
    reports,
    texts: (overlay) =>
      reports.flatMap((row) => (row.event === "text" && row.overlay === overlay ? [row.text] : [])),
  };
}
