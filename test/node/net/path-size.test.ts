import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { PathSize } from "../../../node/net/path-size.ts";
import { Paths } from "../../../node/net/paths.ts";
import { Address } from "../../../wire/address.ts";
import {
  DEFAULT_DATAGRAM_BYTES,
  MAX_DATAGRAM_BYTES,
  MIN_DATAGRAM_BYTES,
} from "../../../wire/limits.ts";

const MOST = DEFAULT_DATAGRAM_BYTES;
const STEP_BYTES = 16;
const RAISE_MS = 600_000;

/** Tests until none is due; how many it took. */
function search(size: PathSize, takes: number, now: number): number {
  for (let tests = 0; ; tests++) {
    const bytes = size.nextTest(MOST, now);
    if (bytes === undefined) return tests;
    if (bytes <= takes) size.passed(bytes, bytes >= MOST, now);
    else size.failed(bytes, now);
  }
}

describe("the size of a path", () => {
  it("is not looked for while nothing shows that any is lost", () => {
    const size = new PathSize();
    assert.equal(size.limit, Infinity);
    assert.equal(size.nextTest(MOST, 0), undefined);
    size.passed(MOST, true, 0);
    assert.equal(size.limit, Infinity);
  });

  it("is the least at first, and then found in six tests, for every size", () => {
    for (let takes = MIN_DATAGRAM_BYTES; takes < MOST; takes++) {
      const size = new PathSize();
      size.failed(MOST, 0);
      assert.equal(size.limit, MIN_DATAGRAM_BYTES);
      const tests = search(size, takes, 0);
      assert.ok(tests <= 6, `${tests} tests for ${takes}`);
      assert.ok(
        size.limit <= takes && size.limit > takes - STEP_BYTES,
        `${size.limit} of ${takes}`,
      );
    }
  });

  it("is looked for anew when less arrives than it did", () => {
    const size = new PathSize();
    size.failed(MOST, 0);
    search(size, 1_000, 0);
    size.failed(size.limit, 1);
    assert.equal(size.limit, MIN_DATAGRAM_BYTES);
    search(size, 700, 1);
    assert.ok(size.limit <= 700 && size.limit > 700 - STEP_BYTES, `${size.limit}`);
  });

  it("is tried at its largest again after ten minutes, and no sooner", () => {
    const size = new PathSize();
    size.failed(MOST, 0);
    search(size, 700, 0);
    assert.equal(size.nextTest(MOST, RAISE_MS - 1), undefined);
    assert.equal(size.nextTest(MOST, RAISE_MS), MOST);
    search(size, 1_100, RAISE_MS);
    assert.ok(size.limit <= 1_100 && size.limit > 1_100 - STEP_BYTES, `${size.limit}`);
    assert.equal(size.nextTest(MOST, 2 * RAISE_MS), MOST);
    size.passed(MOST, true, 2 * RAISE_MS);
    assert.equal(size.limit, Infinity);
  });
});

it("is never below the least, whatever a peer claims, and ends when it claims nothing", () => {
  const paths = new Paths(Infinity);
  const peer = Address.parse("198.51.100.1:1000")!;
  assert.equal(paths.mostTo(peer), Infinity);
  for (const claim of [1, 507, 508]) {
    paths.takes(peer, claim);
    assert.equal(paths.mostTo(peer), MIN_DATAGRAM_BYTES, `${claim}`);
  }
  paths.takes(peer, MAX_DATAGRAM_BYTES);
  assert.equal(paths.mostTo(peer), MAX_DATAGRAM_BYTES);
  paths.of(peer).toPeer.failed(MOST, 0);
  assert.equal(paths.mostTo(peer), MIN_DATAGRAM_BYTES);
  paths.takes(peer, undefined);
  paths.clear();
  assert.equal(paths.mostTo(peer), Infinity);
});
