import assert from "node:assert/strict";
import { test } from "node:test";
import { Requests, type Outstanding } from "../../candidates/requests.ts";
import { apart, seeded } from "./support.ts";

const random = seeded("requests");

function request(sentMs: number, to = apart(1)): Outstanding {
  return { identifier: random.bytes(8), to, sentMs };
}

test("a response matches once, and only from the address asked", () => {
  const requests = new Requests(10);
  const asked = request(0);
  assert.equal(requests.add(asked), true);
  assert.equal(requests.match(asked.identifier, apart(2), 1), undefined);
  assert.equal(requests.match(asked.identifier, apart(1, 6422), 1), undefined);
  assert.equal(requests.match(random.bytes(8), apart(1), 1), undefined);
  assert.equal(requests.size, 1);
  assert.equal(requests.match(asked.identifier.slice(), apart(1), 1), asked);
  assert.equal(requests.match(asked.identifier, apart(1), 1), undefined);
  assert.equal(requests.size, 0);
});

test("10.5 s, to the millisecond, then it is reported once", () => {
  const requests = new Requests(10);
  const [first, second] = [request(0), request(100)];
  for (const asked of [first, second]) requests.add(asked);
  assert.deepEqual(requests.expired(10_499), []);
  assert.equal(requests.match(first.identifier, apart(1), 10_500), undefined);
  assert.deepEqual(requests.expired(10_500), [first]);
  assert.deepEqual(requests.expired(10_500), []);
  assert.equal(requests.match(second.identifier, apart(1), 10_599), second);
  assert.deepEqual(requests.expired(1e9), []);
});

test("no more than allowed, and no identifier twice", () => {
  const requests = new Requests(100);
  const asked = request(0);
  requests.add(asked);
  assert.equal(requests.add({ ...asked, to: apart(2) }), false);
  for (let i = 0; i < 10_000; i++) requests.add(request(0));
  assert.equal(requests.size, 100);
  assert.equal(requests.match(asked.identifier, apart(1), 1), asked);
  assert.equal(requests.add(request(1)), true);
  requests.clear();
  assert.equal(requests.size, 0);
});

test("guessing finds nothing", () => {
  const requests = new Requests(100);
  for (let i = 0; i < 100; i++) requests.add(request(0));
  for (let i = 0; i < 50_000; i++) {
    assert.equal(requests.match(random.bytes(8), apart(1), 1), undefined);
  }
  assert.equal(requests.size, 100);
});
