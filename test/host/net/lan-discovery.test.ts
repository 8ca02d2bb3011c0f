import assert from "node:assert/strict";
import { once } from "node:events";
import { createSocket } from "node:dgram";
import { describe, test, type TestContext } from "node:test";
import { createLog } from "../../../node/host/log.ts";
import { LanDiscovery } from "../../../node/host/net/lan-discovery.ts";
import type { HostNetwork } from "../../../node/host/net/network-order.ts";
import { UdpSockets } from "../../../node/host/net/udp.ts";
import { Address } from "../../../wire/address.ts";
import { utf8 } from "../../../wire/bytes.ts";
import { until } from "../support.ts";

/** As if all who listen at loopback were the machines of a house: its broadcast address is 127.255.255.255. */
const HOUSE: HostNetwork = {
  ip: Uint8Array.of(127, 0, 0, 1),
  prefixBits: 8,
  isLan: true,
  zone: "lo",
};
const { isLan: _, ...NO_LAN } = HOUSE;
const log = createLog({ level: "silent" });
const skip = process.platform !== "linux" && "other systems have no broadcast at loopback";

interface Machine {
  lan: LanDiscovery;
  sockets: UdpSockets;
  heard: { from: string; text: string }[];
}

async function machine(t: TestContext, port: number): Promise<Machine> {
  const sockets = new UdpSockets(log, () => {});
  await sockets.bind(4, "0.0.0.0", 0);
  const heard: Machine["heard"] = [];
  const lan = new LanDiscovery({
    log,
    sockets,
    port,
    heard: ({ key }, bytes) => heard.push({ from: key, text: Buffer.from(bytes).toString() }),
  });
  t.after(async () => {
    lan.close();
    await sockets.close();
  });
  return { lan, sockets, heard };
}

/** One that nobody has. */
async function freePort(): Promise<number> {
  const socket = createSocket("udp4");
  socket.bind(0);
  await once(socket, "listening");
  const { port } = socket.address();
  socket.close();
  await once(socket, "close");
  return port;
}

describe("announcements to the machines around", { skip }, () => {
  test("come to all nodes of a machine, from the socket to answer to", async (t) => {
    const port = await freePort();
    const machines = [await machine(t, port), await machine(t, port), await machine(t, port)];
    for (const { lan } of machines) await lan.look([HOUSE]);
    const [first] = machines;
    assert.deepEqual(first!.lan.status, { interfaces: ["lo"] });
    first!.lan.announce(utf8("here"));
    await until("all hear it", () => machines.every(({ heard }) => heard.length > 0));
    const from = `127.0.0.1:${first!.sockets.bound[0]!.port}`;
    for (const { heard } of machines) assert.deepEqual(heard, [{ from, text: "here" }]);
  });

  test("leave by no other network, and are not listened to in one", async (t) => {
    const port = await freePort();
    const { lan, sockets } = await machine(t, port);
    await lan.look([NO_LAN]);
    lan.announce(utf8("here"));
    assert.deepEqual(lan.status, { interfaces: [] });
    assert.equal(sockets.traffic.txPackets, 0, "it was sent");
    const other = createSocket("udp4");
    t.after(() => other.close());
    other.bind(port);
    await once(other, "listening");
  });

  test("are the only thing that leaves to a whole subnet", async (t) => {
    const { lan, sockets } = await machine(t, await freePort());
    await lan.look([HOUSE]);
    lan.announce(utf8("here"));
    sockets.send(Address.parse("127.255.255.255:9")!, 0, utf8("a trap"));
    await until("it is refused", () => sockets.counters.get("send: EACCES") === 1);
  });

  test("cannot be heard where a program has the port for itself: that is said, until it goes", async (t) => {
    const port = await freePort();
    const other = createSocket("udp4");
    other.bind(port);
    await once(other, "listening");
    const { lan, sockets } = await machine(t, port);
    await lan.look([HOUSE]);
    assert.match(
      lan.status.problem ?? "",
      /another program has it for itself alone \(EADDRINUSE\)/,
    );
    lan.announce(utf8("it is heard all the same"));
    assert.equal(sockets.traffic.txPackets, 1, "it is not announced");
    assert.equal(sockets.traffic.announcedPackets, 1, "it counts as what somebody has to answer");
    other.close();
    await once(other, "close");
    await lan.look([HOUSE]);
    assert.equal(lan.status.problem, undefined, "it does not listen");
  });

  test("leave by no other interface where theirs is gone, and nothing is thrown", async (t) => {
    const { lan, sockets } = await machine(t, await freePort());
    if ((await sockets.bind(6, "::", 0).catch(() => undefined)) === undefined) {
      return t.skip("no IPv6 here");
    }
    const six = { ip: new Uint8Array(16).fill(1), prefixBits: 64, isLan: true, zone: "gone0" };
    await lan.look([HOUSE, six]);
    lan.announce(utf8("here"));
    assert.equal(sockets.traffic.txPackets, 1, "IPv6's went somewhere");
    assert.deepEqual([...sockets.counters], [], "something was refused");
  });

  test("are over when it is closed, whatever is under way", async (t) => {
    const { lan } = await machine(t, await freePort());
    const looking = lan.look([HOUSE]);
    lan.close();
    await looking;
    lan.announce(utf8("nobody's"));
    await lan.look([HOUSE]);
  });
});
