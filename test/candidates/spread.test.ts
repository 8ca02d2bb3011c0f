import assert from "node:assert/strict";
import { test } from "node:test";
import { spread } from "../../candidates/spread.ts";
import { at } from "./support.ts";

test("one of every /16 first, in their order, then the second ones", () => {
  const given = ["20.5.1.1:1", "20.5.2.1:1", "20.5.3.1:1", "20.6.1.1:1", "[2a00:5::1]:1"];
  const expected = ["20.5.1.1:1", "20.6.1.1:1", "[2a00:5::1]:1", "20.5.2.1:1", "20.5.3.1:1"];
  assert.deepEqual(
    spread(given.map(at)).map(({ key }) => key),
    expected,
  );
  assert.deepEqual(spread([]), []);
});

test("local addresses stand each for itself", () => {
  const given = ["192.168.1.1:1", "192.168.1.2:1", "127.0.0.1:1", "127.0.0.1:2", "20.5.1.1:1"];
  assert.deepEqual(
    spread(given.map(at)).map(({ key }) => key),
    given,
  );
});
