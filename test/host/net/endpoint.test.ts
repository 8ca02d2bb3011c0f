import assert from "node:assert/strict";
import { test } from "node:test";
import { parseListen, parsePlace, resolvePlaces } from "../../../node/host/net/endpoint.ts";

for (const [text, expected] of [
  ["127.0.0.1:0", { host: "127.0.0.1", port: 0 }],
  ["0.0.0.0:6421", { host: "0.0.0.0", port: 6421 }],
  ["[::1]:6421", { host: "::1", port: 6421 }],
  ["[::]:0", { host: "::", port: 0 }],
  ["localhost:1", { host: "localhost", port: 1 }],
  [":6421", { port: 6421 }],
  ["*:6421", { port: 6421 }],
  ["6421", { port: 6421 }],
] as const) {
  test(`listen on ${text}`, () => assert.deepEqual(parseListen(text), expected));
}

for (const text of [
  "",
  ":",
  "host",
  "host:",
  "host:65536",
  "::1:5",
  "127.1:5",
  "[::1]5",
  "a b:5",
  "-1",
  "1.5",
]) {
  test(`"${text}" is nothing to listen on`, () => {
    assert.throws(() => parseListen(text), { name: "UserError", exitCode: 2 });
  });
}

test("a place needs a port", () => {
  assert.deepEqual(parsePlace("tracker.example:6421"), { host: "tracker.example", port: 6421 });
  for (const text of ["tracker.example", "x:0", "x\u001b[2J:5"]) {
    assert.throws(
      () => parsePlace(text),
      (error: Error) => /^[\x20-\x7e]*$/.test(error.message),
    );
  }
});

test("literals resolve to themselves, names by the system, failures are told", async () => {
  const failed: string[] = [];
  const places = [
    { host: "127.0.0.1", port: 5 },
    { host: "::1", port: 5 },
    { host: "127.0.0.1", port: 5 },
    { host: "name.invalid", port: 5 },
  ];
  const addresses = await resolvePlaces(places, (host) => failed.push(host));
  assert.deepEqual(
    addresses.map(({ key }) => key),
    ["127.0.0.1:5", "[::1]:5"],
  );
  assert.deepEqual(failed, ["name.invalid"]);
});
