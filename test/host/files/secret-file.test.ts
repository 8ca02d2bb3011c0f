import assert from "node:assert/strict";
import {
  chmodSync,
  existsSync,
  linkSync,
  mkdirSync,
  readdirSync,
  renameSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { readSecret, writeDurably } from "../../../node/host/files/secret-file.ts";
import { temporaryFolder } from "../support.ts";

const SECRET = Uint8Array.from({ length: 32 }, (_, i) => i);
const refused = { name: "HomeError", exitCode: 6 };

test("a secret is read as it was written, mode 0600 whatever the umask", (t) => {
  const path = join(temporaryFolder(t), "member.key");
  const umask = process.umask(0);
  try {
    writeDurably(path, SECRET);
  } finally {
    process.umask(umask);
  }
  assert.equal(statSync(path).mode & 0o777, 0o600);
  assert.deepEqual(readSecret(path), SECRET);
});

test("a secret that is not there is undefined", (t) => {
  assert.equal(readSecret(join(temporaryFolder(t), "member.key")), undefined);
});

for (const mode of [0o601, 0o602, 0o604, 0o610, 0o620, 0o640, 0o644, 0o666]) {
  test(`mode ${mode.toString(8)} is refused with the command that puts it right`, (t) => {
    const path = join(temporaryFolder(t), "member.key");
    writeDurably(path, SECRET);
    chmodSync(path, mode);
    assert.throws(() => readSecret(path), { ...refused, hint: `Run: chmod 600 ${path}` });
    chmodSync(path, 0o600);
    assert.deepEqual(readSecret(path), SECRET);
  });
}

test("a symbolic link is refused", (t) => {
  const folder = temporaryFolder(t);
  writeDurably(join(folder, "elsewhere"), SECRET);
  symlinkSync(join(folder, "elsewhere"), join(folder, "member.key"));
  assert.throws(() => readSecret(join(folder, "member.key")), refused);
});

test("a second hard link is refused", (t) => {
  const folder = temporaryFolder(t);
  writeDurably(join(folder, "member.key"), SECRET);
  linkSync(join(folder, "member.key"), join(folder, "elsewhere"));
  assert.throws(() => readSecret(join(folder, "member.key")), refused);
});

test("a folder is refused", (t) => {
  const path = join(temporaryFolder(t), "member.key");
  mkdirSync(path, { mode: 0o700 });
  assert.throws(() => readSecret(path), refused);
});

for (const length of [0, 31, 33, 64]) {
  test(`${length} bytes are refused`, (t) => {
    const path = join(temporaryFolder(t), "member.key");
    writeDurably(path, new Uint8Array(length));
    assert.throws(() => readSecret(path), refused);
  });
}

test("somebody else's file is refused", { skip: process.geteuid?.() !== 0 }, async (t) => {
  const { chownSync } = await import("node:fs");
  const path = join(temporaryFolder(t), "member.key");
  writeDurably(path, SECRET);
  chownSync(path, 12_345, 12_345);
  assert.throws(() => readSecret(path), refused);
});

test("what a crash left half written does not stand in the way", (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "member.key");
  writeFileSync(`${path}.new`, "half", { mode: 0o644 });
  writeDurably(path, SECRET);
  assert.deepEqual(readSecret(path), SECRET);
  assert.deepEqual(readdirSync(folder), ["member.key"]);
});

test("the file appears under its name only when complete", (t) => {
  const folder = temporaryFolder(t);
  const path = join(folder, "member.key");
  mkdirSync(`${path}.new`);
  assert.throws(() => writeDurably(path, SECRET));
  assert.equal(existsSync(path), false);
  renameSync(`${path}.new`, join(folder, "away"));
  writeDurably(path, SECRET);
  assert.equal(existsSync(path), true);
});
