import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import type { Status } from "../../node/host/status/node-status.ts";
import { Home } from "../../node/host/home/home.ts";
import { LmdbStore } from "../../node/host/store/lmdb-store.ts";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { type Bundle, type Draft, makeBundle, readBundle } from "../../wire/bundle.ts";
import { fromHex, utf8 } from "../../wire/bytes.ts";
import { type Serving, Stage, completeLines, list, statusOf, until } from "./program.ts";

let stage: Stage;
beforeEach(() => (stage = new Stage()));
afterEach(() => stage.clear());

async function payloads({ home }: { home: string }): Promise<string[]> {
  return (await list(stage, home)).map(({ payload }) => payload).sort();
}

async function holds(node: Serving, ...expected: string[]): Promise<void> {
  const count = async (): Promise<number> => (await statusOf(node.home)).overlays[0]!.bundles;
  await until(
    `${node.home} has ${expected.length}`,
    async () => (await count()) >= expected.length,
  );
  assert.deepEqual(await payloads(node), expected);
}

async function counted(node: Serving, counter: keyof Status["counters"]): Promise<void> {
  await until(counter, async () => ((await statusOf(node.home)).counters[counter] ?? 0) > 0);
}

/** Writes bundles into a home's store past all rules: one by its own member, one in the founder's name. */
async function forge(home: string, founder: Uint8Array): Promise<void> {
  const [overlay] = Home.prepare(home).overlays();
  const { key, memberSecret } = overlay!;
  const store = new LmdbStore(home);
  const held = store.overlay(overlay!.overlay);
  const make = (text: string): Bundle => {
    const draft: Draft = { content: { kind: "data", payload: utf8(text) } };
    return makeBundle(nativeCrypto, key, memberSecret, held.clock + 1, draft);
  };
  const { body, signature } = make("in another's name");
  const lie = readBundle(nativeCrypto, key, { author: founder, body, signature });
  assert.ok(!("rejected" in lie));
  const counts = { clock: held.clock + 1, admitted: held.admitted + 2 };
  await held.commit({ add: [make("without permission"), lie], remove: [], ...counts });
  await store.close();
}

describe("an overlay with members", () => {
  it("takes what members write, by invitation and by grant, and nothing of a stranger", async () => {
    const founderHome = stage.path("founder");
    const init = ["init", "--members", "--json", "--home", founderHome];
    const { member } = JSON.parse(await stage.done(init)) as { member: string };
    const founder = await stage.run("founder");
    await stage.done(["put", "of the founder", "--home", founderHome]);

    const invite = ["invite", "--json", "--home", founderHome];
    const { ticket } = JSON.parse(await stage.done(invite)) as { ticket: string };
    const invited = await stage.run("invited", [ticket]);
    const mayWrite = async ({ home }: Serving): Promise<boolean> =>
      (await statusOf(home)).overlays[0]!.mayWrite;
    await until("the invitation works", () => mayWrite(invited));
    await stage.done(["put", "by invitation", "--home", invited.home]);
    await holds(founder, "by invitation", "of the founder");

    const stranger = await stage.run("stranger", [founder.ticket]);
    await holds(stranger, "by invitation", "of the founder");
    const refused = await stage.command(["put", "let me", "--home", stranger.home]);
    assert.equal(refused.code, 1);
    assert.equal(refused.stdout, "");
    assert.match(
      completeLines(refused.stderr)[0]!,
      /^error: not published: this node is not a member/,
    );

    const strangerKey = (await statusOf(stranger.home)).overlays[0]!.member;
    await stranger.program.stop();
    await forge(stranger.home, fromHex(member, 32)!);
    const again = await stage.run("stranger");
    await counted(founder, "bundle rejected: signature");
    await counted(founder, "bundle awaits a grant");
    assert.deepEqual(await payloads(founder), ["by invitation", "of the founder"]);
    assert.deepEqual(await payloads(invited), ["by invitation", "of the founder"]);

    await stage.done(["grant", strangerKey, "--home", founderHome]);
    await until("the grant arrived", () => mayWrite(again));
    await stage.done(["put", "by grant", "--home", again.home]);
    // What is signed in another's name, or was written before there was leave, stays out for ever.
    const all = ["by grant", "by invitation", "of the founder"];
    await holds(founder, ...all);
    await holds(invited, ...all);
  });
});
