import assert from "node:assert/strict";
import { test } from "node:test";
import { UNKNOWN_NAT } from "../../wire/message.ts";
import { at, fresh, host, Rig, type Sent } from "./rig.ts";

const NAMER = host(0);
const NAMED = host(1, 40_000);
const MAPPED = 7_000;
const nat = { ...UNKNOWN_NAT, mappedPort: MAPPED };

const places = (sent: Sent[]) => [...new Set(sent.map(({ to }) => to.key))];
const towards = (rig: Rig, { host: ip }: { host: string }) =>
  rig.sent.filter(({ to }) => to.host === ip);

test("whoever is named with a mapped port is asked there, and nowhere else", () => {
  const rig = new Rig({ seeds: [NAMER] });
  const introduction = { address: NAMED, nonce: fresh(), nat, startMs: 0, instance: fresh() };
  rig.answer(NAMER, { introduction });
  rig.pass(10_000);
  assert.deepEqual(places(towards(rig, NAMED)), [NAMED.withPort(MAPPED).key]);
});

test("so is whoever we are to puncture for, with no more datagrams than anybody else", () => {
  const rig = new Rig({ seeds: [NAMER] });
  const token = rig.validate(NAMER);
  for (const mappedPort of [MAPPED, MAPPED + 1, MAPPED + 2, MAPPED + 3]) {
    const who = { target: NAMED, instance: fresh(), sought: true, startMs: 0 };
    const said = { ...who, nonce: fresh(), nat: { ...nat, mappedPort } };
    rig.say(NAMER, { kind: "puncture-request", token, ...said });
  }
  rig.pass(4_000);
  const sent = towards(rig, NAMED);
  assert.ok(sent.length >= 1 && sent.length <= 3, `${sent.length}`);
  assert.ok(!places(sent).includes(NAMED.key));
});

test("a mapped port makes nobody of the gateway or of a special range", () => {
  for (const target of [at("192.168.1.1:40000"), at("127.0.0.1:40000")]) {
    const rig = new Rig({ seeds: [NAMER] });
    const introduction = { address: target, nonce: fresh(), nat, startMs: 0, instance: fresh() };
    rig.answer(NAMER, { introduction });
    rig.pass(10_000);
    assert.deepEqual(towards(rig, target), []);
  }
});
