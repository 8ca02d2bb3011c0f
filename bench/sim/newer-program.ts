import type { Effect } from "../../node/core/effects.ts";
import type { OverlayConfig } from "../../node/core/overlay-config.ts";
import { Engine, type EngineOptions } from "../../node/engine/engine.ts";
import { type Bundle, readBundle, signedBytes } from "../../wire/bundle.ts";
import { concatBytes } from "../../wire/bytes.ts";
import type { Crypto } from "../../wire/crypto.ts";
import { PROTOCOL_VERSION } from "../../wire/limits.ts";
import { dispersy } from "../../wire/schema.js";
import { overlayId } from "../../wire/identity.ts";
import { isSealed, SEALING_BYTES } from "../../wire/sealed.ts";
import { Insider } from "../../node/testing/insider.ts";
import type { EngineLike, SimNode } from "../../node/testing/node.ts";

/** A kind of bundle, a feature and a field that today's program does not know: what the next one may have. */
const KIND = 9;
const FEATURES = 1 << 5;
/** Field 100 with three bytes in it. */
const FIELD = Uint8Array.of(0xa2, 0x06, 3, 1, 2, 3);

/** An engine that speaks the next version of the protocol as well, and says so in every request and response. */
export function newerEngine(options: EngineOptions): EngineLike {
  return engineOf(options, PROTOCOL_VERSION, false);
}

/** One that besides sends a datagram of a new kind after each sealed one. */
export function newerKindsEngine(options: EngineOptions): EngineLike {
  return engineOf(options, PROTOCOL_VERSION, true);
}

/** One that speaks the next version only: there is none that it and today's program both speak. */
export function incompatibleEngine(options: EngineOptions): EngineLike {
  return engineOf(options, PROTOCOL_VERSION + 1, false);
}

function engineOf(options: EngineOptions, oldestVersion: number, hasNewKinds: boolean): EngineLike {
  const engine = new Engine(options);
  const poll = engine.poll.bind(engine);
  const handle = engine.handle.bind(engine);
  /** Of the overlay that it takes part in. */
  let insider: Insider | undefined;
  engine.handle = (input, at) => {
    if (input.kind === "join") insider = insiderOf(options, input.overlay);
    handle(input, at);
  };
  /** Of a kind that only the next version has. */
  let extra: Effect | undefined;
  engine.poll = () => {
    if (extra !== undefined) {
      const effect = extra;
      extra = undefined;
      return effect;
    }
    const effect = poll();
    if (effect?.kind !== "send") return effect;
    if (hasNewKinds && insider !== undefined && isSealed(effect.bytes)) {
      extra = { ...effect, bytes: unknownKind(insider, effect.bytes) };
    }
    return { ...effect, bytes: resealed(effect, insider, oldestVersion) };
  };
  return engine;
}

/** Whether it goes to an address that showed a token, or is told one. */
function isToProven({ introductionRequest, introductionResponse }: dispersy.Datagram): boolean {
  return (introductionRequest?.token?.length ?? 0) > 0 || introductionResponse?.validated === true;
}

function insiderOf({ crypto, random }: EngineOptions, { key, root }: OverlayConfig): Insider {
  return new Insider({ crypto, random, overlay: overlayId(crypto, key), from: root ?? key });
}

function resealed(
  { bytes }: Extract<Effect, { kind: "send" }>,
  insider: Insider | undefined,
  oldestVersion: number,
): Uint8Array {
  if (insider === undefined || !isSealed(bytes)) return asNewer(bytes, 1_232, oldestVersion);
  return insider.seal(asNewer(insider.open(bytes)!, 1_232 - SEALING_BYTES, oldestVersion));
}

/** To the same overlay, with nothing in it that today's program knows. */
function unknownKind(insider: Insider, sealed: Uint8Array): Uint8Array {
  const { overlay } = dispersy.Datagram.decode(insider.open(sealed)!);
  return insider.seal(concatBytes(dispersy.Datagram.encode({ overlay }).finish(), FIELD));
}

/** The same datagram, not sealed, of at most so many bytes, as the next version sends it. */
function asNewer(bytes: Uint8Array, most: number, oldestVersion: number): Uint8Array {
  const datagram = dispersy.Datagram.decode(bytes);
  const walker = datagram.introductionRequest ?? datagram.introductionResponse;
  if (walker == null) return bytes;
  Object.assign(walker, { version: PROTOCOL_VERSION + 1, oldestVersion });
  walker.features = FEATURES;
  const longer = concatBytes(dispersy.Datagram.encode(datagram).finish(), FIELD);
  if (isToProven(datagram) && longer.length <= most) return longer;
  // To whoever proved nothing the next version sends no more bytes either: what is new takes room from the padding.
  const padding = (walker.padding?.length ?? 0) - (longer.length - bytes.length);
  if (padding < 1) return bytes;
  walker.padding = new Uint8Array(padding);
  return concatBytes(dispersy.Datagram.encode(datagram).finish(), FIELD);
}

/** Has a node hold a new bundle of the later version's kind, which it made itself. */
export function publishNewerKind(crypto: Crypto, node: SimNode): Bundle {
  const { config, store } = node.memberships[0]!;
  const globalTime = store.clock + 1;
  const fields = dispersy.Body.encode({
    globalTime: globalTime as never,
    kind: KIND as dispersy.Body.Kind,
  }).finish();
  const body = concatBytes(fields, FIELD);
  const author = crypto.publicKey(config.memberSecret);
  const signature = crypto.sign(signedBytes(config.key, author, body), config.memberSecret);
  const bundle = readBundle(crypto, config.key, { author, body, signature });
  if ("rejected" in bundle) throw new Error(bundle.rejected);
  store.apply({ add: [bundle], remove: [], clock: globalTime, admitted: store.admitted + 1 });
  return bundle;
}
