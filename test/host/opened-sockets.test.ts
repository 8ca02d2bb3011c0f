import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Socket } from "node:dgram";
import { type TestContext, test } from "node:test";
import { fileURLToPath } from "node:url";
import { createLog } from "../../node/host/log.ts";
import { MAX_OPENED_SOCKETS, UdpSockets } from "../../node/host/net/udp.ts";
import { OTHER_OPEN_FILES } from "../../node/host/open-files.ts";
import { Address } from "../../wire/address.ts";
import { until } from "./support.ts";

const log = createLog({ level: "silent" });

async function bound(t: TestContext, hosts = ["127.0.0.2"]) {
  const heard: { from: Address; via: number }[] = [];
  const sockets = new UdpSockets(log, (from, via) => heard.push({ from, via }));
  for (const host of hosts) await sockets.bind(host.includes(":") ? 6 : 4, host, 0);
  t.after(() => sockets.close());
  return { sockets, heard, address: Address.of(hosts[0]!, sockets.bound[0]!.port)! };
}

test("opened sockets have ports of their own on the address of the node's own", async (t) => {
  const { sockets, heard, address } = await bound(t);
  const vias = await sockets.open(4, 5);
  assert.equal(vias.length, 5);
  assert.equal(sockets.bound.length, 1);
  for (const via of vias) sockets.send(address, via, new Uint8Array(1));
  await until("all arrive", () => heard.length === 5);
  assert.deepEqual(new Set(heard.map(({ from }) => from.host)), new Set(["127.0.0.2"]));
  assert.equal(new Set([address, ...heard.map(({ from }) => from)].map(({ key }) => key)).size, 6);
  for (const { from } of heard) sockets.send(from, 0, new Uint8Array(1));
  await until("and are answered", () => heard.length === 10);
  assert.deepEqual(
    heard
      .slice(5)
      .map(({ via }) => via)
      .toSorted(),
    vias.toSorted(),
  );
});

test("a closed socket is silent, its port free, its number not used again", async (t) => {
  const { sockets, heard, address } = await bound(t);
  const [via] = (await sockets.open(4, 1)) as [number];
  sockets.send(address, via, new Uint8Array(1));
  await until("it sends", () => heard.length === 1);
  const { from } = heard[0]!;
  sockets.send(from, 0, new Uint8Array(1));
  sockets.release([via, via, 0, 99]);
  sockets.send(address, via, new Uint8Array(1));
  assert.equal(sockets.counters.get("send: no socket"), 1);
  assert.ok(!(await sockets.open(4, 3)).includes(via));
  sockets.send(address, 0, new Uint8Array(1));
  await until("the node's own socket goes on", () => heard.length === 2);
  assert.equal(heard[1]!.via, 0);
  const again = new UdpSockets(log, () => {});
  await until("the port is free", async () => {
    return again.bind(4, from.host, from.port).then(
      () => true,
      () => false,
    );
  });
  await again.close();
});

test("no more are open at once than the limit, whoever asks how often", async (t) => {
  const { sockets } = await bound(t);
  const [first, second] = await Promise.all([
    sockets.open(4, MAX_OPENED_SOCKETS - 10),
    sockets.open(4, MAX_OPENED_SOCKETS),
  ]);
  assert.equal(first.length + second.length, MAX_OPENED_SOCKETS);
  assert.deepEqual(await sockets.open(4, 1), []);
  assert.ok(sockets.counters.get("open: too many sockets")! >= 1);
  sockets.release(first);
  assert.equal((await sockets.open(4, 20)).length, 20);
});

test("what the system refuses is counted, and the answer is shorter", async (t) => {
  const { sockets } = await bound(t);
  const { bind } = Socket.prototype;
  let binds = 0;
  t.mock.method(Socket.prototype, "bind", function (this: Socket, ...args: unknown[]) {
    if (++binds <= 3) return Reflect.apply(bind, this, args);
    this.emit("error", Object.assign(new Error("too many"), { code: "EMFILE" }));
  });
  assert.equal((await sockets.open(4, 10)).length, 3);
  assert.equal(binds, 4);
  assert.equal(sockets.counters.get("open: EMFILE"), 1);
});

test("a family without a socket opens none", async (t) => {
  const { sockets } = await bound(t);
  assert.deepEqual(await sockets.open(6, 3), []);
});

test("sockets of both families are opened on their own addresses", async (t) => {
  const { sockets, heard } = await bound(t, ["127.0.0.1", "::1"]);
  const [via] = (await sockets.open(6, 1)) as [number];
  sockets.send(Address.of("::1", sockets.bound[1]!.port)!, via, new Uint8Array(1));
  await until("it arrives", () => heard.length === 1);
  assert.equal(heard[0]!.from.host, "::1");
});

test("closing while sockets are being opened leaves none open", async (t) => {
  const { sockets } = await bound(t);
  const opening = sockets.open(4, 200);
  await sockets.close();
  const vias = await opening;
  assert.ok(vias.length < 200);
  for (const via of vias) sockets.send(Address.of("127.0.0.1", 9)!, via, new Uint8Array(1));
  assert.equal(sockets.counters.get("send: no socket") ?? 0, vias.length);
});

test(
  "under a low limit, searches leave files and sockets to all else",
  { skip: process.platform === "linux" ? false : "needs Linux" },
  () => {
    const child = fileURLToPath(new URL("opened-sockets-child.ts", import.meta.url));
    const limit = OTHER_OPEN_FILES + 70;
    const args = [`--nofile=${limit}`, process.execPath, "--import", "tsx", child];
    const { stdout, stderr, status } = spawnSync("prlimit", args, { encoding: "utf8" });
    assert.equal(status, 0, stderr);
    assert.equal(stdout, "70\n");
    assert.match(stderr, /"limit":262,"wanted":1392,"msg":"this process may open few files/);
  },
);
