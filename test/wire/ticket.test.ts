import assert from "node:assert/strict";
import { test } from "node:test";
import { crc32 } from "node:zlib";
import * as fc from "fast-check";
import { toHex } from "../../wire/bytes.ts";
import { formatHostPort, parseHostPort } from "../../wire/place.ts";
import { formatTicket, parseTicket, type Ticket, withoutSecrets } from "../../wire/ticket.ts";

const SCALE = Number(process.env["SCALE"] ?? 1);
const KEY = new Uint8Array(32).fill(0xa1);
const KEY_TEXT = "a1".repeat(32);
const FULL: Ticket = {
  overlay: KEY,
  at: [
    { host: "192.0.2.1", port: 6421 },
    { host: "2001:db8::1", port: 1 },
    { host: "tracker.example", port: 65_535 },
  ],
  peers: [{ host: "198.51.100.7", port: 7 }],
  ws: [{ host: "tracker.example", port: 443, path: "/dispersy", tls: false }],
  invitation: new Uint8Array(32).fill(0xb2),
  secret: new Uint8Array(32).fill(0xc3),
  helper: new Uint8Array(32).fill(0xd4),
};
const FULL_TEXT = checked(
  `dispersy:1:${KEY_TEXT}?at=192.0.2.1:6421&at=[2001:db8::1]:1&at=tracker.example:65535` +
    `&peer=198.51.100.7:7&ws=tracker.example:443/dispersy` +
    `&invitation=${"b2".repeat(32)}&secret=${"c3".repeat(32)}&helper=${"d4".repeat(32)}&`,
);

/** With a check that fits, by somebody else's CRC-32. */
function checked(text: string): string {
  return `${text}check=${crc32(text).toString(16).padStart(8, "0")}`;
}

function mistakeIn(text: string): string {
  const result = parseTicket(text);
  assert.ok("mistake" in result, `accepted: ${text}`);
  return result.mistake;
}

test("golden: a ticket with everything, and one with nothing", () => {
  assert.equal(formatTicket(FULL), FULL_TEXT);
  assert.deepEqual(parseTicket(FULL_TEXT), FULL);
  const nothing = `dispersy:1:${KEY_TEXT}?check=6a676336`;
  assert.equal(formatTicket({ overlay: KEY, at: [] }), nothing);
  assert.deepEqual(parseTicket(nothing), { overlay: KEY, at: [] });
});

test("the secrets can be left out, also one by one", () => {
  const { overlay, at, peers, ws } = FULL;
  assert.deepEqual(withoutSecrets(FULL), { overlay, at, peers, ws });
  const { invitation: _, ...readable } = FULL;
  assert.deepEqual(parseTicket(formatTicket(readable)), readable);
});

test("what mail, pages and chats do to a ticket is forgiven", () => {
  const wrapped = FULL_TEXT.replace(/.{60}/g, "$&\r\n  ");
  const forgiven = [
    wrapped,
    FULL_TEXT.replaceAll("&", "&amp;"),
    FULL_TEXT.replaceAll("&", "&AMP;amp;"),
    FULL_TEXT.toUpperCase(),
    `'${FULL_TEXT}'`,
    `"${FULL_TEXT}".`,
    `\u201c${FULL_TEXT}\u201d`,
    `\u00ab${FULL_TEXT}\u00bb`,
    `(${FULL_TEXT}).`,
    `[${FULL_TEXT}]`,
    `<${FULL_TEXT}>`,
    `\ufeff${FULL_TEXT}\u00a0\n`,
    FULL_TEXT.replace("?", "\u200b?\u00ad"),
  ];
  for (const text of forgiven) assert.deepEqual(parseTicket(text), FULL, text);
});

test("every other change of one place is a mistake", () => {
  const others = "0123456789abcdefghijklmnopqrstuvwxyz:?&=.[]/-_;%+".split("");
  let forgiven = 0;
  for (let at = 0; at < FULL_TEXT.length; at++) {
    const [before, after] = [FULL_TEXT.slice(0, at), FULL_TEXT.slice(at + 1)];
    const swapped = before + (after[0] ?? "") + FULL_TEXT[at]! + after.slice(1);
    const changes = [before + after, swapped, ...others.map((other) => before + other + after)];
    const inserted = others.map((other) => before + other + FULL_TEXT.slice(at));
    for (const text of [...changes, ...inserted]) {
      const ticket = parseTicket(text);
      if ("mistake" in ticket) continue;
      // The same ticket, with a bracket before it; a change never makes another one.
      assert.deepEqual(ticket, FULL, text);
      forgiven++;
    }
  }
  assert.ok(forgiven < 2 * FULL_TEXT.length, `${forgiven} changes made no difference`);
});

test("a ticket that was cut anywhere is a mistake, and says so where it can be known", () => {
  for (let length = 0; length < FULL_TEXT.length; length++) mistakeIn(FULL_TEXT.slice(0, length));
  assert.match(mistakeIn(FULL_TEXT.slice(0, -1)), /cut off/);
  assert.match(mistakeIn(FULL_TEXT.replace("6421", "642")), /changed on its way/);
});

/** Records like those that object literals make, so that they compare as equal. */
const PLAIN = { noNullPrototype: true };
const octet = fc.nat({ max: 255 });
const label = fc.stringMatching(/^[a-z0-9_]([a-z0-9_-]{0,20}[a-z0-9_])?$/);
const host = fc.oneof(
  fc.tuple(octet, octet, octet, octet).map((ip) => ip.join(".")),
  fc.ipV6().map((ip) => parseHostPort(`[${ip}]:1`)!.host),
  fc
    .tuple(fc.array(label, { maxLength: 4 }), fc.stringMatching(/^[a-z]{2,12}$/))
    .map(([labels, top]) => [...labels, top].join(".")),
);
const port = fc.integer({ min: 1, max: 65_535 });
const path = fc.stringMatching(/^\/[a-z0-9._~/-]{0,40}$/);
const key = fc.uint8Array({ minLength: 32, maxLength: 32 });
const place = fc.record({ host, port }, PLAIN);
const tickets: fc.Arbitrary<Ticket> = fc.record(
  {
    overlay: key,
    at: fc.array(place, { maxLength: 32 }),
    peers: fc.array(place, { minLength: 1, maxLength: 32 }),
    ws: fc.array(fc.record({ host, port, path, tls: fc.boolean() }, PLAIN), {
      minLength: 1,
      maxLength: 32,
    }),
    invitation: key,
    secret: key,
    helper: key,
  },
  { ...PLAIN, requiredKeys: ["overlay", "at"] },
);

test("property: every ticket survives the round trip, also pasted with white space", () => {
  const property = fc.property(tickets, (ticket) => {
    const text = formatTicket(ticket);
    assert.match(text, /^[\x21-\x7e]+$/);
    assert.deepEqual(parseTicket(text), ticket);
    assert.deepEqual(parseTicket(`\n ${text}\r\n`), ticket);
  });
  fc.assert(property, { seed: 1, numRuns: 300 * SCALE });
});

test("property: any text is a ticket or a printable mistake that names no key", () => {
  const edited = fc
    .tuple(fc.nat({ max: FULL_TEXT.length }), fc.nat({ max: 3 }), fc.string({ unit: "binary" }))
    .map(([at, cut, text]) => FULL_TEXT.slice(0, at) + text + FULL_TEXT.slice(at + cut));
  let mistakes = 0;
  const property = fc.property(fc.oneof(edited, fc.string({ unit: "binary" })), (text) => {
    const result = parseTicket(text);
    if (!("mistake" in result)) return;
    mistakes++;
    assert.match(result.mistake, /^[\x20-\x7e]{10,200}$/);
    assert.ok(!/(?:b2|c3){4}/.test(result.mistake), result.mistake);
  });
  fc.assert(property, { seed: 2, numRuns: 2_000 * SCALE });
  assert.ok(mistakes > 100);
});

test("parameters of a later version are ignored, a later version is not", () => {
  const text = checked(`dispersy:1:${KEY_TEXT}?colour=blue&at=192.0.2.1:1&flag&&=x&`);
  assert.deepEqual(parseTicket(text), { overlay: KEY, at: [{ host: "192.0.2.1", port: 1 }] });
  assert.match(mistakeIn(checked(`dispersy:2:${KEY_TEXT}?`)), /version 2; only version 1/);
});

test("each mistake is named", () => {
  const base = `dispersy:1:${KEY_TEXT}`;
  const mistakes: [string, RegExp][] = [
    ["", /begins with dispersy:1:/],
    ["hello", /begins with dispersy:1:/],
    ["dispersy:1", /begins with dispersy:1:/],
    [`dispersy:x:${KEY_TEXT}`, /begins with dispersy:1:/],
    ["dispersy:1:", /cut off/],
    [base, /cut off/],
    [`${base}?at=192.0.2.1:1`, /cut off/],
    [`${base}?check=00000000`, /changed on its way/],
    [checked(`${base.slice(0, -1)}?`), /overlay key must be 64 hex/],
    [checked(`${base}0?`), /overlay key must be 64 hex/],
    [checked(`${base}?at=&`), /place 1 of the ticket is not/],
    [checked(`${base}?at&`), /place 1 of the ticket is not/],
    [checked(`${base}?at=192.0.2.1:1&at=192.0.2.1&`), /place 2 of the ticket is not/],
    [checked(`${base}?peer=192.0.2.1&`), /place 1 of the ticket is not/],
    [checked(`${base}?${"peer=192.0.2.1:1&".repeat(33)}`), /at most 32/],
    [checked(`${base}?ws=192.0.2.1:1&`), /place 1 of the ticket is not host:port.path/],
    [checked(`${base}?invitation=b2&`), /invitation must be 64 hex/],
    [checked(`${base}?secret=${"zz".repeat(32)}&`), /secret must be 64 hex/],
    [checked(`${base}?secret=${KEY_TEXT}&secret=${KEY_TEXT}&`), /more than one secret/],
    [checked(`${base}?${"at=192.0.2.1:1&".repeat(33)}`), /at most 32/],
    [checked(`${base}?${"x".repeat(40_000)}&`), /too long/],
  ];
  for (const [text, sentence] of mistakes) assert.match(mistakeIn(text), sentence);
});

test("a place is an IP or a name, never an IP in disguise", () => {
  const same: [string, string][] = [
    ["Tracker.Example.:1", "tracker.example:1"],
    ["[2001:DB8:0::1]:1", "[2001:db8::1]:1"],
    ["[::ffff:192.0.2.1]:1", "192.0.2.1:1"],
    ["localhost:80", "localhost:80"],
    ["xn--bcher-kva.example:1", "xn--bcher-kva.example:1"],
  ];
  for (const [text, formatted] of same) {
    assert.equal(formatHostPort(parseHostPort(text)!), formatted);
  }
  const none =
    "127.1:1 2130706433:1 0177.0.0.1:1 0x7f.1:1 a.0x7f000001:1 256.1.1.1:1 1.2.3.4.:1 host:0 host:65536 " +
    "host:-1 host: :1 host [::1] [1.2.3.4]:1 [fe80::1%eth0]:1 ::1:1 a..b:1 -a:1 a-:1 a/b:1 a@b:1";
  for (const text of none.split(" ")) assert.equal(parseHostPort(text), undefined, text);
  assert.equal(parseHostPort(`${"a.".repeat(130)}b:1`), undefined);
});

test("a programmer's mistakes throw", () => {
  const at = Array.from({ length: 33 }, () => ({ host: "192.0.2.1", port: 1 }));
  const bad: Ticket[] = [
    { overlay: KEY, at },
    { overlay: KEY, at: [], peers: at },
    { overlay: KEY.subarray(1), at: [] },
    { overlay: KEY, at: [], secret: KEY.subarray(1) },
    { overlay: KEY, at: [{ host: "a&secret=b", port: 1 }] },
    { overlay: KEY, at: [{ host: "a", port: 0 }] },
    { overlay: KEY, at: [], ws: [{ host: "a", port: 1, path: "no slash", tls: true }] },
  ];
  for (const ticket of bad) assert.throws(() => formatTicket(ticket), RangeError);
  assert.equal(toHex(KEY), KEY_TEXT);
});
