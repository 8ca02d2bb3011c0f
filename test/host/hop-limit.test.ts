import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { Socket } from "node:dgram";
import { fileURLToPath } from "node:url";
import { test } from "node:test";
import { createLog } from "../../node/host/log.ts";
import { UdpSockets } from "../../node/host/net/udp.ts";
import { Address } from "../../wire/address.ts";

// A network namespace of its own needs no root where users may make their own; it is gone with the last process in it.
const NAMESPACE = ["--user", "--map-root-user", "--net", "--"];
const RULES = `
add table inet wire
add chain inet wire out { type filter hook output priority 0; }
add rule inet wire out ip ttl 3 counter drop
add rule inet wire out ip ttl 64 counter
add rule inet wire out ip6 hoplimit 3 counter drop
add rule inet wire out ip6 hoplimit 64 counter
`;
const CHILD = fileURLToPath(new URL("hop-limit-child.ts", import.meta.url));

function inNamespace(script: string, ...args: string[]) {
  return spawnSync("unshare", [...NAMESPACE, "sh", "-ec", script, "sh", ...args], {
    encoding: "utf8",
    timeout: 30_000,
  });
}

const probe = inNamespace("ip link set lo up && nft list ruleset");
const skip = probe.status === 0 ? false : "network namespaces or nft are not to be had here";

test("a hop limit holds for its own datagram on the wire, and for no other", { skip }, () => {
  const { stdout, stderr, status } = inNamespace(
    'ip link set lo up; printf "%s" "$1" | nft -f -; "$2" --import tsx "$3"; echo; nft list chain inet wire out',
    RULES,
    process.execPath,
    CHILD,
  );
  assert.equal(status, 0, stderr);
  const [heard = "", ...chain] = stdout.split("\n");
  // From the node's own socket and from an opened one, over IPv4 and over IPv6.
  assert.deepEqual(JSON.parse(heard), [
    "0 before",
    "0 after",
    "0 before",
    "0 after",
    "1 before",
    "1 after",
    "1 before",
    "1 after",
  ]);
  const counted = chain.flatMap(
    (line) => /(?:ttl|hoplimit) \d+ counter packets \d+/.exec(line) ?? [],
  );
  assert.deepEqual(counted, [
    "ttl 3 counter packets 2",
    "ttl 64 counter packets 4",
    "hoplimit 3 counter packets 2",
    "hoplimit 64 counter packets 4",
  ]);
});

test("a hop limit that cannot be is counted, and what waits in a queue is not sent with the wrong one", async (t) => {
  const sockets = new UdpSockets(createLog({ level: "silent" }), () => {});
  const { port } = await sockets.bind(4, "127.0.0.1", 0);
  t.after(() => sockets.close());
  const to = Address.of("127.0.0.1", port)!;
  sockets.send(to, 0, new Uint8Array(1), 0);
  assert.equal(sockets.counters.get("send: EINVAL"), 1);
  t.mock.method(Socket.prototype, "getSendQueueCount", () => 1);
  sockets.send(to, 0, new Uint8Array(1), 3);
  assert.equal(sockets.counters.get("send: queue before hop limit"), 1);
  assert.equal(sockets.traffic.txPackets, 0);
});
