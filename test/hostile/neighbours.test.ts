import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { Namespaces } from "../helpers/namespaces.ts";

const SCRIPT = fileURLToPath(new URL("neighbours-child.ts", import.meta.url));

test(
  "strangers who name neighbours that do not exist do not hold up what goes to others",
  { skip: Namespaces.whyNot() },
  async (t) => {
    const namespaces = new Namespaces();
    t.after(() => namespaces.remove());
    namespaces.add("node");
    namespaces.add("peer");
    namespaces.wire("node", "eth0", "peer", "eth0");
    namespaces.ip("node", "addr add 10.77.0.1/16 dev eth0");
    namespaces.ip("peer", "addr add 10.77.0.2/16 dev eth0");
    const peer = await namespaces.start("peer", SCRIPT, "echo");
    t.after(() => peer.kill());
    const [command = "", ...words] = namespaces.inside("node");
    const args = [...words, process.execPath, "--import", "tsx", SCRIPT, "flood"];
    const node = spawn(command, args, { stdio: ["ignore", "pipe", "inherit"] });
    let said = "";
    node.stdout.on("data", (chunk: Buffer) => (said += chunk.toString()));
    await once(node, "close");
    console.log(`# ${said.trim()} of 20 echoes`);
    assert.ok(Number(said) >= 18, said);
  },
);
