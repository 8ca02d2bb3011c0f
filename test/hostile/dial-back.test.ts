import assert from "node:assert/strict";
import { test } from "node:test";
import type { Address } from "../../wire/address.ts";
import { NO_OVERLAY } from "../../wire/limits.ts";
import { type IntroductionRequest, UNKNOWN_NAT, type PunctureRequest } from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";
import { DIAL_BACK_REQUEST_BYTES } from "../../wire/sizes.ts";
import { at, bareRequest, fresh, host, OVERLAY, Rig, responseTo, type Sent } from "./rig.ts";

const ASKER = host(1);
const PARTNER = host(2);
const STRANGER = host(3);
const [MINUTE_MS, WINDOW_MS, MAX_PER_WINDOW] = [60_000, 5_000, 3];

/** A tracker with two ports and a partner that has answered. */
function observer(): Rig {
  const rig = new Rig({ role: "tracker", networks: [] });
  const ports = [0, 1].map((via) => ({ via, family: 4 as const, port: 6_421 + via }));
  rig.handle({ kind: "network", networks: [], ports });
  rig.handle({ kind: "partners", addresses: [PARTNER] });
  const { identifier } = rig.last("introduction-request", PARTNER)!;
  rig.say(PARTNER, responseTo(identifier), NO_OVERLAY);
  rig.sent = [];
  return rig;
}

function request(rig: Rig, from: Address, afterS = 0): IntroductionRequest {
  const token = rig.tokenFor(from);
  return padTo({ ...bareRequest(), token, dialBack: { afterS } }, DIAL_BACK_REQUEST_BYTES);
}

function punctures(sent: readonly Sent[], to: Address): Sent[] {
  return sent.filter((one) => one.to.key === to.key && one.message.kind === "puncture");
}

function bytesTo(sent: readonly Sent[], to: Address): number {
  return sent.filter((s) => s.to.key === to.key).reduce((sum, { bytes }) => sum + bytes.length, 0);
}

test("a dial-back: one puncture from the other port, one request to the partner, announced with their nonce", () => {
  const rig = observer();
  const sent = rig.say(ASKER, request(rig, ASKER));
  const answer = rig.last("introduction-response", ASKER)!;
  assert.equal(answer.validated, true);
  assert.equal(answer.dialBack?.otherPort, true);
  assert.equal(answer.dialBack?.helper?.key, PARTNER.key);
  const [puncture, ...more] = punctures(sent, ASKER);
  assert.deepEqual(more, []);
  assert.deepEqual(
    puncture?.message.kind === "puncture" && puncture.message.nonce,
    answer.dialBack?.nonce,
  );
  const asked = rig.last("puncture-request", PARTNER)!;
  assert.equal(asked.target.key, ASKER.key);
  assert.deepEqual(asked.nonce, answer.dialBack?.nonce);
});

test("nothing without a token of that very address, nothing for a short request", () => {
  const rig = observer();
  const stolen = { ...request(rig, ASKER) };
  rig.sent = [];
  for (const token of [stolen.token!, fresh(), undefined]) {
    const { token: _, ...rest } = stolen;
    const sent = rig.say(STRANGER, { ...rest, identifier: fresh(), ...(token && { token }) });
    assert.ok(
      sent.every(
        ({ to, message }) => to.key === STRANGER.key && message.kind === "introduction-response",
      ),
    );
    assert.equal(rig.last("introduction-response", STRANGER)?.dialBack, undefined);
  }
  const short = rig.say(ASKER, padTo({ ...stolen, identifier: fresh() }, 0));
  assert.deepEqual(
    short.map(({ message }) => message.kind),
    ["introduction-response"],
  );
  assert.equal(rig.last("introduction-response", ASKER)?.dialBack, undefined);
});

test("all that a request brings about is no larger than it, the helper's three punctures included", () => {
  const rig = observer();
  const asked = request(rig, ASKER);
  rig.sent = [];
  const sent = rig.say(ASKER, asked);
  const [puncture] = punctures(sent, ASKER);
  const all = bytesTo(sent, ASKER) + 3 * puncture!.bytes.length;
  assert.ok(all <= DIAL_BACK_REQUEST_BYTES, `${all} bytes for ${DIAL_BACK_REQUEST_BYTES}`);
  assert.ok(bytesTo(sent, PARTNER) <= DIAL_BACK_REQUEST_BYTES);
});

test("at most 3 punctures in 5 s to one IP, however it asks, late answers included", () => {
  const rig = observer();
  const began = rig.now;
  while (rig.now < began + MINUTE_MS) {
    const port = 1_000 + rig.random.below(5);
    const from = ASKER.withPort(port);
    rig.say(from, request(rig, from, rig.random.below(20)));
    rig.pass(100);
  }
  rig.pass(30_000);
  const times = rig.sent
    .filter(({ to, message }) => to.host === ASKER.host && message.kind === "puncture")
    .map(({ atMs }) => atMs);
  assert.ok(times.length > 10);
  const isExcessive = times.some(
    (at, i) => (times[i + MAX_PER_WINDOW] ?? Infinity) < at + WINDOW_MS,
  );
  assert.ok(!isExcessive);
});

test("late answers under way are bounded", () => {
  const rig = observer();
  for (let i = 0; i < 100; i++) rig.say(ASKER, request(rig, ASKER, 180));
  assert.equal(rig.count("late answer refused: too many"), 88);
});

test("it makes nobody a candidate: the asker is not introduced to others", () => {
  const rig = observer();
  rig.validate(STRANGER);
  rig.say(ASKER, request(rig, ASKER));
  rig.say(STRANGER, { ...bareRequest(), token: rig.tokenFor(STRANGER) });
  assert.equal(rig.last("introduction-response", STRANGER)?.introduction, undefined);
});

test("without a partner a node of the overlay helps, but none at the asker's own IP", () => {
  const rig = new Rig({ role: "tracker", networks: [] });
  rig.validate(ASKER.withPort(9));
  rig.say(ASKER, request(rig, ASKER));
  assert.equal(rig.last("introduction-response", ASKER)?.dialBack?.helper, undefined);
  rig.validate(STRANGER);
  rig.say(ASKER, request(rig, ASKER));
  assert.equal(rig.last("introduction-response", ASKER)?.dialBack?.helper?.key, STRANGER.key);
  assert.equal(rig.last("puncture-request", STRANGER)?.target.key, ASKER.key);
});

/** As a partner would send it. */
function order(token: Uint8Array, target: Address): PunctureRequest {
  return {
    kind: "puncture-request",
    token,
    nonce: fresh(),
    target,
    nat: UNKNOWN_NAT,
    startMs: 0,
    instance: fresh(),
    sought: false,
  };
}

test("a tracker punctures for its partners only, with its token, and at most 3 times in 5 s", () => {
  const rig = observer();
  rig.say(STRANGER, order(rig.tokenFor(STRANGER), ASKER), NO_OVERLAY);
  rig.say(PARTNER, order(fresh(), ASKER), NO_OVERLAY);
  rig.pass(WINDOW_MS);
  assert.deepEqual(punctures(rig.sent, ASKER), []);
  const token = rig.tokenFor(PARTNER);
  for (let i = 0; i < 20; i++) {
    rig.say(PARTNER, order(token, ASKER), NO_OVERLAY);
    rig.pass(100);
  }
  rig.pass(2_000);
  assert.equal(punctures(rig.sent, ASKER).length, MAX_PER_WINDOW);
});

test("a partner cannot aim us at special ranges", () => {
  const rig = observer();
  const token = rig.tokenFor(PARTNER);
  for (const aimed of ["192.168.1.1:53", "127.0.0.1:80", "224.0.0.1:9"].map(at)) {
    const before = rig.sent.length;
    rig.say(PARTNER, order(token, aimed), NO_OVERLAY);
    assert.equal(rig.sent.length, before);
  }
});

test("a puncture belongs to the overlay of the request", () => {
  const rig = observer();
  const [puncture] = punctures(rig.say(ASKER, request(rig, ASKER)), ASKER);
  assert.deepEqual(puncture!.bytes.subarray(2, 22), OVERLAY);
});
