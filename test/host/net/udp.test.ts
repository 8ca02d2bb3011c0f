import assert from "node:assert/strict";
import { Socket, createSocket } from "node:dgram";
import { once } from "node:events";
import { type TestContext, test } from "node:test";
import { bindSockets } from "../../../node/host/net/bind-sockets.ts";
import { createLog } from "../../../node/host/log.ts";
import { UdpSockets } from "../../../node/host/net/udp.ts";
import { Address } from "../../../wire/address.ts";
import { until } from "../support.ts";

const log = createLog({ level: "silent" });

interface Heard {
  from: Address;
  via: number;
  bytes: Uint8Array;
}

async function bound(t: TestContext, host = "127.0.0.1") {
  const heard: Heard[] = [];
  const sockets = new UdpSockets(log, (from, via, bytes) => heard.push({ from, via, bytes }));
  const { port } = await sockets.bind(host.includes(":") ? 6 : 4, host, 0);
  t.after(() => sockets.close());
  return { sockets, heard, address: Address.of(host, port)! };
}

test("datagrams arrive with their sender, and are counted", async (t) => {
  const [a, b] = [await bound(t), await bound(t)];
  a.sockets.send(b.address, 0, Buffer.from("hello"));
  await until("it arrives", () => b.heard.length === 1);
  const { from, via, bytes } = b.heard[0]!;
  assert.deepEqual([from.key, via, Buffer.from(bytes).toString()], [a.address.key, 0, "hello"]);
  assert.deepEqual(
    [a.sockets.traffic.txPackets, a.sockets.traffic.txBytes, b.sockets.traffic.rxBytes],
    [1, 5, 5],
  );
  b.sockets.send(from, 0, new Uint8Array(0));
  await until("an empty one arrives too", () => a.heard.length === 1);
});

test("what cannot be sent is counted by its code and changes nothing", async (t) => {
  const { sockets, heard, address } = await bound(t);
  sockets.send(address, 0, new Uint8Array(70_000));
  await until("EMSGSIZE", () => sockets.counters.get("send: EMSGSIZE") === 1);
  sockets.send(Address.of("255.255.255.255", 9)!, 0, new Uint8Array(1));
  await until("another code", () => sockets.counters.size === 2);
  sockets.send(Address.of("::1", 9)!, 0, new Uint8Array(1));
  sockets.send(address, 7, new Uint8Array(1));
  assert.equal(sockets.counters.get("send: no socket"), 2);
  sockets.send(address, 0, new Uint8Array(1));
  await until("it still works", () => heard.length === 1);
});

for (const code of [
  "EAGAIN",
  "ENOBUFS",
  "ECONNREFUSED",
  "EHOSTUNREACH",
  "ENETUNREACH",
  "ENETDOWN",
  "EADDRNOTAVAIL",
  "EPERM",
  "EINVAL",
]) {
  test(`${code} from a send, thrown or called back, is counted`, async (t) => {
    const { sockets, address, heard } = await bound(t);
    const error = Object.assign(new Error(code), { code });
    const called = t.mock.method(Socket.prototype, "send", (...args: unknown[]) => {
      (args.at(-1) as (error: Error) => void)(error);
    });
    sockets.send(address, 0, new Uint8Array(1));
    called.mock.restore();
    const thrown = t.mock.method(Socket.prototype, "send", () => {
      throw error;
    });
    sockets.send(address, 0, new Uint8Array(1));
    thrown.mock.restore();
    assert.equal(sockets.counters.get(`send: ${code}`), 2);
    sockets.send(address, 0, new Uint8Array(1));
    await until("it works again", () => heard.length === 1);
  });
}

test("a full queue drops instead of growing", async (t) => {
  const { sockets, address } = await bound(t);
  t.mock.method(Socket.prototype, "getSendQueueCount", () => 257);
  sockets.send(address, 0, new Uint8Array(1));
  assert.equal(sockets.counters.get("send: queue full"), 1);
  assert.equal(sockets.traffic.txPackets, 0);
});

test("a closed socket sends nothing and does not throw", async (t) => {
  const { sockets, address } = await bound(t);
  await sockets.close();
  sockets.send(address, 0, new Uint8Array(1));
  await sockets.close();
  assert.equal(sockets.counters.get("send: no socket"), 1);
});

test("a port is ours alone", async (t) => {
  const { address } = await bound(t);
  const second = new UdpSockets(log, () => {});
  await assert.rejects(second.bind(4, "127.0.0.1", address.port), { code: "EADDRINUSE" });
  await second.close();
});

const open = () => new UdpSockets(log, () => {});

test("a port that was asked for and is taken is a clear error; one of the last run is not", async (t) => {
  const taken = createSocket("udp4");
  taken.bind(0);
  await once(taken, "listening");
  t.after(() => taken.close());
  const { port } = taken.address();
  await assert.rejects(bindSockets(open, { listen: { port }, second: false }, log), {
    name: "UserError",
    message: /EADDRINUSE/,
  });
  const sockets = await bindSockets(open, { lastPort: port, second: false }, log);
  assert.notEqual(sockets.bound[0]!.port, port);
  await sockets.close();
});

test("a tracker whose next port is taken, or does not exist, says which", async (t) => {
  const taken = createSocket("udp4");
  taken.bind(0, "127.0.0.1");
  await once(taken, "listening");
  t.after(() => taken.close());
  const next = taken.address().port;
  const asked = (port: number) =>
    bindSockets(open, { listen: { host: "127.0.0.1", port }, second: true }, log);
  await assert.rejects(asked(next - 1), {
    message: `cannot listen on UDP port ${next} of 127.0.0.1 (EADDRINUSE), which a tracker needs beside the port before it`,
  });
  await assert.rejects(asked(65_535), { message: /needs the next port/, exitCode: 2 });
});

test("the port of the last run is taken again", async () => {
  const first = await bindSockets(open, { second: false }, log);
  const { port } = first.bound[0]!;
  await first.close();
  const second = await bindSockets(open, { lastPort: port, second: false }, log);
  assert.equal(second.bound[0]!.port, port);
  await second.close();
});

test("a tracker has the next port too", async () => {
  const plan = { listen: { host: "127.0.0.1", port: 0 }, second: true };
  const sockets = await bindSockets(open, plan, log);
  const [first, second, ...more] = sockets.bound;
  assert.equal(second!.port, first!.port + 1);
  assert.equal(more.length, 0);
  await sockets.close();
});

test("an address that is not this machine's is a clear error", async () => {
  const plan = { listen: { host: "198.51.100.1", port: 0 }, second: false };
  await assert.rejects(bindSockets(open, plan, log), {
    name: "UserError",
    message: /EADDRNOTAVAIL/,
  });
});
