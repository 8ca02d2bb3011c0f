import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_OVERLAY } from "../../../wire/limits.ts";
import { host, responseTo, Rig } from "../../hostile/rig.ts";

const PARTNER = host(2);
const MINUTE_MS = 60_000;

function tracker(): Rig {
  const rig = new Rig({ role: "tracker", networks: [] });
  rig.handle({ kind: "network", networks: [], ports: [{ via: 0, family: 4, port: 6_421 }] });
  rig.handle({ kind: "partners", addresses: [PARTNER] });
  return rig;
}

function asked(rig: Rig): number {
  return rig.sent.filter(({ message }) => message.kind === "introduction-request").length;
}

function answer(rig: Rig): void {
  const { identifier } = rig.last("introduction-request", PARTNER)!;
  rig.say(PARTNER, responseTo(identifier), NO_OVERLAY);
}

test("a lost question to a partner is sent again within a second", () => {
  const rig = tracker();
  rig.pass(1_000);
  assert.equal(asked(rig), 3);
  assert.notEqual(rig.last("introduction-request", PARTNER), undefined);
  answer(rig);
  assert.equal(rig.count("rejected: response not asked for"), 0);
  answer(rig);
  assert.equal(rig.count("rejected: response not asked for"), 1);
});

test("one that answers is asked three times in a minute, a dead one less than once a second", () => {
  const alive = tracker();
  answer(alive);
  for (let s = 0; s < 60; s++) if (alive.pass(1_000).length > 0) answer(alive);
  assert.equal(asked(alive), 3);
  const dead = tracker();
  dead.pass(MINUTE_MS);
  assert.ok(asked(dead) > 30 && asked(dead) < 60, `${asked(dead)}`);
});

test("one that was removed is asked no more", () => {
  const rig = tracker();
  rig.handle({ kind: "partners", addresses: [], gone: [PARTNER] });
  rig.pass(MINUTE_MS);
  assert.equal(asked(rig), 1);
});
