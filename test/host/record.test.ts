import assert from "node:assert/strict";
import { readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { Node } from "../../node/host/node/node.ts";
import { Replay } from "../../node/record/replayer.ts";
import { openNode, temporaryFolder, until } from "./support.ts";
import { utf8 } from "../../wire/bytes.ts";

test("a real node's recording is played again to the same effects, and holds no secret key", async (t) => {
  const folder = temporaryFolder(t);
  const paths = ["a", "b"].map((name) => join(folder, `${name}.rec`));
  const homes = ["a", "b"].map((name) => join(folder, name));
  const founder = await openNode(t, { record: paths[0]!, home: homes[0]! });
  const { overlay } = await founder.createOverlay({ members: true });
  const joiner = await openNode(t, { record: paths[1]!, home: homes[1]! });
  await joiner.join(await founder.invite());
  await founder.put(overlay, ["one", "two", "three"].map(utf8));
  const bundles = (node: Node) => node.status().overlays[0]!.bundles;
  await until("the joiner has all", () => bundles(joiner) === 3);
  await until("the joiner may write", () => joiner.status().overlays[0]!.mayWrite);
  await joiner.put(overlay, [utf8("four")]);
  await until("the founder has all", () => bundles(founder) === 4);
  await Promise.all([founder.close(), joiner.close()]);

  for (const path of paths) {
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const lines = readFileSync(path, "utf8").trimEnd().split("\n");
    const replay = new Replay(nativeCrypto);
    for (const line of lines) if (!replay.play(line)) break;
    assert.equal(replay.result.difference, undefined);
    assert.ok(replay.result.inputs > 10 && replay.result.effects > 20);
  }
  const recorded = paths.map((path) => readFileSync(path, "latin1")).join("");
  const secrets = homes.flatMap((home) =>
    ["member.key", "overlay.key", "invitation.key", "root.key"].flatMap((file) => {
      const path = join(home, "overlays", overlay, file);
      return statSync(path, { throwIfNoEntry: false }) ? [readFileSync(path)] : [];
    }),
  );
  assert.ok(secrets.length >= 6, "member, overlay and invitation keys, and two roots");
  for (const secret of secrets) {
    const raw = secret.length === 32 ? secret : Buffer.from(secret.toString().trim(), "hex");
    for (const form of ["hex", "base64", "latin1"] as const) {
      assert.ok(!recorded.includes(raw.toString(form)), form);
    }
  }
});

test("a recording never takes the place of a file", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "taken");
  const first = await openNode(t, { record: path });
  await first.close();
  const second = Node.open({ home: join(folder, "home"), record: path, portmap: false });
  await assert.rejects(second, /exists already/);
});
