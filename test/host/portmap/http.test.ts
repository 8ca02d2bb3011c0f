import assert from "node:assert/strict";
import { once } from "node:events";
import { type AddressInfo, type Socket, createServer } from "node:net";
import { type TestContext, test } from "node:test";
import { exchange } from "../../../node/host/portmap/http.ts";

const HOST = "127.0.0.1";

/** Where somebody answers with whatever `serve` writes. */
async function server(t: TestContext, serve: (socket: Socket) => void): Promise<URL> {
  const sockets: Socket[] = [];
  const listener = createServer((socket) => {
    sockets.push(socket.on("error", () => {}));
    serve(socket);
  }).listen(0, HOST);
  await once(listener, "listening");
  t.after(() => {
    for (const socket of sockets) socket.destroy();
    listener.close();
  });
  return new URL(`http://${HOST}:${(listener.address() as AddressInfo).port}/x?y=1`);
}

/** `timeoutMs`: long, where the test shows that it is not waited for. */
const ask = (url: URL, timeoutMs: number) => exchange(url, { from: HOST, timeoutMs });

test("an answer ends with its document, though the connection goes on", async (t) => {
  for (const end of ["</root>", "</s:Envelope>\r\n", "</ROOT >"]) {
    const url = await server(t, (socket) => socket.write(`HTTP/1.1 200 OK\r\n\r\n<x>1</x>${end}`));
    assert.deepEqual(await ask(url, 60_000), { status: 200, body: `<x>1</x>${end}` });
  }
});

test("what came in time is read, also from a broken connection", async (t) => {
  const part = "HTTP/1.1 500\r\nContent-Length: 9\r\n\r\n<x>";
  const silent = await server(t, (socket) => socket.write(part));
  assert.deepEqual(await ask(silent, 200), { status: 500, body: "<x>" });
  const broken = await server(t, (socket) => {
    socket.write(part);
    setTimeout(() => socket.resetAndDestroy(), 100);
  });
  assert.deepEqual(await ask(broken, 60_000), { status: 500, body: "<x>" });
});

test("what is no answer, too long or stopped gives none, and never an error", async (t) => {
  const refused = await server(t, (socket) => socket.destroy());
  assert.equal(await ask(refused, 60_000), undefined);
  for (const text of [
    "",
    "hello\r\n\r\n",
    "HTTP/1.1 200 OK\r\nServer: x\r\n",
    "HTTP/1.1 2\r\n\r\n",
  ]) {
    const url = await server(t, (socket) => socket.end(text));
    assert.equal(await ask(url, 60_000), undefined, text);
  }
  const endless = await server(t, (socket) => {
    const more = () => void (socket.write(Buffer.alloc(10_000, 60)) && setImmediate(more));
    socket.write("HTTP/1.1 200 OK\r\n\r\n");
    more();
  });
  assert.equal(await ask(endless, 60_000), undefined);
  const stop = new AbortController();
  const silent = await server(t, () => setTimeout(() => stop.abort(), 50));
  const options = { from: HOST, timeoutMs: 60_000, signal: stop.signal };
  assert.equal(await exchange(silent, options), undefined);
  assert.equal(await exchange(silent, options), undefined);
  assert.equal(await ask(new URL(`http://${HOST}:0/`), 60_000), undefined);
});

test("a request says what is asked, whole", async (t) => {
  let heard = "";
  const url = await server(t, (socket) => {
    socket.on("data", (bytes) => {
      heard += String(bytes);
      if (heard.endsWith("é!")) socket.end("HTTP/1.1 200 OK\r\n\r\n");
    });
  });
  const options = { from: HOST, timeoutMs: 60_000, headers: { A: "b" }, body: "é!" };
  assert.deepEqual(await exchange(url, options), { status: 200, body: "" });
  assert.equal(
    heard,
    `POST /x?y=1 HTTP/1.1\r\nHost: ${url.host}\r\nConnection: close\r\nA: b\r\nContent-Length: 3\r\n\r\né!`,
  );
});
