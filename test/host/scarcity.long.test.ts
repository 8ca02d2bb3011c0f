import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { createSocket } from "node:dgram";
import { readdirSync } from "node:fs";
import { connect } from "node:net";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createLog } from "../../node/host/log.ts";
import { NETWORK_POLL_INTERVAL_MS } from "../../node/host/net/networks.ts";
import { Runtime } from "../../node/host/runtime/runtime.ts";
import type { Status } from "../../node/host/status/node-status.ts";
import { Running, dispersy } from "../cli/cli.ts";
import { openNode, temporaryFolder, until } from "./support.ts";

/* What the system refuses for want of something: descriptors, netlink. */

const file = (name: string): string => fileURLToPath(new URL(name, import.meta.url));
const LINUX = process.platform === "linux" ? false : "needs Linux";
const WITHOUT_NETLINK = ["python3", file("without-netlink.py")];
/** Enough for a node to start, and few to take away. */
const WITH_FEW_DESCRIPTORS = ["prlimit", "--nofile=256"];

function whyNotWithoutNetlink(): string | false {
  if (LINUX) return LINUX;
  const [program = "", ...args] = [...WITHOUT_NETLINK, "true"];
  return spawnSync(program, args).status === 0 ? false : "needs Python and seccomp";
}

interface Ready {
  listen: string[];
  overlays: { ticket: string }[];
}

/** Without tracker, log lines and router: only its warnings are read. */
async function runs(t: TestContext, home: string, options: object): Promise<[Running, Ready]> {
  const args = ["run", "--home", home, "--listen", "127.0.0.1:0", "--json"];
  const node = new Running(t, args, options);
  return [node, await node.json<Ready>()];
}

async function bundlesOf(home: string): Promise<number> {
  const { stdout } = await dispersy(["status", "--home", home, "--json"]);
  return (JSON.parse(stdout) as Status).overlays[0]!.bundles;
}

const warnings = ({ stderr }: Running): number =>
  stderr.split("networks cannot be read").length - 1;

test(
  "a node without a free descriptor lives, takes bundles, warns once, and recovers",
  { skip: LINUX },
  async (t) => {
    const home = temporaryFolder(t);
    const hoard = ["--import", "tsx", "--import", file("hoard.ts")];
    const hoarding = { within: WITH_FEW_DESCRIPTORS, node: hoard };
    const [node, { overlays }] = await runs(t, home, hoarding);
    const peer = await openNode(t);
    await peer.join(overlays[0]!.ticket);
    await until("they are in touch", () => peer.status().overlays[0]!.mayWrite);

    node.child.kill("SIGUSR2");
    await until("all descriptors are taken", () => node.stderr.includes("no descriptors: EMFILE"));
    // Threads that check signatures are started by the first one, which takes descriptors.
    await peer.put(undefined, [Buffer.from("while there are none")]);
    // Accepted by the kernel, or not, and closed: whatever happens, it happens to the client.
    for (let i = 0; i < 20; i++) connect(join(home, "control.sock")).on("error", () => {});
    await until("it notices", () => warnings(node) > 0);
    await sleep(2 * NETWORK_POLL_INTERVAL_MS);
    assert.equal(warnings(node), 1);
    assert.equal(node.child.exitCode, null, node.stderr);

    node.child.kill("SIGUSR2");
    await until("they are given back", () => node.stderr.includes("descriptors are free"));
    await until("it reads them again", () => node.stderr.includes("networks can be read again"));
    await until("the bundle is there", async () => (await bundlesOf(home)) === 1);
    assert.ok(!node.stderr.includes("the network changed"), "no change was made up");
    assert.equal(await node.stop(), 0, node.stderr);
  },
);

for (const command of ["run", "tracker"]) {
  test(
    `${command} starts and stops where there is no netlink`,
    { skip: whyNotWithoutNetlink() },
    async (t) => {
      const home = command === "run" ? ["--home", temporaryFolder(t)] : [];
      const args = [command, ...home, "--listen", "127.0.0.1:0", "--json"];
      const node = new Running(t, args, { within: WITHOUT_NETLINK });
      const { listen } = await node.json<Ready>();
      assert.match(listen[0]!, /^127\.0\.0\.1:/);
      await sleep(NETWORK_POLL_INTERVAL_MS + 1_000);
      assert.equal(await node.stop(), 0, node.stderr);
      assert.equal(warnings(node), 1, node.stderr);
      assert.match(node.stderr, /EAFNOSUPPORT/);
    },
  );
}

test("what fails once sockets are bound closes them", async () => {
  const probe = createSocket("udp4");
  const bind = (socket: typeof probe, port: number): Promise<void> =>
    new Promise((resolve, reject) => {
      socket.once("error", reject);
      socket.bind(port, "127.0.0.1", resolve);
    });
  await bind(probe, 0);
  const { port } = probe.address();
  await new Promise<void>((resolve) => probe.close(resolve));
  const opened = Runtime.open({
    role: "tracker",
    offline: false,
    listen: { host: "127.0.0.1", port },
    partners: {
      get length(): number {
        throw new Error("a defect after binding");
      },
    } as never,
    log: createLog({ level: "silent" }),
    store: () => assert.fail("no overlay"),
    notify: () => {},
  });
  await assert.rejects(opened, /a defect after binding/);
  const again = createSocket("udp4");
  await bind(again, port);
  again.close();
});

test("a start that fails leaves nothing, and ends by itself", async (t) => {
  const home = temporaryFolder(t);
  const began = performance.now();
  const { code, stderr } = await dispersy(["run", "--home", home, "--listen", "192.0.2.1:0"]);
  assert.equal(code, 1, stderr);
  assert.match(stderr, /cannot listen on/);
  assert.deepEqual(
    readdirSync(home).filter((name) => /^lock|^pid|sock$/.test(name)),
    [],
  );
  // Starting takes a second here at most; what hung did so for good.
  assert.ok(performance.now() - began < 20_000);
});
