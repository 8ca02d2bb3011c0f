import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { type AddressInfo, createServer, type Server, type Socket } from "node:net";
import { describe, test, type TestContext } from "node:test";
import { dial } from "../../../node/host/carriers/websocket-client.ts";
import { linkWebSocket } from "../../../node/host/carriers/websocket.ts";
import { Links } from "../../../node/host/carriers/links.ts";
import { openNode } from "../support.ts";

/** Whoever takes longer is given up. */
const PATIENCE_MS = 400;

/** A server of bytes; gone after the test. */
async function serve(
  t: TestContext,
  does: (socket: Socket, asked: string) => void,
): Promise<number> {
  const sockets = new Set<Socket>();
  const server: Server = createServer((socket) => {
    sockets.add(socket);
    socket.on("error", () => {});
    socket.once("data", (asked) => does(socket, String(asked)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  t.after(() => sockets.forEach((socket) => socket.destroy()));
  t.after(() => server.close());
  return (server.address() as AddressInfo).port;
}

const says = (answer: string) => (socket: Socket) => void socket.end(answer);
const status = (line: string) => says(`HTTP/1.1 ${line}\r\nContent-Length: 0\r\n\r\n`);

/** Writes for ever, as far as it is read. */
function endless(first: string, chunk: string | Buffer) {
  return (socket: Socket): void => {
    const more = (): void => {
      while (!socket.destroyed && socket.write(chunk));
    };
    socket.write(first);
    socket.on("drain", more);
    more();
  };
}

function drip(socket: Socket): void {
  socket.write("HTTP/1.1 101 Switching Protocols\r\n");
  const timer = setInterval(() => socket.write("x-more: x\r\n"), 20);
  socket.once("close", () => clearInterval(timer));
}

type Does = (socket: Socket, asked: string) => void;

const PLACES: [what: string, does: Does, sentence: RegExp][] = [
  ["hangs", () => {}, /did not answer for too long: is a firewall on the way\?/],
  ["drips its headers", drip, /did not answer for too long/],
  [
    "sends headers without end",
    endless("HTTP/1.1 101 x\r\nx: ", "x".repeat(9_000)),
    /longer than any answer/,
  ],
  [
    "speaks no HTTP",
    says("220 mail.example.org ESMTP\r\n"),
    /does not speak HTTP: is the port right\?/,
  ],
  ["hangs up", (socket) => void socket.destroy(), /hung up before an answer: too many may be/],
  ["has a page there", status("200 OK"), /HTTP 200: there is a page, and no WebSocket/],
  [
    "is elsewhere",
    status("302 Found\r\nLocation: http://127.0.0.1:1/"),
    /HTTP 302: .*a newer ticket/,
  ],
  ["forbids it", status("403 Forbidden"), /HTTP 403: a proxy or a firewall may forbid it/],
  ["has another path", status("404 Not Found"), /HTTP 404: .*ask for a newer ticket/],
  ["takes the upgrade out", status("426 Upgrade Required"), /HTTP 426: .*has to pass `Upgrade` on/],
  [
    "is a proxy before nothing",
    status("502 Bad Gateway"),
    /HTTP 502: .*the node behind it does not/,
  ],
  ["fails", status("500 Error"), /answered with HTTP 500$/],
  [
    "does not know WebSockets",
    says(
      "HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: x\r\n\r\n",
    ),
    /what answers takes no WebSockets/,
  ],
];

const PROXIES: [what: string, does: Does, sentence: RegExp][] = [
  ["wants a password", status("407 Proxy Authentication Required"), /HTTP 407: .*NAME:PASSWORD@/],
  ["forbids it", status("403 Forbidden"), /HTTP 403: a proxy or a firewall may forbid it/],
  ["hangs", () => {}, /the proxy did not answer for too long: is its address right\?/],
  ["drips", drip, /the proxy did not answer for too long/],
  ["speaks no HTTP", says("SSH-2.0-OpenSSH_9.2\r\n"), /does not speak HTTP/],
  [
    "sends headers without end",
    endless("HTTP/1.1 200 x\r\nx: ", "x".repeat(9_000)),
    /longer than any answer/,
  ],
  ["hangs up", (socket) => void socket.destroy(), /hung up before an answer/],
  [
    "leads to nothing",
    (socket) => {
      socket.write("HTTP/1.1 200 OK\r\n\r\n");
    },
    /it did not answer for too long/,
  ],
];

const placeAt = (port: number, tls = false) => ({ host: "127.0.0.1", port, path: "/x", tls });

describe("a place that is dialled", () => {
  for (const [what, does, sentence] of PLACES) {
    test(`and ${what} is told so`, async (t) => {
      const port = await serve(t, does);
      await assert.rejects(dial(placeAt(port), {}, undefined, PATIENCE_MS), { message: sentence });
    });
  }

  test("by TLS, and has none, is told so", async (t) => {
    const port = await serve(t, says("HTTP/1.1 400 Bad Request\r\n\r\n"));
    await assert.rejects(dial(placeAt(port, true), {}, undefined, PATIENCE_MS), {
      message: /does not speak TLS/,
    });
  });

  test("where nothing is, is told so", async () => {
    await assert.rejects(dial(placeAt(1), {}, undefined, PATIENCE_MS), {
      message: /ECONNREFUSED\): does it run\?/,
    });
  });

  for (const [what, does, sentence] of PROXIES) {
    test(`through a proxy that ${what} is told so, without its password`, async (t) => {
      const port = await serve(t, does);
      const env = { HTTP_PROXY: `http://me:secret@127.0.0.1:${port}` };
      await assert.rejects(dial(placeAt(9), env, undefined, PATIENCE_MS), (error: Error) => {
        assert.match(error.message, sentence);
        assert.match(error.message, new RegExp(`^through the proxy 127\\.0\\.0\\.1:${port}, `));
        assert.doesNotMatch(error.message, /secret/);
        return true;
      });
    });
  }

  test("through a proxy that is not there, or none, is told so", async () => {
    const refused = dial(placeAt(9), { HTTP_PROXY: "127.0.0.1:1" }, undefined, PATIENCE_MS);
    await assert.rejects(refused, { message: /through the proxy .*ECONNREFUSED/ });
    const none = dial(placeAt(9), { HTTP_PROXY: "socks5://127.0.0.1:1" }, undefined, PATIENCE_MS);
    await assert.rejects(none, { message: /names no proxy by HTTP/ });
  });

  test("and floods us is left, and the node goes on", async (t) => {
    const node = await openNode(t, { offline: true });
    await node.createOverlay();
    const port = await serve(t, (socket, asked) => {
      const [, key = ""] = /Sec-WebSocket-Key: (\S+)/i.exec(asked) ?? [];
      const accept = createHash("sha1")
        .update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`)
        .digest("base64");
      const answer = `HTTP/1.1 101 x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accept}`;
      // Messages of one byte.
      endless(`${answer}\r\n\r\n`, Buffer.from("\x82\x01x".repeat(9_000), "latin1"))(socket);
    });
    const socket = await dial(placeAt(port), {});
    let inputs = 0;
    const links = new Links({ input: () => inputs++, isKnown: () => false, now: () => 0 });
    await new Promise<void>((resolve) => {
      const parts = { socket, name: "a test", links, isNamed: true, log: node.log };
      linkWebSocket(parts, resolve);
    });
    assert.equal(links.counters.get("WebSocket ended: flood"), 1);
    assert.ok(inputs < 5_000, `${inputs} were looked at`);
  });
});
