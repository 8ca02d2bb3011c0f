import assert from "node:assert/strict";
import { afterEach, beforeEach, describe, it } from "node:test";
import { Home } from "../../node/host/home.ts";
import { LmdbStore } from "../../node/host/lmdb-store.ts";
import { nativeCrypto } from "../../node/host/native-crypto.ts";
import { makeBundle } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";
import { type Serving, Stage, completeLines, list, statusOf, until } from "./program.ts";

let stage: Stage;
beforeEach(() => (stage = new Stage()));
afterEach(() => stage.clear());

async function payloads({ home }: { home: string }): Promise<string[]> {
  return (await list(stage, home)).map(({ payload }) => payload).sort();
}

async function holds(node: Serving, ...expected: string[]): Promise<void> {
  const count = async (): Promise<number> => (await statusOf(node.home)).overlays[0]!.bundles;
  await until(`${node.home} has ${expected.length}`, async () => (await count()) >= expected.length);
  assert.deepEqual(await payloads(node), expected);
}

async function counted(node: Serving, counter: string): Promise<void> {
  await until(counter, async () => ((await statusOf(node.home)).counters[counter] ?? 0) > 0);
}

/** Writes bundles into a home's store past all rules: one by its own member, one in the founder's name. */
async function forge(home: string, founder: Uint8Array): Promise<void> {
  const [overlay] = Home.prepare(home).overlays();
  const { key, memberSecret } = overlay!;
  const store = new LmdbStore(home);
  const held = store.overlay(overlay!.overlay);
  const draft = (text: string) => ({ content: { kind: "data" as const, payload: utf8(text) } });
  const own = makeBundle(nativeCrypto, key, memberSecret, held.clock + 1, draft("forged"));
  const { secretKey, publicKey } = founderLike(founder);
  const lie = makeBundle(nativeCrypto, key, secretKey, held.clock + 2, draft("in another's name"));
  assert.deepEqual(publicKey, founder);
  await held.commit({ add: [own, lie], remove: [], clock: held.clock + 2, admitted: held.admitted + 2 });
  await store.close();
}
