import assert from "node:assert/strict";
import { test } from "node:test";
import * as fc from "fast-check";
import { isDoubtful, likeness, nameBytes, readName } from "../../node/host/author-names.ts";
import { utf8 } from "../../wire/bytes.ts";

test("a name is one line of visible text, whatever stands in the bundle", () => {
  for (const name of ["anna", "Żółw", "李雷", "O'Neil-Smith 3", "อนุชา", "🦊", "x".repeat(64)]) {
    assert.equal(readName(utf8(name)), name.normalize("NFC"), name);
    assert.deepEqual(nameBytes(name), utf8(name.normalize("NFC")));
  }
  const refused = {
    empty: "",
    "a control": "a\u001b[31mb",
    "a line break": "a\nb",
    "a mark that turns the line round": "a\u202eb",
    "nothing to see": "\u200b",
    "a joiner": "an\u200dna",
    "blanks around": " anna",
    "a wide blank": "an\u3000na",
    "two blanks": "an  na",
    "a blank letter": "\u3164",
    "a heap of marks": `a${"\u0301".repeat(9)}`,
    "too long": "x".repeat(65),
    "a private character": "\ue000",
  };
  for (const [what, name] of Object.entries(refused)) {
    assert.equal(readName(utf8(name)), undefined, what);
    if (name !== "") assert.throws(() => nameBytes(name), { name: "UserError", exitCode: 2 }, what);
  }
  assert.equal(readName(Uint8Array.of(0xff)), undefined, "no UTF-8");
  assert.equal(nameBytes("").length, 0, "none is set by an empty text");
});

test("any bytes give a name that can be shown, or none", () => {
  const property = fc.property(
    fc.uint8Array({ maxLength: 80 }),
    fc.string({ unit: "binary" }),
    (bytes, text) => {
      for (const name of [readName(bytes), readName(utf8(text))]) {
        assert.ok(name === undefined || (name !== "" && !/[\p{C}\n]/u.test(name)), "visible");
        if (name !== undefined) assert.equal(likeness(name), likeness(likeness(name)), "settled");
      }
    },
  );
  fc.assert(property, { seed: 1 });
});

test("names that people take for one another are alike", () => {
  for (const [one, other] of [
    ["anna", "ANNA"],
    ["anna", "аnnа"], // Cyrillic a
    ["coco", "сосо"], // all Cyrillic
    ["bill", "b1ll"],
    ["bill", "bi|l"],
    ["Zoë", "zoe"],
    ["anna b", "anna-b."],
    ["modern", "modem"],
    ["alice", "𝐚𝐥𝐢𝐜𝐞"],
    ["o", "0"],
  ] as const) {
    assert.equal(likeness(one), likeness(other), `${one} and ${other}`);
  }
  for (const [one, other] of [
    ["anna", "hanna"],
    ["ben", "bea"],
    ["李雷", "韩梅梅"],
  ] as const) {
    assert.notEqual(likeness(one), likeness(other), `${one} and ${other}`);
  }
});

test("a name that looks like a key, has one beside it or mixes alphabets is never shown alone", () => {
  for (const name of ["3fa9c1", "DEADBEEF", "anna~3fa9", "аnna"]) assert.ok(isDoubtful(name), name);
  for (const name of ["anna", "Анна", "李雷", "ada12", "cafe"]) assert.ok(!isDoubtful(name), name);
});
