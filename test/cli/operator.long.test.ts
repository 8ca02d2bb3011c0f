import assert from "node:assert/strict";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { existsSync, readFileSync, statSync, writeFileSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { type TestContext, describe, it } from "node:test";
import type { Status } from "../../node/host/status/node-status.ts";
import { until } from "../host/support.ts";
import { type ReadFamily, readMetrics } from "../helpers/prometheus.ts";
import { Running, dispersy, inProcess, jsonLines, temporaryFolder } from "./cli.ts";

interface Ready {
  listen: string[];
  metrics: string;
}

const ANY_PORT = ["--listen", "127.0.0.1:0"];
const LOOPBACK = [...ANY_PORT, "--json"];

async function start(
  context: TestContext,
  args: string[],
): Promise<{ running: Running; ready: Ready; at: string }> {
  const running = new Running(context, [...args, ...LOOPBACK]);
  const ready = await running.json<Ready>();
  return { running, ready, at: ready.listen[0]! };
}

async function scrape({ metrics }: Ready): Promise<Map<string, ReadFamily>> {
  const response = await fetch(`http://${metrics}/metrics`);
  assert.equal(response.status, 200);
  return readMetrics(await response.text());
}

function total(families: Map<string, ReadFamily>, name: string): number {
  return (families.get(name)?.samples ?? []).reduce((sum, { value }) => sum + value, 0);
}

/** Sends garbage of all kinds to a place until told to stop; returns how many datagrams were sent. */
function flood(context: TestContext, at: string): () => number {
  const socket = createSocket("udp4");
  context.after(() => socket.close());
  const port = Number(at.split(":")[1]);
  let sent = 0;
  const timer = setInterval(() => {
    for (let i = 0; i < 100; i++, sent++) {
      const bytes = Buffer.alloc(i % 3 === 0 ? 3 : 60 + (i % 50), i);
      if (i % 3 === 1) bytes.set([0x0a, 20]);
      socket.send(bytes, port, "127.0.0.1");
    }
  }, 5);
  context.after(() => clearInterval(timer));
  return () => {
    clearInterval(timer);
    return sent;
  };
}

describe("an operator", () => {
  it("sees which trackers of a host live, which is dead, and which hangs", async (context) => {
    const home = temporaryFolder(context);
    const at = ["--home", home];
    const none = await inProcess(["status", ...at]);
    assert.equal(none.code, 3);
    const one = await start(context, ["tracker", ...at]);
    const other = await start(context, ["tracker", ...at]);
    const socket = join(home, `tracker-${one.at}.sock`);
    assert.equal(statSync(socket).mode & 0o777, 0o600);

    const both = await inProcess(["status", "--json", ...at]);
    assert.equal(both.code, 0, both.stderr);
    const rows = jsonLines<Status>(both.stdout);
    const listening = [one, other].map(({ ready }) => ready.listen);
    assert.deepEqual(rows.map(({ listen }) => listen).toSorted(), listening.toSorted());
    for (const { role, version, served, memory, problems, unhealthy } of rows) {
      assert.deepEqual([role, problems, unhealthy], ["tracker", [], []]);
      assert.match(version, /^\d+\.\d+\.\d+/);
      assert.equal(served!.overlays, 0);
      assert.ok(memory.rssBytes > memory.heapUsedBytes);
    }
    const screen = await inProcess(["status", ...at]);
    assert.match(screen.stdout, /Tracker .*version .* process \d+, up \d/);
    assert.match(screen.stdout, /A minute .*0 requests answered, 0 introductions, 0 drops/);

    one.running.child.kill("SIGKILL");
    await once(one.running.child, "close");
    assert.ok(existsSync(socket), "a killed one leaves it");
    const half = await inProcess(["status", ...at]);
    assert.equal(half.code, 3);
    assert.ok(half.stdout.includes(other.at), "who lives is shown all the same");
    assert.ok(half.stderr.includes(`the tracker at ${one.at} is dead`), half.stderr);
    assert.match(half.stderr, /Start it again: .*tracker --listen 127\.0\.0\.1:\d+ --home .*rm /);

    const again = new Running(context, ["tracker", ...at, "--listen", one.at]);
    await again.line();
    assert.equal((await inProcess(["status", ...at])).code, 0, "a new one takes its place");
    assert.equal(await again.stop(), 0);
    assert.ok(!existsSync(socket), "one that is stopped leaves nothing");
    assert.equal((await inProcess(["status", ...at])).code, 0);

    other.running.child.kill("SIGSTOP");
    const hangs = await inProcess(["status", ...at]);
    other.running.child.kill("SIGCONT");
    assert.equal(hangs.code, 4);
    assert.ok(hangs.stderr.includes(`the tracker at ${other.at} does not answer`), hangs.stderr);
  });

  it("sees a node and a tracker of one home", async (context) => {
    const home = temporaryFolder(context);
    await start(context, ["run", "--home", home]);
    await start(context, ["tracker", "--home", home]);
    const { code, stdout } = await inProcess(["status", "--json", "--home", home]);
    assert.equal(code, 0);
    assert.deepEqual(
      jsonLines<Status>(stdout).map(({ role }) => role),
      ["node", "tracker"],
    );
    assert.equal((await inProcess(["ls", "--home", home])).code, 0);
  });

  it("finds a tracker without naming a folder, and a tracker needs none", async (context) => {
    const state = temporaryFolder(context);
    const env = { XDG_STATE_HOME: state, XDG_DATA_HOME: state };
    const running = new Running(context, ["tracker", ...LOOPBACK], { env });
    const { listen } = await running.json<Ready>();
    const found = await dispersy(["status", "--json"], { env });
    assert.deepEqual(jsonLines<Status>(found.stdout)[0]?.listen, listen, found.stderr);
    assert.equal(await running.stop(), 0);
    // As in a container whose root is read-only: no folder can be made.
    const file = join(state, "file");
    writeFileSync(file, "");
    const without = new Running(context, ["tracker", ...LOOPBACK], {
      env: { XDG_STATE_HOME: file },
    });
    await without.json();
    await until("it says so", () => /status will not find this tracker/.test(without.stderr));
    assert.equal(await without.stop(), 0);
    const named = await dispersy(["tracker", "--home", join(file, "x"), ...ANY_PORT]);
    assert.equal(named.code, 6);
    assert.match(named.stderr, /cannot be created \(ENOTDIR\)\nName a folder/);
  });

  it("scrapes a tracker under a flood, whose log stays small", async (context) => {
    const home = temporaryFolder(context);
    const begun = performance.now();
    const args = ["tracker", "--home", home, "--metrics", "0", "--log-level", "debug"];
    const { running, ready, at } = await start(context, args);
    const stop = flood(context, at);
    const received: number[] = [];
    while (received.length < 20 || received.at(-1)! < 1_000) {
      const families = await scrape(ready);
      received.push(total(families, "dispersy_datagrams_received_total"));
      const health = await fetch(`http://${ready.metrics}/healthz`);
      assert.equal(health.status, 200);
    }
    const sent = stop();
    assert.deepEqual(
      received,
      received.toSorted((a, b) => a - b),
      "counters only rise",
    );
    const last = await scrape(ready);
    const [came, dropped] = [
      total(last, "dispersy_datagrams_received_total"),
      total(last, "dispersy_datagrams_dropped_total"),
    ];
    assert.ok(came >= 1_000 && came <= sent, `${came} of ${sent} came`);
    assert.equal(dropped, came, "each has a reason");
    const reasons = last.get("dispersy_datagrams_dropped_total")!.samples;
    assert.ok(reasons.some(({ labels }) => labels["reason"] === "gate: size"));
    const { recent } = jsonLines<Status>(
      (await inProcess(["status", "--json", "--home", home])).stdout,
    )[0]!;
    assert.equal(recent.drops, recent.datagramsIn);
    assert.equal(await running.stop(), 0);
    const lines = running.stderr.split("\n").filter((line) => line.includes('"level":20'));
    const windows = Math.ceil((performance.now() - begun) / 10_000) + 1;
    assert.ok(lines.length > 0 && lines.length <= 100 * windows, `${lines.length} lines`);
    for (const line of lines.filter((text) => text.includes('"gate: ')))
      assert.match(line, /"from":"127\.0\.0\.1:\d+"/);
  });

  it("is told at the start that a port for metrics is taken, or none", async (context) => {
    const home = temporaryFolder(context);
    const { ready } = await start(context, ["tracker", "--home", home, "--metrics", "0"]);
    const port = ready.metrics.split(":")[1]!;
    for (const command of ["tracker", "run"]) {
      const own = join(home, command);
      const taken = await dispersy([command, "--home", own, "--metrics", port, ...ANY_PORT]);
      assert.equal(taken.code, 1, taken.stderr);
      assert.match(
        taken.stderr,
        /another process has this port \(EADDRINUSE\)\nName another place/,
      );
      assert.equal(taken.stdout, "", "it never said that it is ready");
    }
    const wrong = await dispersy(["tracker", "--metrics", ":1"]);
    assert.equal(wrong.code, 2);
    assert.match(wrong.stderr, /such as 9464 or 0\.0\.0\.0:9464/);
  });

  it("can scrape while somebody sends a request byte by byte, who is let go", async (context) => {
    const home = temporaryFolder(context);
    const { ready } = await start(context, ["tracker", "--home", home, "--metrics", "0"]);
    const [host = "", port = ""] = ready.metrics.split(":");
    let closed = 0;
    const slow = Array.from({ length: 40 }, () => connect(Number(port), host));
    for (const socket of slow) {
      socket.on("error", () => {});
      socket.on("close", () => closed++);
      socket.write("GET /metrics HTTP/1.1\r\nHost: localhost\r\n");
      socket.resume();
    }
    const drip = setInterval(() => slow.forEach((socket) => socket.write("X")), 200);
    context.after(() => clearInterval(drip));
    context.after(() => slow.forEach((socket) => socket.destroy()));
    while (closed < slow.length) {
      const health = await fetch(`http://${ready.metrics}/healthz`);
      assert.equal(health.status, 200);
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
  });

  it("sees by /healthz that a node hears nobody", async (context) => {
    const home = temporaryFolder(context);
    writeFileSync(join(home, "config.json"), '{"metrics": 0}');
    const args = ["run", "--home", home, "--tracker", "127.0.0.1:9", "--log-level", "debug"];
    const { running, ready } = await start(context, args);
    const health = (): Promise<Response> => fetch(`http://${ready.metrics}/healthz`);
    assert.equal((await health()).status, 200, "at first nothing is due");
    await until("it is unhealthy", async () => (await health()).status === 503);
    assert.match(await (await health()).text(), /^nothing was ever received/);
    assert.equal(total(await scrape(ready), "dispersy_healthy"), 0);
    const { stdout } = await inProcess(["status", "--json", "--home", home]);
    assert.match(jsonLines<Status>(stdout)[0]!.unhealthy.join(), /nothing was ever received/);
    const timedOut = /"address":"127\.0\.0\.1:9"[^\n]*"msg":"request timed out"/;
    await until("it says who did not answer", () => timedOut.test(running.stderr));
  });
});

it("the manual of metrics names the option as it is", () => {
  assert.match(readFileSync("docs/metrics.md", "utf8"), /--metrics 9464.*DISPERSY_METRICS/s);
});
