import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TestContext } from "node:test";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { Node, type NodeOptions } from "../../node/host/node/node.ts";
import { type Bundle, type Content, type Draft, makeBundle } from "../../wire/bundle.ts";
import { utf8 } from "../../wire/bytes.ts";

/** A folder that is gone after the test. */
export function temporaryFolder(t: TestContext): string {
  const folder = mkdtempSync(join(tmpdir(), "dispersy-test-"));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  return folder;
}

export const AUTHOR_SECRET = new Uint8Array(32).fill(1);
export const OVERLAY_KEY = nativeCrypto.publicKey(new Uint8Array(32).fill(2));

/** A real, signed bundle. */
export function bundleOf(
  globalTime: number,
  content: Content | string,
  more: Omit<Draft, "content"> = {},
): Bundle {
  const whole: Content =
    typeof content === "string" ? { kind: "data", payload: utf8(content) } : content;
  return makeBundle(nativeCrypto, OVERLAY_KEY, AUTHOR_SECRET, globalTime, {
    ...more,
    content: whole,
  });
}

/** A node on loopback that is closed after the test. */
export async function openNode(t: TestContext, options: NodeOptions = {}): Promise<Node> {
  const node = await Node.open({
    home: temporaryFolder(t),
    listen: "127.0.0.1:0",
    logLevel: "silent",
    ...options,
  });
  t.after(() => node.close());
  return node;
}

/** Waits for a condition, at most half a minute: machines that run tests are slow at times. */
export async function until(
  what: string,
  condition: () => boolean | Promise<boolean>,
): Promise<void> {
  for (let tries = 0; tries < 1_500; tries++) {
    if (await condition()) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
  throw new Error(`never happened: ${what}`);
}

export function payloads(node: Node, overlay?: string): string[] {
  return [...node.list(overlay, { dataOnly: true })].map(({ header: { content } }) =>
    content.kind === "data" ? Buffer.from(content.payload).toString() : "",
  );
}
