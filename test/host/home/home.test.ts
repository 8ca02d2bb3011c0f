import assert from "node:assert/strict";
import { chmodSync, mkdirSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { test } from "node:test";
import { Home, type HomeOverlay, defaultHome } from "../../../node/host/home/home.ts";
import { temporaryFolder } from "../support.ts";

const ID = "ab".repeat(20);
const refused = { name: "HomeError", exitCode: 6 };

function overlay(more: Partial<HomeOverlay> = {}): HomeOverlay {
  return {
    overlay: ID,
    key: new Uint8Array(32).fill(1),
    memberSecret: new Uint8Array(32).fill(2),
    seeds: [
      { host: "tracker.example", port: 6421 },
      { host: "2001:db8::1", port: 1 },
    ],
    left: false,
    ...more,
  };
}

test("an overlay is read back as it was created", (t) => {
  const home = Home.prepare(join(temporaryFolder(t), "new", "home"));
  const [member, founder] = [
    overlay({ invitation: new Uint8Array(32).fill(4), root: new Uint8Array(32).fill(5) }),
    overlay({
      overlay: "cd".repeat(20),
      overlaySecret: new Uint8Array(32).fill(3),
      writers: "members",
    }),
  ];
  home.create(member);
  home.create(founder);
  assert.deepEqual(Home.prepare(home.path).overlays(), [member, founder]);
});

test("folders are private, as are keys", (t) => {
  const home = Home.prepare(join(temporaryFolder(t), "home"));
  home.create(overlay({ root: new Uint8Array(32).fill(5) }));
  const mode = (...path: string[]) => statSync(join(home.path, ...path)).mode & 0o777;
  assert.equal(mode("."), 0o700);
  assert.equal(mode("overlays", ID), 0o700);
  for (const key of ["member.key", "root.key"]) assert.equal(mode("overlays", ID, key), 0o600);
});

test("an overlay's folder that others can enter is refused", (t) => {
  const home = Home.prepare(temporaryFolder(t));
  home.create(overlay());
  const folder = join(home.path, "overlays", ID);
  chmodSync(folder, 0o750);
  assert.throws(() => home.overlays(), { ...refused, hint: `Run: chmod 700 ${folder}` });
});

test("seeds, leaving, a later invitation and a later root are updated", (t) => {
  const home = Home.prepare(temporaryFolder(t));
  home.create(overlay());
  const later = { invitation: new Uint8Array(32).fill(9), root: new Uint8Array(32).fill(5) };
  const changed = overlay({ seeds: [], left: true, ...later });
  home.update(changed);
  assert.deepEqual(home.overlays(), [changed]);
  const other = new Uint8Array(32).fill(8);
  home.update({ ...changed, invitation: other, root: other });
  assert.deepEqual(home.overlays(), [changed], "the first ones stay");
});

test("a creation that a crash cut short leaves nothing", (t) => {
  const home = Home.prepare(temporaryFolder(t));
  mkdirSync(join(home.path, "overlays", `.new-${ID}`));
  writeFileSync(join(home.path, "overlays", `.new-${ID}`, "member.key"), "half");
  assert.deepEqual(home.overlays(), []);
  home.create(overlay());
  assert.equal(home.overlays().length, 1);
});

test("a missing key and a damaged description are refused", (t) => {
  const home = Home.prepare(temporaryFolder(t));
  home.create(overlay());
  const description = join(home.path, "overlays", ID, "overlay.json");
  for (const text of ["", "null", "{}", '{"key":5}', '{"key":"ab"}', "[1"]) {
    writeFileSync(description, text);
    assert.throws(() => home.overlays(), refused, text);
  }
  home.update(overlay());
  rmSync(join(home.path, "overlays", ID, "member.key"));
  assert.throws(() => home.overlays(), refused);
});

test("the nonce of port mappings stays, beside the port; what is none is replaced", (t) => {
  const home = Home.prepare(temporaryFolder(t));
  const nonce = home.portmapNonce(12);
  assert.equal(nonce.length, 12);
  home.rememberPort(6_421);
  const again = Home.prepare(home.path);
  assert.deepEqual(again.portmapNonce(12), nonce);
  assert.equal(again.port, 6_421);
  for (const text of ["null", "{", '{"portmapNonce":"00"}', '{"portmapNonce":7}']) {
    writeFileSync(join(home.path, "node.json"), text);
    const other = home.portmapNonce(12);
    assert.notDeepEqual(other, nonce, text);
    assert.deepEqual(home.portmapNonce(12), other, text);
  }
});

test("the port is remembered; anything else in its place is ignored", (t) => {
  const home = Home.prepare(temporaryFolder(t));
  assert.equal(home.port, undefined);
  home.rememberPort(6_421);
  assert.equal(Home.prepare(home.path).port, 6_421);
  for (const text of [
    "",
    "{",
    '{"port":0}',
    '{"port":65536}',
    '{"port":"x"}',
    '{"port":1.5}',
    "null",
  ]) {
    writeFileSync(join(home.path, "node.json"), text);
    assert.equal(home.port, undefined, text);
  }
});

test("a file in the home's place is refused with a sentence", (t) => {
  const path = join(temporaryFolder(t), "file");
  writeFileSync(path, "");
  assert.throws(() => Home.prepare(path), refused);
  assert.throws(() => Home.prepare(join(path, "below")), refused);
});

test("a home that cannot be written to fails with a sentence", (t) => {
  const home = Home.prepare(temporaryFolder(t));
  rmSync(join(home.path, "overlays"), { recursive: true });
  const failed = { name: "HomeError", exitCode: 1, message: /ENOENT/ };
  assert.throws(() => home.create(overlay()), failed);
  assert.throws(() => home.update(overlay()), failed);
});

test("the default home follows the XDG specification", (t) => {
  const { XDG_DATA_HOME, HOME } = process.env;
  t.after(() => {
    for (const [name, value] of Object.entries({ XDG_DATA_HOME, HOME })) {
      if (value === undefined) delete process.env[name];
      else process.env[name] = value;
    }
  });
  process.env["HOME"] = "/home/somebody";
  delete process.env["XDG_DATA_HOME"];
  assert.equal(defaultHome(), "/home/somebody/.local/share/dispersy");
  process.env["XDG_DATA_HOME"] = "/data";
  assert.equal(defaultHome(), "/data/dispersy");
  process.env["XDG_DATA_HOME"] = "relative";
  assert.equal(defaultHome(), "/home/somebody/.local/share/dispersy");
});
