import { type ByteStream, Pipe, type PipePatience, SALT_BYTES } from "../carriers/pipe.ts";
import { hostRandom } from "../random.ts";
import type { Joined } from "../runtime/joined.ts";
import type { Runtime } from "../runtime/runtime.ts";
import { nativeCrypto } from "../verify/native-crypto.ts";

export interface PipeOptions {
  /** Goes on until the stream ends. */
  follow?: boolean;
  /** Hears what is waited for, in words. */
  note?: (text: string) => void;
  patience?: PipePatience;
}

/** A pipe of a running node, for some of its overlays. */
export function openPipe(
  runtime: Runtime,
  overlays: readonly Joined[],
  stream: ByteStream,
  { follow = false, patience, note = () => {} }: PipeOptions,
): Pipe {
  const ports = {
    links: runtime.links,
    crypto: nativeCrypto,
    salt: hostRandom.bytes(SALT_BYTES),
    overlays: overlays.map(({ overlay, key, home }) => ({ overlay, from: home.root ?? key })),
    note,
    held: (wanted: string) => {
      const all = runtime.asOfNow().overlays();
      return all.find(({ overlay }) => overlay === wanted) ?? { bundles: 0, arriving: 0 };
    },
  };
  return new Pipe(ports, stream, follow, patience);
}
