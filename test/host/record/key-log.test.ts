import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import {
  chmodSync,
  readFileSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { describe, it, test } from "node:test";
import { loggingSenderKeys, MAX_KEY_LOG_BYTES } from "../../../node/host/record/key-log.ts";
import { TraceFile } from "../../../node/host/record/trace-file.ts";
import { createLog } from "../../../node/host/log.ts";
import { nativeCrypto } from "../../../node/host/verify/native-crypto.ts";
import { concatBytes, toHex, utf8 } from "../../../wire/bytes.ts";
import { KEY_USES } from "../../../wire/derive.ts";
import { openNode, temporaryFolder } from "../support.ts";

const SECRET = new Uint8Array(32).fill(7);
const OVERLAY = new Uint8Array(20).fill(0xab);
const NONCE = new Uint8Array(12);
const HEAD = utf8("head");
const PLAIN = utf8("plain");
const SEALED_BYTES = PLAIN.length + 16;

/** The cryptography of a node with a keylog, what it wrote, and keys of senders by their first byte. */
function logging() {
  const lines: string[] = [];
  const crypto = loggingSenderKeys(nativeCrypto, (line) => lines.push(line));
  const sender = (first: number) => new Uint8Array(8).fill(first);
  const key = (first: number) =>
    crypto.derive(SECRET, "datagram", concatBytes(OVERLAY, sender(first)));
  const line = (first: number) =>
    `DISPERSY_SENDER ${toHex(OVERLAY)} ${toHex(sender(first))} ${toHex(key(first))}\n`;
  return { lines, crypto, key, line };
}

function sealed(key: Uint8Array): Uint8Array {
  const out = new Uint8Array(SEALED_BYTES);
  nativeCrypto.seal(key, NONCE, HEAD, PLAIN, out);
  return out;
}

describe("a keylog", () => {
  it("has a line of each sender that something was sealed as, or opened of", () => {
    const { lines, crypto, key, line } = logging();
    const [ours, theirs] = [key(1), key(2)];
    assert.deepEqual(lines, [], "nothing of keys without use");
    for (let i = 0; i < 2; i++) {
      crypto.seal(ours, NONCE, HEAD, PLAIN, new Uint8Array(SEALED_BYTES));
      assert.deepEqual(crypto.open(theirs, NONCE, HEAD, sealed(theirs)), PLAIN);
    }
    assert.deepEqual(lines, [line(1), line(2)]);
  });

  it("has none of a sender whose name somebody made up", () => {
    const { lines, crypto, key, line } = logging();
    const theirs = key(1);
    assert.equal(crypto.open(theirs, NONCE, HEAD, new Uint8Array(SEALED_BYTES)), undefined);
    assert.deepEqual(lines, []);
    crypto.open(theirs, NONCE, HEAD, sealed(theirs));
    assert.deepEqual(lines, [line(1)]);
  });

  it("has no other key, whatever it was used for", () => {
    const { lines, crypto } = logging();
    for (const use of KEY_USES.filter((one) => one !== "datagram")) {
      const key = crypto.derive(SECRET, use, OVERLAY);
      crypto.seal(key, NONCE, HEAD, PLAIN, new Uint8Array(SEALED_BYTES));
      crypto.open(key, NONCE, HEAD, sealed(key));
    }
    assert.deepEqual(lines, []);
  });
});

const append = (path: string, log = createLog({ level: "silent" }), most = MAX_KEY_LOG_BYTES) =>
  TraceFile.append(path, log, most);

test("a keylog is ours alone from its first byte, whatever the umask, and is added to", async (t) => {
  const path = join(temporaryFolder(t), "keys");
  const umask = process.umask(0);
  for (const line of ["one\n", "two\n"]) {
    const file = append(path);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    file.write(line);
    await file.close();
  }
  process.umask(umask);
  assert.equal(readFileSync(path, "utf8"), "one\ntwo\n");
});

test("a keylog that others can read is refused with the command that puts it right", (t) => {
  const path = join(temporaryFolder(t), "keys");
  writeFileSync(path, "");
  chmodSync(path, 0o640);
  assert.throws(() => append(path), { exitCode: 1, hint: `Run: chmod 600 ${path}` });
  assert.equal(readFileSync(path, "utf8"), "");
});

test("a keylog is no link, no folder and no pipe, which would hold the node up", (t) => {
  const folder = temporaryFolder(t);
  const [link, pipe] = [join(folder, "link"), join(folder, "pipe")];
  symlinkSync(join(folder, "elsewhere"), link);
  execFileSync("mkfifo", ["-m", "600", pipe]);
  for (const path of [link, pipe]) assert.throws(() => append(path), /not a plain file/);
  assert.throws(() => append(folder), /cannot be written: EISDIR/);
});

test("a keylog ends when it is full, which is logged once, and is not begun again", async (t) => {
  const path = join(temporaryFolder(t), "keys");
  const said: string[] = [];
  const log = createLog({ write: (line) => said.push(line), readable: false });
  const file = append(path, log, 10);
  for (const line of ["1234\n", "6789\n", "no\n", "no\n"]) file.write(line);
  await file.close();
  assert.equal(readFileSync(path, "utf8"), "1234\n6789\n");
  assert.equal(said.filter((line) => line.includes("the file is full")).length, 1);
  assert.throws(() => append(path, log, 10), /is full: it has 10 bytes/);
});

test("a node with a full keylog does not start; one whose keylog fills up goes on", async (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "keys");
  writeFileSync(path, "", { mode: 0o600 });
  truncateSync(path, MAX_KEY_LOG_BYTES);
  const open = () => openNode(t, { home: join(folder, "home"), keylog: path });
  await assert.rejects(open(), /is full/);
  truncateSync(path, MAX_KEY_LOG_BYTES - 1);
  const node = await open();
  await node.createOverlay();
  await node.put(undefined, [utf8("one")]);
  await node.close();
  assert.equal(statSync(path).size, MAX_KEY_LOG_BYTES - 1);
});
