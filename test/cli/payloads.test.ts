import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import * as fc from "fast-check";
import { readPayloads, splitLines } from "../../node/cli/payloads.ts";
import { MAX_PAYLOAD_BYTES } from "../../wire/limits.ts";
import { temporaryFolder } from "./cli.ts";

describe("payloads of put", () => {
  it("are every line byte for byte: joined again, they are the file", () => {
    fc.assert(
      fc.property(fc.uint8Array({ max: 12, maxLength: 40 }), (bytes) => {
        const data = Buffer.from(bytes);
        const lines = splitLines(data).map((line) => line.toString("latin1"));
        const text = data.toString("latin1");
        const joined = lines.map((line) => `${line}\n`).join("");
        assert.ok(joined === text || joined === `${text}\n`);
        assert.equal(
          lines.length,
          text.split("\n").length - (text.endsWith("\n") || text === "" ? 1 : 0),
        );
      }),
      { seed: 1 },
    );
  });

  it("are refused by line number, size and limit before any is published", async (context) => {
    const file = join(temporaryFolder(context), "lines");
    writeFileSync(
      file,
      `fine\n${"x".repeat(MAX_PAYLOAD_BYTES)}\n${"x".repeat(MAX_PAYLOAD_BYTES + 1)}\n`,
    );
    await assert.rejects(readPayloads({ lines: file }), {
      exitCode: 2,
      message: /^line 3 has 961 bytes; a bundle holds at most 960\. Nothing was published/,
    });
  });

  it("are no empty lines, which are skipped and counted", async (context) => {
    const file = join(temporaryFolder(context), "lines");
    writeFileSync(file, "one\n\ntwo\r\n\r\n \n\n");
    const said = context.mock.method(process.stderr, "write", () => true);
    const payloads = await readPayloads({ lines: file });
    const texts = payloads.map((payload) => Buffer.from(payload).toString());
    assert.deepEqual(texts, ["one", "two\r", " "]);
    assert.equal(said.mock.calls[0]!.arguments[0], "skipped 3 empty lines\n");
  });

  it("are a whole file, or the text", async (context) => {
    const file = join(temporaryFolder(context), "file");
    writeFileSync(file, Buffer.from([0, 255, 10]));
    assert.deepEqual(await readPayloads({ file }), [Buffer.from([0, 255, 10])]);
    assert.deepEqual(await readPayloads({ text: "grüße" }), [Buffer.from("grüße")]);
    assert.deepEqual(await readPayloads({ text: "" }), [Buffer.alloc(0)]);
  });

  it("come from exactly one place that can be read", async () => {
    await assert.rejects(readPayloads({}), { exitCode: 2, message: /nothing to publish/ });
    await assert.rejects(readPayloads({ text: "a", file: "b" }), { exitCode: 2 });
    await assert.rejects(readPayloads({ file: "/nonexistent" }), {
      exitCode: 1,
      message: /ENOENT/,
    });
  });
});
