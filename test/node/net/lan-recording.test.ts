import assert from "node:assert/strict";
import { test } from "node:test";
import { Carry } from "../../../node/core/carry.ts";
import type { Input } from "../../../node/core/inputs.ts";
import { ADAPTIVE } from "../../../node/core/profile.ts";
import { Engine } from "../../../node/engine/engine.ts";
import { Recorder } from "../../../node/record/recorder.ts";
import { Replay } from "../../../node/record/replayer.ts";
import { MemoryStore } from "../../../node/store/memory.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { announced, encodeAnnouncement, newSalt } from "../../../wire/announcement.ts";
import { at, crypto, OVERLAY_KEY, OWN_LAN } from "../../hostile/rig.ts";

const FRIEND = at("192.168.1.77:40000");

test("a recording of neighbours is played again to the same effects, without the overlay's secret", () => {
  const random = new SeededRandom(1, "recorded");
  const lines: string[] = [];
  const recorder = new Recorder({ role: "node", crypto, random }, (line) => lines.push(line));
  const engine = new Engine(recorder.options);
  let announcements = 0;
  const handle = (input: Input, now: number): void => {
    const instant = { now, wall: 1_800_000_000_000 + now };
    recorder.input(input, instant);
    engine.handle(input, instant);
    for (let effect = engine.poll(); effect !== undefined; effect = engine.poll()) {
      if (effect.kind === "announce") announcements++;
      recorder.effect(effect);
    }
    recorder.drained();
  };
  const root = new Uint8Array(32).fill(7);
  const networks = [{ ip: OWN_LAN.ip, prefixBits: 24, isLan: true }];
  handle({ kind: "network", networks, ports: [{ via: 0, family: 4, port: OWN_LAN.port }] }, 1);
  const secrets = { memberSecret: new Uint8Array(32).fill(2), root };
  const overlay = { key: OVERLAY_KEY, ...secrets, seeds: [], remembered: [], profile: ADAPTIVE };
  handle({ kind: "join", overlay, store: new MemoryStore() }, 2);
  const salt = newSalt(random);
  const tags = [new Carry(crypto, root).tag(announced(salt, FRIEND.bytes))];
  const bytes = encodeAnnouncement(random, { salt, tags });
  handle({ kind: "announcement", from: FRIEND, bytes }, 100);
  handle({ kind: "tick" }, 40_000);
  assert.ok(announcements >= 2, "it announces nothing");
  assert.equal(engine.counters.get("announcement of our overlays"), 1, "nobody was heard");

  const replay = new Replay(crypto);
  for (const line of lines) replay.play(line);
  assert.equal(replay.result.difference, undefined, "the replay did something else");
});
