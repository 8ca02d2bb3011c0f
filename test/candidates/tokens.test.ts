import assert from "node:assert/strict";
import { test } from "node:test";
import { Tokens } from "../../candidates/tokens.ts";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { apart, at, seeded } from "./support.ts";

const MINUTE = 60_000;

function tokensOf(name: string): Tokens {
  return new Tokens(nativeCrypto, seeded(name));
}

test("good for the address it was issued to, and no other", () => {
  const tokens = tokensOf("a");
  const token = tokens.issue(apart(1), 0);
  assert.equal(token.length, 8);
  assert.equal(tokens.accepts(apart(1), token.slice(), 0), true);
  assert.equal(tokens.accepts(apart(1, 6422), token, 0), false);
  assert.equal(tokens.accepts(apart(2), token, 0), false);
  assert.equal(tokens.accepts(at("[2a00::1]:6421"), token, 0), false);
  assert.equal(tokens.accepts(apart(1), token.slice(0, 7), 0), false);
  assert.equal(tokens.accepts(apart(1), new Uint8Array(0), 0), false);
  assert.equal(tokensOf("b").accepts(apart(1), token, 0), false);
});

test("lives 5 to 10 minutes", () => {
  const tokens = tokensOf("life");
  const [early, late] = [tokens.issue(apart(1), 0), tokens.issue(apart(1), 5 * MINUTE - 1)];
  assert.deepEqual(early, late);
  const next = tokens.issue(apart(1), 5 * MINUTE);
  assert.notDeepEqual(next, late);
  assert.equal(tokens.accepts(apart(1), late, 10 * MINUTE - 1), true);
  assert.equal(tokens.accepts(apart(1), late, 10 * MINUTE), false);
  assert.equal(tokens.accepts(apart(1), next, 10 * MINUTE), true);
});

test("idleness does not prolong it", () => {
  for (const idle of [10 * MINUTE, 14 * MINUTE, 1_000 * MINUTE]) {
    const tokens = tokensOf("idle");
    const token = tokens.issue(apart(1), 0);
    assert.equal(tokens.accepts(apart(1), token, idle), false);
  }
  const tokens = tokensOf("idle");
  const token = tokens.issue(apart(1), 0);
  assert.equal(tokens.accepts(apart(1), token, 10 * MINUTE - 1), true);
});

test("who showed its token costs no keyed hash any more, until the secret changes; forged sources leave no trace", () => {
  let hashes = 0;
  const mac = (key: Uint8Array, data: Uint8Array): Uint8Array => {
    hashes++;
    return nativeCrypto.mac(key, data);
  };
  const tokens = new Tokens({ ...nativeCrypto, mac }, seeded("known"));
  const token = tokens.issue(apart(1), 0);
  assert.equal(tokens.accepts(apart(1), token, 0), true);
  hashes = 0;
  assert.equal(tokens.accepts(apart(1), token, 1), true);
  assert.deepEqual(tokens.issue(apart(1), 1), token);
  assert.equal(hashes, 0);
  assert.equal(tokens.accepts(apart(2), token, 1), false);
  tokens.issue(apart(2), 1);
  tokens.issue(apart(2), 1);
  assert.equal(hashes, 4, "two for the false token, one for each that is issued");
  assert.equal(tokens.accepts(apart(1), token, 5 * MINUTE), true, "by the previous secret");
  const next = tokens.issue(apart(1), 5 * MINUTE);
  assert.notDeepEqual(next, token);
  assert.equal(tokens.accepts(apart(1), next, 5 * MINUTE), true);
  assert.equal(tokens.accepts(apart(1), token, 5 * MINUTE), true, "still, beside the next one");
});
