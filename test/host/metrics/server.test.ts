import assert from "node:assert/strict";
import { once } from "node:events";
import { request } from "node:http";
import { type Socket, connect } from "node:net";
import { networkInterfaces } from "node:os";
import { type TestContext, test } from "node:test";
import { serveMetrics } from "../../../node/host/metrics/server.ts";
import { parseMetricsPlace } from "../../../node/host/metrics/place.ts";
import { readMetrics } from "../../helpers/prometheus.ts";
import { openNode } from "../support.ts";

interface Got {
  code: number;
  text: string;
  headers: Record<string, unknown>;
}

function ask(
  at: string,
  path: string,
  { method = "GET", headers = {} }: { method?: string; headers?: Record<string, string> } = {},
): Promise<Got> {
  const { hostname, port } = new URL(`http://${at}`);
  const host = hostname.replace(/^\[|\]$/g, "");
  return new Promise((resolve, reject) => {
    const asked = request({ host, port, path, method, headers, agent: false }, (response) => {
      let text = "";
      response.on("data", (chunk: Buffer) => (text += chunk.toString()));
      response.on("end", () =>
        resolve({ code: response.statusCode!, text, headers: response.headers }),
      );
      response.on("error", reject);
    });
    asked.on("error", reject);
    asked.end();
  });
}

async function served(t: TestContext, place = "0"): Promise<string> {
  const node = await openNode(t, { role: "tracker" });
  const server = await serveMetrics(node, parseMetricsPlace(place));
  t.after(() => server.close());
  return server.at;
}

/** A raw connection, whose end is no error of the test. */
async function connection(t: TestContext, at: string): Promise<Socket> {
  const [host = "", port = ""] = at.split(":");
  const socket = connect(Number(port), host);
  socket.on("error", () => {});
  t.after(() => socket.destroy());
  await once(socket, "connect");
  return socket;
}

/** What a socket answers to a text, up to its end. */
async function reply(socket: Socket, text: string): Promise<string> {
  let answer = "";
  socket.on("data", (chunk) => (answer += chunk.toString()));
  socket.write(text);
  if (!socket.destroyed) await once(socket, "close");
  return answer;
}

test("there are two pages, which can only be read", async (t) => {
  const at = await served(t);
  assert.match(at, /^127\.0\.0\.1:[1-9]/);
  const metrics = await ask(at, "/metrics?x=1");
  assert.equal(metrics.code, 200);
  assert.equal(metrics.headers["content-type"], "text/plain; version=0.0.4; charset=utf-8");
  assert.ok(readMetrics(metrics.text).has("dispersy_healthy"));
  const health = await ask(at, "/healthz");
  assert.deepEqual([health.code, health.text], [200, "ok\n"]);
  const head = await ask(at, "/metrics", { method: "HEAD" });
  assert.deepEqual([head.code, head.text], [200, ""]);
  for (const path of ["/", "/metrics/", "/metrics2", "/healthz/..", "//metrics", "/%6detrics"])
    assert.equal((await ask(at, path)).code, 404, path);
  for (const method of ["POST", "PUT", "DELETE", "OPTIONS"]) {
    const { code, headers } = await ask(at, "/metrics", { method });
    assert.deepEqual([code, headers["allow"]], [405, "GET, HEAD"]);
  }
});

test("a page of a stranger reads nothing by a name that it made ours", async (t) => {
  const at = await served(t);
  for (const host of ["evil.example", "evil.example:9464", "127.0.0.1.evil.example"]) {
    const { code, text } = await ask(at, "/metrics", { headers: { host } });
    assert.equal(code, 403, host);
    assert.match(text, /--metrics HOST:PORT/);
    assert.ok(!text.includes("dispersy_"));
  }
  for (const host of ["localhost:9464", "127.0.0.1", "[::1]:1"])
    assert.equal((await ask(at, "/metrics", { headers: { host } })).code, 200, host);
  const none = await reply(await connection(t, at), "GET /healthz HTTP/1.0\r\n\r\n");
  assert.match(none, /^HTTP\/1\.1 200 /);
});

test("an address that is named serves others, by any name", async (t) => {
  const outside = Object.values(networkInterfaces())
    .flatMap((addresses) => addresses ?? [])
    .find(({ family, internal }) => family === "IPv4" && !internal)?.address;
  if (outside === undefined) return t.skip("this machine has no address but loopback");
  const everywhere = await served(t, "0.0.0.0:0");
  const port = everywhere.split(":")[1]!;
  const there = await ask(`${outside}:${port}`, "/metrics", { headers: { host: "my.example" } });
  assert.equal(there.code, 200);
  const here = await served(t);
  const refused = ask(`${outside}:${here.split(":")[1]}`, "/metrics");
  await assert.rejects(refused, { code: "ECONNREFUSED" });
});

test("IPv6 can be named", async (t) => {
  const at = await served(t, "[::1]:0").catch(() => undefined);
  if (at === undefined) return t.skip("this machine has no IPv6");
  assert.equal((await ask(at, "/healthz")).code, 200);
});

test("a place that cannot be had is the user's mistake, with what to do", async (t) => {
  const at = await served(t);
  await assert.rejects(served(t, at.split(":")[1]!), {
    name: "UserError",
    exitCode: 1,
    message: `metrics cannot be served at ${at}: another process has this port (EADDRINUSE)`,
  });
  await assert.rejects(served(t, "192.0.2.1:9464"), {
    name: "UserError",
    message: /this machine does not have this address/,
  });
});

test("a thousand connections hold no more than some, and keep nobody out", async (t) => {
  const at = await served(t);
  const sockets = await Promise.all(Array.from({ length: 1_000 }, () => connection(t, at)));
  assert.equal((await ask(at, "/healthz")).code, 200);
  const open = async (): Promise<number> => {
    await new Promise((resolve) => setTimeout(resolve, 20));
    return sockets.filter(({ destroyed, readableEnded }) => !destroyed && !readableEnded).length;
  };
  for (const socket of sockets) socket.resume();
  let left = await open();
  for (let looks = 0; looks < 500 && left > 32; looks++) left = await open();
  assert.ok(left <= 32, `${left} are open`);
  assert.equal((await ask(at, "/metrics")).code, 200);
});

test("headers without end are refused", async (t) => {
  const at = await served(t);
  const socket = await connection(t, at);
  const long = `GET /metrics HTTP/1.1\r\nHost: localhost\r\nX: ${"x".repeat(20_000)}`;
  assert.match(await reply(socket, long), /^HTTP\/1\.1 431 /);
  assert.equal((await ask(at, "/healthz")).code, 200);
});

test("what is not HTTP is refused", async (t) => {
  const at = await served(t);
  assert.match(
    await reply(await connection(t, at), "\u0016\u0003\u0001 hello\r\n\r\n"),
    /^HTTP\/1\.1 400 /,
  );
  assert.equal((await ask(at, "/healthz")).code, 200);
});
