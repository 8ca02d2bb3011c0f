import assert from "node:assert/strict";
import { test } from "node:test";
import { createLog } from "../../node/host/log.ts";

function collected(readable: boolean) {
  const lines: string[] = [];
  const log = createLog({ level: "debug", readable, write: (line) => lines.push(line) });
  return { lines, log };
}

for (const readable of [false, true]) {
  const kind = readable ? "readable" : "JSON";

  test(`${kind}: every byte value in a text leaves one line of printable ASCII`, () => {
    const { lines, log } = collected(readable);
    for (let byte = 0; byte < 256; byte++) {
      // The rate limit goes by message; here each is another one.
      log.warn(`message ${byte}`, {
        text: `a${String.fromCharCode(byte)}b`,
        more: "\u2028\u{1f600}",
      });
    }
    assert.equal(lines.length, 256);
    for (const line of lines) assert.match(line, /^[\x20-\x7e]+\n$/);
  });

  test(`${kind}: texts are cut`, () => {
    const { lines, log } = collected(readable);
    log.warn("message", { text: "x".repeat(10_000) });
    assert.ok(lines[0]!.length < 500);
  });
}

test("JSON lines parse to what was said", () => {
  const { lines, log } = collected(false);
  log.info("message", { text: "\u001b[2J\u009b", number: 5 });
  const { msg, text, number, level } = JSON.parse(lines[0]!) as Record<string, unknown>;
  assert.deepEqual([msg, text, number, level], ["message", "\u001b[2J\u009b", 5, 30]);
});

test("one message cannot fill a disk, nor silence another", () => {
  const { lines, log } = collected(false);
  for (let i = 0; i < 10_000; i++) log.warn("often");
  assert.equal(lines.length, 10);
  log.warn("seldom");
  assert.equal(lines.length, 11);
});

test("what is below the level is left out", () => {
  const lines: string[] = [];
  const log = createLog({ level: "warn", readable: false, write: (line) => lines.push(line) });
  log.info("not this");
  log.error("this");
  assert.equal(lines.length, 1);
});

test("a flood with a hundred reasons cannot fill a disk at debug, nor silence a warning", () => {
  const { lines, log } = collected(false);
  for (let i = 0; i < 20_000; i++) log.debug(`reason ${i % 100}`, { from: "192.0.2.1:1" });
  assert.equal(lines.length, 100);
  log.warn("seldom");
  assert.equal(lines.length, 101);
});
