import assert from "node:assert/strict";
import { test } from "node:test";
import { NO_OVERLAY } from "../../../wire/limits.ts";
import type { IntroductionRequest } from "../../../wire/message.ts";
import { BARE_REQUEST_BYTES } from "../../../wire/sizes.ts";
import { fresh, host, OVERLAY_HEX, responseTo, Rig, type Sent } from "../../hostile/rig.ts";

const [TRACKER, OTHER] = [host(1), host(2)];

function requests(sent: Sent[]): IntroductionRequest[] {
  return sent
    .filter(({ to }) => to.key === TRACKER.key)
    .map(({ message }) => message)
    .filter((message) => message.kind === "introduction-request");
}

const greet = (rig: Rig): IntroductionRequest[] =>
  requests(rig.handle({ kind: "greet", addresses: [TRACKER] }));
const name = (rig: Rig): IntroductionRequest[] =>
  requests(rig.handle({ kind: "seeds", overlay: OVERLAY_HEX, addresses: [TRACKER] }));
const tokenOnly = ({ identifier }: IntroductionRequest, grant = fresh()) => ({
  ...responseTo(identifier),
  validated: false,
  tracker: true,
  grant,
});

test("a place that was greeted is asked with its token from the first request on", () => {
  const rig = new Rig();
  const sent = rig.handle({ kind: "greet", addresses: [TRACKER] });
  assert.deepEqual(
    sent.map(({ bytes }) => bytes.length),
    [BARE_REQUEST_BYTES],
  );
  const grant = fresh();
  rig.say(TRACKER, tokenOnly(requests(sent)[0]!, grant), NO_OVERLAY);
  assert.deepEqual(
    name(rig).map(({ token }) => token),
    [grant],
  );
});

test("the token of a greeting overtakes a request that waits for one, and only one request follows", () => {
  const rig = new Rig();
  const [greeting] = greet(rig);
  const [waiting] = name(rig);
  assert.equal(waiting!.token, undefined);
  const grant = fresh();
  const after = requests(rig.say(TRACKER, tokenOnly(greeting!, grant), NO_OVERLAY));
  assert.deepEqual(
    after.map(({ token }) => token),
    [grant],
  );
  assert.deepEqual(requests(rig.say(TRACKER, tokenOnly(waiting!))), []);
});

test("a greeting that is lost holds up nobody", () => {
  const rig = new Rig();
  greet(rig);
  const [waiting] = name(rig);
  const after = requests(rig.say(TRACKER, tokenOnly(waiting!)));
  assert.equal(after.length, 1);
  assert.notEqual(after[0]!.token, undefined);
});

test("nobody else answers a greeting, nobody answers it twice, and none that was sent before a sleep", () => {
  const rig = new Rig();
  const [greeting] = greet(rig);
  rig.say(OTHER, tokenOnly(greeting!), NO_OVERLAY);
  rig.say(TRACKER, tokenOnly({ ...greeting!, identifier: fresh() }), NO_OVERLAY);
  assert.equal(name(rig)[0]!.token, undefined);
  const moved = new Rig();
  const [old] = greet(moved);
  moved.handle({ kind: "resumed" });
  moved.say(TRACKER, tokenOnly(old!), NO_OVERLAY);
  assert.equal(name(moved)[0]!.token, undefined);
});
