import assert from "node:assert/strict";
import { test } from "node:test";
import { DropLog } from "../../../node/host/record/drop-log.ts";
import { Links } from "../../../node/host/carriers/links.ts";
import { createLog } from "../../../node/host/log.ts";
import { UNKNOWN_NAT } from "../../../wire/message.ts";
import { at, fresh, host, Rig } from "../../hostile/rig.ts";

test("a named address that is refused is logged with who named it, and which it was", () => {
  const [namer, named] = [host(0), at("10.0.0.1:80")];
  const rig = new Rig();
  const lines: string[] = [];
  const log = createLog({ level: "debug", readable: false, write: (line) => lines.push(line) });
  const dropLog = new DropLog(
    log,
    rig.engine,
    new Links({ input: () => {}, isKnown: () => false, now: () => 0 }),
  );
  const token = rig.validate(namer);
  dropLog.input({ kind: "datagram", from: namer, via: 0, bytes: new Uint8Array(45) });
  const request = { kind: "puncture-request", token, nonce: fresh(), target: named } as const;
  rig.say(namer, { ...request, nat: UNKNOWN_NAT, startMs: 0, instance: fresh(), sought: true });
  dropLog.drained();
  const said = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  const refusal = said.find(({ msg }) => msg === "rejected: named address: special range");
  assert.equal(refusal?.["from"], namer.key, lines.join(""));
  assert.equal(refusal["address"], named.key);
});
