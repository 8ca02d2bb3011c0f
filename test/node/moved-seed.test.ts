import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_OVERLAY } from "../../wire/limits.ts";
import { host, OVERLAY_HEX, responseTo, Rig, SETTLED_MS } from "../hostile/rig.ts";

const [OLD, NEW, FRIEND] = [host(1), host(2), host(3)];
const TIMEOUT_MS = 10_500;
const HOUR_MS = 3_600_000;

const asked = (sent: Rig["sent"], key: string): number =>
  sent.filter(({ to, message }) => to.key === key && message.kind === "introduction-request")
    .length;

test("a seed is silent when a request was not answered, however long ago it answered one before", () => {
  const rig = new Rig({ seeds: [OLD] });
  const liveness = (): string => rig.engine.liveness(OLD, OVERLAY_HEX);
  assert.equal(liveness(), "unknown");
  rig.answer(OLD, { tracker: true });
  assert.equal(liveness(), "answers");
  rig.pass(SETTLED_MS + TIMEOUT_MS);
  assert.equal(liveness(), "silent");
  rig.answer(OLD, { tracker: true });
  assert.equal(liveness(), "answers");
  assert.equal(rig.engine.liveness(FRIEND, OVERLAY_HEX), "unknown", "nobody's");
});

test("a seed that moved is asked at its new address at once, and nowhere else", () => {
  const rig = new Rig({ seeds: [OLD] });
  rig.answer(OLD, { tracker: true });
  rig.pass(SETTLED_MS);
  const sent = rig.handle({ kind: "seeds", overlay: OVERLAY_HEX, addresses: [NEW], gone: [OLD] });
  assert.equal(asked(sent, NEW.key), 1);
  rig.answer(NEW, { tracker: true });
  const later = rig.pass(HOUR_MS);
  assert.equal(asked(later, OLD.key), 0);
  assert.ok(asked(later, NEW.key) > 0);
  assert.deepEqual(
    rig.engine.peers(OVERLAY_HEX).map((peer) => peer.address.key),
    [NEW.key],
  );
});

test("a partner that moved is followed too, and the old address asked no more", () => {
  const rig = new Rig({ role: "tracker", networks: [] });
  const ports = [0, 1].map((via) => ({ via, family: 4 as const, port: 6_421 + via }));
  rig.handle({ kind: "network", networks: [], ports });
  rig.handle({ kind: "partners", addresses: [OLD] });
  const { identifier } = rig.last("introduction-request", OLD)!;
  rig.say(OLD, responseTo(identifier), NO_OVERLAY);
  assert.equal(rig.engine.liveness(OLD), "answers");
  rig.pass(SETTLED_MS);
  assert.equal(rig.engine.liveness(OLD), "silent");
  rig.handle({ kind: "partners", addresses: [NEW], gone: [OLD] });
  const later = rig.pass(SETTLED_MS);
  assert.equal(asked(later, OLD.key), 0);
  assert.ok(asked(later, NEW.key) > 0);
});
