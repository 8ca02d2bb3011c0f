import assert from "node:assert/strict";
import { createInterface } from "node:readline";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { DEFAULT_LAB, Lab } from "../../../bench/lab/lab.ts";
import { PRIVATE_LAN } from "../../../bench/lab/plan.ts";
import { until } from "../../host/support.ts";
import { noPortMapper, skipReason } from "./available.ts";

const CLIENT = fileURLToPath(new URL("../../helpers/upnp-client.ts", import.meta.url));

describe("UPnP with a real router", { skip: skipReason || noPortMapper }, () => {
  let lab: Lab;

  before(async () => {
    lab = await Lab.up({ ...DEFAULT_LAB, isolated: true });
    lab.setNat("a", { kind: "rnd", portMapping: true });
  });
  after(() => lab?.down());

  /** A node's port mapping on a host behind the router. */
  function node(host: "a" | "a2") {
    const { router, hosts } = PRIVATE_LAN;
    const address = hosts[host === "a" ? 0 : 1]!;
    const command = [process.execPath, "--import", "tsx", CLIENT, address, router];
    const child = lab.spawn(host, command, { stdio: ["pipe", "pipe", "inherit"] });
    const changes: string[] = [];
    createInterface({ input: child.stdout! }).on("line", (line) => changes.push(line));
    return { changes, end: () => child.stdin!.end() };
  }

  it("maps the same port for two nodes to two ports, and gives each back", async () => {
    const [one, two] = [node("a"), node("a2")];
    await until("both are mapped", () => one.changes.length > 0 && two.changes.length > 0);
    assert.equal(one.changes.length + two.changes.length, 2);
    const ports = [one, two].map(({ changes }) => Number(changes[0]!.split(":")[1]));
    assert.ok(ports.includes(6_421), `${ports}`);
    assert.equal(new Set(ports).size, 2);
    const rules = () => lab.exec("ra", ["nft", "list", "table", "inet", "upnp"]);
    for (const port of ports) assert.match(rules(), new RegExp(`dport ${port} dnat`));
    one.end();
    await until("one is given back", () => !rules().includes(`dport ${ports[0]} dnat`));
    assert.match(rules(), new RegExp(`dport ${ports[1]} dnat`));
    two.end();
    await until("both are given back", () => !/dport \d+ dnat/.test(rules()));
    await until("they know", () => one.changes.length + two.changes.length === 4);
  });
});
