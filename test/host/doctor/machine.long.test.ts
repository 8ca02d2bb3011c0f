import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readFileSync,
  readdirSync,
  rmSync,
  writeFileSync,
  writeSync,
} from "node:fs";
import { createSocket } from "node:dgram";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { open } from "lmdb";
import { decode } from "../../../wire/decode.ts";
import { encode } from "../../../wire/encode.ts";
import { UNKNOWN_NAT } from "../../../wire/message.ts";
import { PROTOCOL_VERSION } from "../../../wire/limits.ts";
import type { DiagnosisJson } from "../../../node/cli/doctor-view.ts";
import { dispersy, Running } from "../../cli/cli.ts";
import { MB, smallDisk } from "../../e2e/small-disk.ts";
import { openNode, temporaryFolder, until } from "../support.ts";
import { utf8 } from "../../../wire/bytes.ts";
import { Node } from "../../../node/host/node/node.ts";
import { serveControl } from "../../../node/host/control/control.ts";
import { examined } from "./examined.ts";

const isRoot = process.geteuid?.() === 0;
const NOBODY = 65_534;
const AS_NOBODY = ["setpriv", `--reuid=${NOBODY}`, "--clear-groups"];

/** A home with as many bundles, none of them served. */
async function homeWith(t: TestContext, bundles: number): Promise<string> {
  const home = join(temporaryFolder(t), "home");
  // What is looked for in the file is not sealed.
  assert.equal((await dispersy(["init", "--public", "--home", home])).code, 0);
  if (bundles === 0) return home;
  const input = Array.from({ length: bundles }, (_, i) => `bundle number ${i}\n`).join("");
  assert.equal((await dispersy(["put", "--lines", "-", "--home", home], { input })).code, 0);
  return home;
}

/** The fault is found by this code and no other, exit code 5, and it is said what to do. */
async function finds(
  t: TestContext,
  code: string,
  home: string,
  args: string[] = [],
  within: string[] = [],
): Promise<DiagnosisJson> {
  const { code: exit, problems, found } = await examine(t, home, args, within);
  assert.deepEqual(problems, [code]);
  assert.equal(exit, 5);
  const row = found.get(code.split("-")[0]!)!;
  assert.ok(row.next !== null && row.next.length > 10, row.text);
  return row;
}

function examine(t: TestContext, home: string, args: string[] = [], within: string[] = []) {
  return examined(t, ["--home", home, ...args], { within });
}

test("full disk: below what shall stay free, and below its reserve", async (t) => {
  const folder = mkdtempSync(join(tmpdir(), "dispersy-test-"));
  const disk = smallDisk(t, "tmpfs", folder);
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  if (typeof disk === "string") return t.skip(disk);
  const home = join(disk.path, "home");
  assert.equal((await dispersy(["init", "--home", home])).code, 0);
  disk.fill(0.1 * MB);
  await finds(t, "disk-low", home);
  disk.fill(0.01 * MB);
  await finds(t, "disk-full", home);
  disk.makeRoom();
  assert.deepEqual((await examine(t, home)).problems, []);
});

test("wrong permissions: others may write into the home, or read a key", async (t) => {
  const home = await homeWith(t, 0);
  chmodSync(home, 0o770);
  const open = await finds(t, "permissions-others", home);
  assert.match(open.next!, /chmod 700/);
  chmodSync(home, 0o700);
  const [overlay] = readdirSync(join(home, "overlays"));
  chmodSync(join(home, "overlays", overlay!, "member.key"), 0o644);
  const row = await finds(t, "permissions-others", home);
  assert.match(row.text, /member\.key/);
});

test(
  "wrong permissions: the home is another user's",
  { skip: isRoot ? false : "needs root" },
  async (t) => {
    const home = await homeWith(t, 0);
    chmodSync(join(home, ".."), 0o755);
    for (const within of [AS_NOBODY, []]) {
      if (within.length === 0) chownSync(home, NOBODY, NOBODY);
      const { code, problems, found } = await examine(t, home, [], within);
      assert.equal(code, 5);
      assert.ok(problems.includes("permissions-others"), problems.join());
      assert.match(found.get("permissions")!.text, /belongs to user (0|65534), not to you/);
      assert.doesNotMatch(found.get("permissions")!.next!, /chown|chmod/);
    }
  },
);

test(
  "wrong permissions: the owner may not read a key, nor write into the home",
  { skip: isRoot ? false : "needs root to be somebody else" },
  async (t) => {
    const folder = temporaryFolder(t);
    chmodSync(folder, 0o777);
    const home = join(folder, "home");
    assert.equal((await dispersy(["init", "--home", home], { within: AS_NOBODY })).code, 0);
    const [overlay] = readdirSync(join(home, "overlays"));
    const key = join(home, "overlays", overlay!, "member.key");
    chmodSync(key, 0);
    await finds(t, "permissions-denied", home, [], AS_NOBODY);
    chmodSync(key, 0o600);
    chmodSync(home, 0o500);
    await finds(t, "permissions-denied", home, [], AS_NOBODY);
  },
);

/** Bytes of the database file from `at` on become `bytes`. */
function overwrite(home: string, at: number, bytes: Buffer): void {
  writeSync(openSync(join(home, "store", "data.mdb"), "r+"), bytes, 0, bytes.length, at);
}

test("damaged store: a bundle, the pages, the first page, the end", async (t) => {
  const home = await homeWith(t, 500);
  const whole = readFileSync(join(home, "store", "data.mdb"));
  const at = whole.indexOf("bundle number 77");
  assert.ok(at > 0);
  overwrite(home, at, Buffer.from("BUNDLE"));
  const row = await finds(t, "store-damaged", home);
  // Each bundle has a record of its own and one of its arrival.
  assert.match(row.text, /1 of 1,00\d records/);

  const pages = [Math.floor(at / 4_096) - 1, Math.floor(at / 4_096), Math.floor(at / 4_096) + 1];
  for (const byte of [0xff, 0x00, 0x5a]) {
    for (const page of pages) overwrite(home, page * 4_096, Buffer.alloc(4_096, byte));
    const { code, problems } = await examine(t, home);
    assert.equal(code, 5, `pages of ${byte}`);
    assert.match(problems.join(), /^store-(damaged|unreadable|crashes)$/);
    writeFileSync(join(home, "store", "data.mdb"), whole);
  }

  overwrite(home, 0, Buffer.alloc(8_192, 0xff));
  await finds(t, "store-unreadable", home);
  writeFileSync(join(home, "store", "data.mdb"), whole.subarray(0, whole.length / 2));
  await finds(t, "store-unreadable", home);
  writeFileSync(join(home, "store", "data.mdb"), whole);
  assert.deepEqual((await examine(t, home)).problems, []);
});

test("old version: the home is of a newer one", async (t) => {
  const home = await homeWith(t, 0);
  const binary = { keyEncoding: "binary", encoding: "binary" } as const;
  const root = open<Buffer, Buffer>({ path: join(home, "store"), ...binary });
  const meta = root.openDB<Buffer, Buffer>("meta", binary);
  await meta.put(Buffer.from("format"), Buffer.of(3));
  await root.close();
  const row = await finds(t, "version-home", home);
  assert.match(row.text, /format 3/);
});

test("old version: a tracker speaks only a newer protocol", async (t) => {
  const socket = createSocket("udp4");
  t.after(() => socket.close());
  await new Promise<void>((resolve) => socket.bind(0, "127.0.0.1", resolve));
  socket.on("message", (bytes, { port, address }) => {
    const { overlay, message } = decode(bytes) as Extract<
      ReturnType<typeof decode>,
      { message: object }
    >;
    if (message.kind !== "introduction-request") return;
    const { identifier, instance, destination, grant } = message;
    const answer = encode(overlay, {
      kind: "introduction-response",
      identifier,
      instance,
      destination,
      grant,
      nat: UNKNOWN_NAT,
    } as Parameters<typeof encode>[1]);
    socket.send(newer(answer), port, address);
  });
  const home = await homeWith(t, 0);
  const place = `127.0.0.1:${socket.address().port}`;
  const { code, problems } = await examine(t, home, ["--tracker", place]);
  assert.equal(code, 5);
  assert.ok(problems.includes("version-protocol"), problems.join());
});

/** The same datagram of the next version of the protocol: field 3 of a walker's message is its version. */
function newer(datagram: Uint8Array): Uint8Array {
  const bytes = Buffer.from(datagram);
  const at = bytes.indexOf(Buffer.of(3 << 3, PROTOCOL_VERSION));
  assert.ok(at > 0);
  bytes[at + 1] = PROTOCOL_VERSION + 1;
  return bytes;
}

test("two homes on one key: a copy runs beside the original", async (t) => {
  const folder = temporaryFolder(t);
  const [home, copy] = [join(folder, "home"), join(folder, "copy")];
  const friend = await openNode(t);
  const { ticket } = await friend.createOverlay();
  const first = await openNode(t, { home });
  await first.join(ticket);
  await until("the policy is known", () => first.status().overlays[0]!.mayWrite);
  await first.close();
  cpSync(home, copy, { recursive: true });
  const original = await Node.open({ home, listen: "127.0.0.1:0", logLevel: "silent" });
  const second = await openNode(t, { home: copy });
  const control = await serveControl(original);
  t.after(async () => {
    await control.close();
    await original.close();
  });
  assert.deepEqual((await examine(t, home)).problems, []);
  await second.put(undefined, [utf8("written by the copy")]);
  await until("it came", () => original.status().overlays[0]!.ownKeyUsed > 0);
  const row = await finds(t, "keys-used-twice", home);
  assert.match(row.next!, /home of its own/);
});

test("a key that is another overlay's", async (t) => {
  const [home, other] = [await homeWith(t, 0), await homeWith(t, 0)];
  const [own, foreign] = [home, other].map((one) => {
    return join(one, "overlays", readdirSync(join(one, "overlays"))[0]!, "overlay.key");
  });
  cpSync(foreign!, own!);
  await finds(t, "keys-wrong", home);
});

test("a node that is stopped holds nobody up", async (t) => {
  const home = join(temporaryFolder(t), "home");
  const node = new Running(t, ["run", "--json", "--home", home, "--listen", "127.0.0.1:0"]);
  await node.line();
  node.child.kill("SIGSTOP");
  t.after(() => node.child.kill("SIGCONT"));
  const { problems, ms } = await examine(t, home);
  assert.ok(problems.includes("node-silent"), problems.join());
  // Its examination takes 10 s at most; starting a process takes long on a busy machine.
  assert.ok(ms < 120_000, `${ms} ms`);
});

test("a system that does not tell its networks is no network that is down", async (t) => {
  const home = await homeWith(t, 0);
  const { code, found } = await examine(t, home, [], ["python3", "test/host/without-netlink.py"]);
  assert.equal(code, 0);
  assert.equal(found.get("router")!.code, "router-unknown");
});

test("nothing is changed by looking: no home is made, and none is locked", async (t) => {
  const folder = temporaryFolder(t);
  const { code, found } = await examine(t, join(folder, "none"));
  assert.equal(code, 0);
  assert.equal(found.get("permissions")!.code, "permissions-no-home");
  assert.deepEqual(readdirSync(folder), []);
  mkdirSync(join(folder, "empty"));
  await examine(t, join(folder, "empty"));
  assert.deepEqual(readdirSync(join(folder, "empty")), []);
});
