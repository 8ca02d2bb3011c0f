import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { LineSplitter } from "../../node/cli/line-splitter.ts";
import { readPayloads } from "../../node/cli/payloads.ts";
import { MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import { temporaryFolder } from "./cli.ts";

/** All that a source gives, or what it throws. */
async function payloadsOf(source: Parameters<typeof readPayloads>[0], most = MAX_PAYLOAD_BYTES) {
  const payloads: Buffer[] = [];
  for await (const portion of readPayloads(source, most)) payloads.push(...portion);
  return payloads;
}

describe("payloads of put", () => {
  it("are every line byte for byte, however they flow in: joined again, they are the file", () => {
    fc.assert(
      fc.property(
        fc.array(fc.uint8Array({ max: 12, maxLength: 12 }), { maxLength: 6 }),
        (chunks) => {
          const splitter = new LineSplitter(MAX_PAYLOAD_BYTES);
          const lines = chunks.flatMap((chunk) => splitter.split(Buffer.from(chunk)));
          lines.push(...splitter.end());
          const text = Buffer.concat(chunks).toString("latin1");
          const joined = lines.map((line) => `${line.toString("latin1")}\n`).join("");
          assert.ok(joined === text || joined === `${text}\n`, "the same bytes");
          const isEnded = text.endsWith("\n") || text === "";
          assert.equal(lines.length, text.split("\n").length - (isEnded ? 1 : 0));
          assert.equal(splitter.lines, lines.length);
        },
      ),
      { seed: 1 },
    );
  });

  it("end before the first line that is too long, however it flows in, and before its end is there", () => {
    const data = Buffer.from("1\n22\n333\n4444");
    for (let size = 1; size <= data.length; size++) {
      const splitter = new LineSplitter(3);
      const lines: string[] = [];
      for (let at = 0; at < data.length; at += size) {
        lines.push(...splitter.split(data.subarray(at, at + size)).map(String));
      }
      assert.deepEqual(lines, ["1", "22", "333"]);
      assert.ok(splitter.isTooLong, `in chunks of ${size}`);
      assert.deepEqual(splitter.end(), []);
    }
  });

  it("of a file are refused by line number and limit before any is published", async (context) => {
    const file = join(temporaryFolder(context), "lines");
    const long = "x".repeat(MAX_PAYLOAD_BYTES);
    writeFileSync(file, `fine\n${long}\n${long}x\n`);
    const refused = {
      exitCode: 2,
      message: /^line 3 has more than the 928 bytes that a bundle holds\. Nothing was published/,
    };
    await assert.rejects(readPayloads({ lines: file }, MAX_PAYLOAD_BYTES).next(), refused);
    const message = /^line 2 has more than the 900 bytes that a bundle holds beside its topic/;
    await assert.rejects(payloadsOf({ lines: file }, 900), { message });
  });

  it("are no empty lines, which are skipped and counted", async (context) => {
    const file = join(temporaryFolder(context), "lines");
    writeFileSync(file, "one\n\ntwo\r\n\r\n \n\n");
    const said = context.mock.method(process.stderr, "write", () => true);
    const texts = (await payloadsOf({ lines: file })).map(String);
    assert.deepEqual(texts, ["one", "two\r", " "]);
    assert.equal(said.mock.calls[0]!.arguments[0], "skipped 3 empty lines\n");
  });

  it("are a whole file, or the text", async (context) => {
    const file = join(temporaryFolder(context), "file");
    writeFileSync(file, Buffer.from([0, 255, 10]));
    assert.deepEqual(await payloadsOf({ file }), [Buffer.from([0, 255, 10])]);
    assert.deepEqual(await payloadsOf({ text: "grüße" }), [Buffer.from("grüße")]);
    assert.deepEqual(await payloadsOf({ text: "" }), [Buffer.alloc(0)]);
  });

  it("are refused when they are too large, without a look at all of what has no end", async () => {
    const message = /^\/dev\/zero has more than the 928 bytes that a bundle holds/;
    await assert.rejects(payloadsOf({ file: "/dev/zero" }), { exitCode: 2, message });
    await assert.rejects(payloadsOf({ lines: "/dev/zero" }), { exitCode: 2, message: /^line 1 / });
    const text = "x".repeat(929);
    await assert.rejects(payloadsOf({ text }), { exitCode: 2, message: /^the payload has more/ });
  });

  it("come from exactly one place that can be read", async () => {
    await assert.rejects(payloadsOf({}), { exitCode: 2, message: /nothing to publish/ });
    await assert.rejects(payloadsOf({ text: "a", file: "b" }), { exitCode: 2 });
    await assert.rejects(payloadsOf({ file: "/nonexistent" }), { exitCode: 1, message: /ENOENT/ });
  });
});
