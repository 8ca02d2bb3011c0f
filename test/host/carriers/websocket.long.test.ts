import assert from "node:assert/strict";
import { createServer } from "node:http";
import { connect, type AddressInfo, type Socket } from "node:net";
import { describe, test, type TestContext } from "node:test";
import { WebSocket } from "ws";
import { MAX_LINKS } from "../../../node/host/carriers/links.ts";
import { proxyFor } from "../../../node/host/carriers/proxy.ts";
import { dial } from "../../../node/host/carriers/websocket-client.ts";
import { parseWebSocketListen } from "../../../node/host/carriers/websocket-listen.ts";
import type { Node } from "../../../node/host/node/node.ts";
import { openNode, payloads, until } from "../support.ts";

const text = (one: string) => [Buffer.from(one)];

/** A node that takes WebSockets on loopback. */
async function serving(t: TestContext): Promise<Node> {
  const node = await openNode(t, { ws: { listen: parseWebSocketListen("127.0.0.1:0") } });
  await node.createOverlay();
  return node;
}

function placeOf(node: Node, path = "/dispersy") {
  const port = Number(node.webSockets!.split(":").at(-1));
  return { host: "127.0.0.1", port, path, tls: false };
}

describe("WebSockets", () => {
  test("bring two nodes without UDP together, through one that both reach", async (t) => {
    const middle = await serving(t);
    const [a, b] = [await openNode(t, { wsOnly: true }), await openNode(t, { wsOnly: true })];
    for (const node of [a, b]) await node.join(middle.ticket());
    await until("both are in touch", () => [a, b].every((node) => node.peers().length > 0));
    await until("a may write", () => a.writers() === "open");
    await a.put(undefined, text("from a"));
    await until("b has it", () => payloads(b).includes("from a"));
    assert.deepEqual(a.listen, [], "no UDP socket is bound");
    assert.match(a.ticket(), /[?&]ws=127\.0\.0\.1:/, "its ticket passes the place on");
  });

  test("take nothing on another path, and no text", async (t) => {
    const node = await serving(t);
    await assert.rejects(dial(placeOf(node, "/elsewhere"), {}), /answered with HTTP 404/);
    const plain = await fetch(`http://${node.webSockets}/dispersy`);
    assert.equal(plain.status, 426);
    const socket = await dial(placeOf(node), {});
    const closed = new Promise<number>((resolve) => socket.once("close", resolve));
    socket.send("text");
    assert.equal(await closed, 1003);
  });

  test("that are too many, or send what is no datagram, take no more than their share", async (t) => {
    const node = await serving(t);
    const sockets: WebSocket[] = [];
    t.after(() => sockets.forEach((socket) => socket.terminate()));
    for (let i = 0; i < MAX_LINKS + 20; i++) {
      const socket = await dial(placeOf(node), {});
      socket.on("error", () => {});
      sockets.push(socket);
    }
    await until(
      "the last ones are sent away",
      () => sockets.at(-1)!.readyState === WebSocket.CLOSED,
    );
    const open = sockets.filter(({ readyState }) => readyState === WebSocket.OPEN);
    assert.ok(open.length <= MAX_LINKS, `${open.length} are open`);
    const before = process.memoryUsage().rss;
    const noise = Buffer.alloc(16_000, 10);
    for (let i = 0; i < 10_000; i++) {
      const socket = open[i % open.length]!;
      if (socket.bufferedAmount < 1_000_000) socket.send(noise);
      else await new Promise((resolve) => setTimeout(resolve, 5));
    }
    const grown = process.memoryUsage().rss - before;
    assert.ok(grown < 256 * 1024 * 1024, `${grown} bytes more for 160 MB of noise`);
    open[0]!.send(Buffer.alloc(70_000));
    await until(
      "one that sends too much at once is closed",
      () => open[0]!.readyState !== WebSocket.OPEN,
    );
    await node.put(undefined, text("as before"));
  });

  test("to a client that does not read hold up nobody", async (t) => {
    const node = await serving(t);
    const socket = await dial(placeOf(node), {});
    (socket as unknown as { _socket: Socket })._socket.pause();
    t.after(() => socket.terminate());
    const other = await openNode(t, { wsOnly: true });
    await other.join(node.ticket());
    for (let i = 0; i < 5; i++) {
      await node.put(
        undefined,
        Array.from({ length: 200 }, (_, n) => Buffer.alloc(900, i * 200 + n)),
      );
    }
    await until("the other one has all", () => payloads(other).length === 1_000);
  });
});

describe("a proxy", () => {
  test("is taken from the environment as other programs take it", () => {
    const place = { host: "node.example.org", port: 443, path: "/", tls: true };
    const env = { HTTPS_PROXY: "http://proxy:3128", HTTP_PROXY: "http://plain:80" };
    assert.equal(proxyFor(place, env), "http://proxy:3128");
    assert.equal(proxyFor({ ...place, tls: false }, env), "http://plain:80");
    assert.equal(proxyFor(place, { ...env, NO_PROXY: "example.org" }), undefined);
    assert.equal(proxyFor(place, { ...env, no_proxy: "other.org, .example.org:443" }), undefined);
    assert.equal(proxyFor(place, { ...env, NO_PROXY: "example.org:80" }), "http://proxy:3128");
    assert.equal(proxyFor(place, { ALL_PROXY: "proxy:1" }), "http://proxy:1");
    assert.equal(proxyFor(place, {}), undefined);
  });

  test("is gone through, and what it refuses is said", async (t) => {
    const node = await serving(t);
    let refuses = false;
    let asked = "";
    const proxy = createServer().on("connect", ({ url = "" }, socket: Socket) => {
      asked = url;
      if (refuses) return socket.end("HTTP/1.1 407 Proxy Authentication Required\r\n\r\n");
      const [host, port] = url.split(":");
      const onward = connect(Number(port), host, () => {
        socket.write("HTTP/1.1 200 OK\r\n\r\n");
        socket.pipe(onward).pipe(socket);
      });
      onward.on("error", () => socket.destroy());
      socket.on("error", () => onward.destroy());
    });
    await new Promise<void>((resolve) => proxy.listen(0, "127.0.0.1", resolve));
    t.after(() => proxy.closeAllConnections());
    t.after(() => proxy.close());
    const env = {
      HTTP_PROXY: `http://user:secret@127.0.0.1:${(proxy.address() as AddressInfo).port}`,
    };
    const socket = await dial(placeOf(node), env);
    socket.terminate();
    assert.equal(asked, `127.0.0.1:${placeOf(node).port}`, "with the real port");
    refuses = true;
    const refused = dial(placeOf(node), env);
    await assert.rejects(refused, (error: Error) => {
      assert.match(error.message, /through the proxy 127\.0\.0\.1:[0-9]+, answered with HTTP 407/);
      assert.doesNotMatch(error.message, /secret/);
      return true;
    });
  });
});
