import assert from "node:assert/strict";
import { test } from "node:test";
import { Validation } from "../../candidates/validation.ts";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { apart, at, seeded } from "./support.ts";

const MINUTE = 60_000;

function validationOf(maxPeers = 100): Validation {
  return new Validation({ crypto: nativeCrypto, random: seeded("validation"), maxPeers });
}

test("an address is validated for 10 minutes after it returned something of ours", () => {
  const validation = validationOf();
  assert.equal(validation.isValidated(apart(1), 0), false);
  validation.validated(apart(1), 0);
  assert.equal(validation.isValidated(apart(1), 10 * MINUTE - 1), true);
  assert.equal(validation.isValidated(apart(1), 10 * MINUTE), false);
  assert.equal(validation.isValidated(apart(1, 6422), 0), false);
  validation.validated(apart(1), 10 * MINUTE);
  assert.equal(validation.isValidated(apart(1), 20 * MINUTE - 1), true);
});

test("what it gave us is good for 5 minutes, and validates nobody", () => {
  const validation = validationOf();
  const token = Uint8Array.of(1, 2, 3, 4, 5, 6, 7, 8);
  assert.equal(validation.grantFrom(apart(1), 0), undefined);
  validation.granted(apart(1), token, 0);
  assert.deepEqual(validation.grantFrom(apart(1), 5 * MINUTE - 1), token);
  assert.equal(validation.grantFrom(apart(1), 5 * MINUTE), undefined);
  assert.equal(validation.isValidated(apart(1), 0), false);
  validation.validated(apart(2), 0);
  assert.equal(validation.grantFrom(apart(2), 0), undefined);
});

test("the least recently heard give way, one for one", () => {
  const validation = validationOf(100);
  for (let i = 0; i < 100; i++) validation.validated(apart(i), i);
  validation.validated(apart(0), 100);
  validation.validated(apart(500), 101);
  assert.equal(validation.isValidated(apart(0), 101), true);
  assert.equal(validation.isValidated(apart(1), 101), false);
  assert.equal(validation.isValidated(apart(2), 101), true);
  for (let port = 1; port <= 60_000; port++)
    validation.granted(at(`20.1.1.1:${port}`), new Uint8Array(8), 200);
  const left = Array.from({ length: 60_000 }, (_, i) => at(`20.1.1.1:${i + 1}`)).filter(
    (address) => {
      return validation.grantFrom(address, 200) !== undefined;
    },
  );
  assert.equal(left.length, 100);
  assert.equal(left[0]?.port, 59_901);
});

test("tokens come with it", () => {
  const { tokens } = validationOf();
  assert.equal(tokens.accepts(apart(1), tokens.issue(apart(1), 0), 0), true);
});
