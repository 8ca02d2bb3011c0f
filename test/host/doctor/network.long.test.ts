import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createSocket } from "node:dgram";
import { once } from "node:events";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { Namespaces } from "../../helpers/namespaces.ts";
import { temporaryFolder } from "../support.ts";
import { House, TRACKERS, TRACKER_OVER_6 } from "./house.ts";

const skip = Namespaces.whyNot();
const [FIRST] = TRACKERS;
/**
 * The examination's own limit is 10 s (see examine.test.ts); the rest is for starting a process on a machine that has
 * sixty others to run. A check that hangs would take for ever.
 */
const MOST_MS = 120_000;

function drop(hook: string, what: string): string {
  return `chain fault { type filter hook ${hook} priority 0; ${what} drop; }`;
}

/** Node's clock, and nobody else's, so many hours ahead. */
function clockAhead(hours: number): string[] {
  const code = `const real = Date.now; Date.now = () => real() + ${hours * 3_600_000};`;
  return ["--import", `data:text/javascript,${encodeURIComponent(code)}`];
}

test("in a house with a router and two trackers", { skip }, async (t) => {
  const home = join(temporaryFolder(t), "home");
  const house = await House.build(t, home);
  const { net } = house;

  /** The fault is found by these codes and no others, exit code 5, in time. */
  const finds = async (
    t: TestContext,
    codes: string[],
    ...how: [string[]?, string[]?]
  ): Promise<void> => {
    const { code, problems, ms } = await house.examined(t, ...how);
    assert.deepEqual(problems.sort(), [...codes].sort());
    assert.equal(code, 5);
    assert.ok(ms < MOST_MS, `${ms} ms`);
  };

  await t.test("a healthy machine has no problem", async (t) => {
    const { code, found, problems, ms } = await house.examined(t);
    assert.deepEqual(problems, []);
    assert.equal(code, 0);
    assert.equal(found.get("udp")!.code, "udp-works");
    assert.equal(found.get("trackers")!.code, "trackers-answer");
    assert.equal(found.get("nat")!.code, "nat-passable");
    assert.equal(found.get("lan")!.code, "lan-heard");
    assert.ok(ms < MOST_MS, `${ms} ms`);
  });

  await t.test("nor has one with IPv6", () =>
    house.withIpv6(async () => {
      const places = ["--tracker", FIRST, "--tracker", "[2a00:60::2]:7000"];
      const { found, problems } = await house.examined(t, places);
      assert.deepEqual(problems, []);
      assert.equal(found.get("ipv6")!.code, "ipv6-works");
    }),
  );

  await t.test("nor one whose node runs, which is asked", async (t) => {
    const stop = await house.run(["--tracker", FIRST]);
    const { code, found, problems } = await house.examined(t, []);
    await stop();
    assert.deepEqual([code, problems], [0, []]);
    for (const [check, expected] of [
      ["node", "node-running"],
      ["ports", "ports-bound"],
      ["trackers", "trackers-answer"],
      ["keys", "keys-fit"],
    ] as const) {
      assert.equal(found.get(check)!.code, expected);
    }
  });

  await t.test("no UDP: the machine's firewall drops what it sends", (t) =>
    house.withRules("machine", drop("output", "meta l4proto udp"), async () => {
      const { code, problems } = await house.examined(t);
      assert.equal(code, 5);
      assert.ok(problems.includes("udp-refused-here"), problems.join());
    }),
  );

  await t.test("no UDP: the machine's firewall drops what comes", (t) =>
    house.withRules("machine", drop("input", "meta l4proto udp"), async () => {
      const { code, problems } = await house.examined(t);
      assert.equal(code, 5);
      assert.ok(problems.includes("udp-refused-here"), problems.join());
    }),
  );

  await t.test("no UDP: the network drops it, which one tracker is enough to tell", (t) =>
    house.withRules("router", drop("forward", "meta l4proto udp"), () =>
      finds(t, ["udp-blocked", "trackers-silent"], ["--tracker", FIRST]),
    ),
  );

  await t.test("no UDP: the network drops everything but what two trackers tell", (t) =>
    house.withRules("router", drop("forward", ""), () =>
      finds(t, ["udp-blocked", "trackers-silent"]),
    ),
  );

  await t.test("no UDP: the firewall drops what comes to the node's own port", (t) =>
    house.withRules("machine", drop("input", "udp dport 7777"), async () => {
      const stop = await house.run([
        "--listen",
        ":7777",
        ...TRACKERS.flatMap((at) => ["--tracker", at]),
      ]);
      let found: string[] = [];
      // The node has to have asked for a while until silence means something.
      for (let tries = 0; tries < 5 && !found.includes("udp-node-deaf"); tries++) {
        found = (await house.examined(t, [])).problems;
      }
      await stop();
      assert.deepEqual(found, ["udp-node-deaf"]);
    }),
  );

  await t.test("no network: every interface is down", async (t) => {
    net.ip("machine", "link set eth0 down");
    try {
      await finds(t, ["udp-no-network", "router-none", "trackers-silent"]);
    } finally {
      net.ip("machine", "link set eth0 up");
      net.ip("machine", "route add default via 192.168.7.1");
    }
  });

  await t.test("no tracker: nobody listens there", (t) =>
    finds(t, ["trackers-silent"], ["--tracker", "60.0.0.2:7000"]),
  );

  await t.test("no tracker: one of two is gone, which is a warning", async (t) => {
    const places = ["--tracker", FIRST, "--tracker", "60.0.0.9:6421"];
    const { code, found, problems } = await house.examined(t, places);
    assert.deepEqual([code, problems], [0, []]);
    assert.equal(found.get("trackers")!.code, "trackers-some");
  });

  await t.test("wrong clock: behind what this machine wrote", (t) =>
    finds(t, ["clock-behind"], undefined, clockAhead(-24)),
  );

  await t.test("wrong clock: not the router's, ahead or behind", async (t) => {
    const server = await net.start("router", "test/helpers/time-server.ts");
    try {
      const right = await house.examined(t);
      assert.equal(right.found.get("clock")!.code, "clock-agrees");
      for (const hours of [24, -1]) {
        await finds(t, ["clock-wrong"], undefined, clockAhead(hours));
      }
    } finally {
      server.kill();
    }
  });

  await t.test("no router: no default route", async (t) => {
    net.ip("machine", "route del default");
    try {
      await finds(t, ["router-none", "trackers-silent", "udp-no-way"]);
    } finally {
      net.ip("machine", "route add default via 192.168.7.1");
    }
  });

  await t.test("no router: nobody has its address", async (t) => {
    net.ip("machine", "route replace default via 192.168.7.77");
    try {
      const { code, problems } = await house.examined(t);
      assert.equal(code, 5);
      assert.ok(problems.includes("router-silent"), problems.join());
    } finally {
      net.ip("machine", "route replace default via 192.168.7.1");
    }
  });

  await t.test("blocked multicast", (t) =>
    house.withRules("machine", drop("input", "ip daddr 224.0.0.0/4"), () =>
      finds(t, ["lan-multicast-blocked"]),
    ),
  );

  await t.test("blocked broadcast", (t) =>
    house.withRules("machine", drop("output", "ip daddr 192.168.7.255"), () =>
      finds(t, ["lan-broadcast-blocked"]),
    ),
  );

  await t.test(
    "the port of announcements taken: said, and no problem, since tickets lead further",
    async (t) => {
      const code = "require('dgram').createSocket('udp4').bind(6423,()=>console.log('bound'))";
      const [ip = "", ...words] = net.inside("machine");
      const holder = spawn(ip, [...words, process.execPath, "-e", code]);
      t.after(() => holder.kill("SIGKILL"));
      await once(holder.stdout, "data");
      const { code: exit, found, problems } = await house.examined(t);
      assert.deepEqual(problems, []);
      assert.equal(exit, 0);
      assert.equal(found.get("lan")!.code, "lan-port-taken");
    },
  );

  await t.test("IPv6 broken: an address, and no route", async (t) => {
    net.ip("machine", "address add 2a00:7::2/64 dev eth0 nodad");
    try {
      await finds(t, ["ipv6-no-route"]);
    } finally {
      net.ip("machine", "-6 address flush scope global");
    }
  });

  await t.test("IPv6 broken: all is dropped here", (t) =>
    house.withIpv6(() =>
      house.withRules("machine", drop("output", "meta nfproto ipv6"), () =>
        finds(t, ["ipv6-blocked"]),
      ),
    ),
  );

  await t.test("IPv6 broken: nothing comes in here", (t) =>
    house.withIpv6(() =>
      house.withRules("machine", drop("input", "meta nfproto ipv6"), () =>
        finds(t, ["ipv6-blocked"]),
      ),
    ),
  );

  await t.test("IPv6 broken: nobody has the router's address", (t) =>
    house.withIpv6(() => {
      net.ip("machine", "-6 route replace default via 2a00:7::77");
      return finds(t, ["ipv6-router-silent"]);
    }),
  );

  await t.test("IPv6 broken: all is dropped on the way", (t) =>
    house.withIpv6(() =>
      house.withRules("router", drop("forward", "meta nfproto ipv6"), () =>
        finds(t, ["ipv6-silent"], ["--tracker", FIRST, "--tracker", TRACKER_OVER_6]),
      ),
    ),
  );
});

test("port taken: by another program", async (t) => {
  const socket = createSocket("udp4");
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  t.after(() => socket.close());
  const { examined } = await import("./examined.ts");
  const { port } = socket.address();
  const listen = ["--listen", `127.0.0.1:${port}`];
  const home = join(temporaryFolder(t), "home");
  const { code, found } = await examined(t, ["--home", home, ...listen]);
  assert.equal(code, 5);
  assert.equal(found.get("ports")!.code, "ports-taken");
  assert.match(found.get("ports")!.next!, /--listen/);
});
