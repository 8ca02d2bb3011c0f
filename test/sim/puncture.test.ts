import assert from "node:assert/strict";
import { test } from "node:test";
import type { Lan } from "../../node/testing/endpoint.ts";
import type { Tampering } from "../../node/testing/network.ts";
import { World } from "../../node/testing/world.ts";
import { PROFILES, type Profile } from "../../node/core/profile.ts";
import { encode } from "../../wire/encode.ts";
import { isSealed, SEALING_BYTES } from "../../wire/sealed.ts";
import type { Insider } from "../../node/testing/insider.ts";
import type { Message } from "../../wire/message.ts";
import { padTo } from "../../wire/padding.ts";

const LIMIT_MS = 10 * 60_000;
const EACH = 10;

/** What a message becomes on its way; undefined when it is lost. */
type Change = (message: Message) => Message | undefined;

const unchanged: Change = (message) => message;

const withoutPunctures: Change = (message) =>
  message.kind === "puncture" || message.kind === "puncture-request" ? undefined : message;

const withoutLanAddresses: Change = (message) => {
  if (message.kind === "puncture" || message.kind === "bundles" || message.kind === "notice") {
    return message;
  }
  const { lan: _, ...rest } = message;
  if (rest.kind !== "introduction-response" || rest.introduction === undefined) return rest;
  const { lan: __, ...introduction } = rest.introduction;
  return { ...rest, introduction };
};

/**
 * Nobody is introduced to whoever is behind this NAT device. Two nodes that are introduced to each other would open
 * both NATs by their requests alone, sooner or later.
 */
function introducesNobodyTo({ nat }: Lan): Change {
  return (message) => {
    if (message.kind === "puncture-request") {
      return message.target.host === nat.host ? undefined : message;
    }
    if (message.kind !== "introduction-response") return message;
    if (message.destination.host !== nat.host) return message;
    const { introduction: _, ...rest } = message;
    return rest;
  };
}

function tampering(insider: Insider, ...changes: Change[]): Tampering {
  return (bytes) => {
    const decoded = insider.decode(bytes);
    if ("rejected" in decoded) return bytes;
    let message: Message | undefined = decoded.message;
    for (const change of changes) message = message && change(message);
    if (message === undefined || message === decoded.message) return message && bytes;
    const length = bytes.length - (isSealed(bytes) ? SEALING_BYTES : 0);
    // As long as before: an introduction is not believed when it is too short.
    const padded = message.kind === "introduction-response" ? padTo(message, length) : message;
    const clear = encode(decoded.overlay, padded);
    return isSealed(bytes) ? insider.seal(clear) : clear;
  };
}

/** Two nodes with what the one wrote, who know a tracker. Whether both have it in the end. */
function getInStep(profile: Profile, seed: number, sameLan: boolean, change: Change): boolean {
  const world = new World({ seed });
  const overlay = world.overlay();
  const seeds = [world.addTracker()];
  const founders = world.addLan("apdf");
  const founder = world.addNode({ overlay, founder: true, lan: founders, seeds, profile });
  const lan = sameLan ? founders : world.addLan("apdf");
  world.addNode({ overlay, lan, seeds, profile });
  world.network.tampering = tampering(
    world.insider(overlay),
    ...(sameLan ? [change] : [introducesNobodyTo(founders), change]),
  );
  world.run(0);
  world.publish(founder, EACH);
  return world.runUntil(() => world.allHold(EACH + 1), LIMIT_MS);
}

for (const profile of Object.values(PROFILES)) {
  for (const seed of [1, 2, 3]) {
    const title = `${profile.name}, seed ${seed}`;

    test(`${title}: punctures open the way between two NATs that filter by port`, () => {
      assert.equal(getInStep(profile, seed, false, unchanged), true);
    });

    test(`${title}: without punctures there is none`, () => {
      assert.equal(getInStep(profile, seed, false, withoutPunctures), false);
    });

    test(`${title}: a LAN address leads past a NAT that does not hairpin`, () => {
      assert.equal(getInStep(profile, seed, true, unchanged), true);
    });

    test(`${title}: without it there is no way`, () => {
      assert.equal(getInStep(profile, seed, true, withoutLanAddresses), false);
    });
  }
}
