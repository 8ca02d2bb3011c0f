import type { WireBundle } from "../../wire/message.ts";
import type { Crypto, Random } from "../../wire/crypto.ts";
import type { KeyUse } from "../../wire/derive.ts";
import type { Effect } from "../core/effects.ts";
import type { EngineOptions } from "../engine/engine.ts";
import type { Input, Instant } from "../core/inputs.ts";
import type { BundleStore } from "../store/store.ts";
import { TraceDigest } from "./digest.ts";
import { digestEffect } from "./effect-digest.ts";
import { type Answers, formatLine, RECORDING_FORMAT, type Step, type StoreState } from "./line.ts";
import type { EngineObserver } from "./engine-observer.ts";

/** In place of every secret key: what was signed with them is recorded instead. */
const NO_SECRET = new Uint8Array(32);
/** Of what is derived from secrets, only that is written down with which nobody can read anything. */
export const OPENS_NOTHING: ReadonlySet<KeyUse> = new Set<KeyUse>([
  "hint",
  "sets",
  "tag",
  "name",
  "topic",
]);
/** In place of a plaintext: no datagram is empty. */
export const NOT_OPENED = new Uint8Array(0);

/**
 * Writes one run of an engine down, complete enough to be played again: its inputs with their moments, what its stores
 * held at the start, every random number, signature and ciphertext that it got, what it opened, and a hash of every
 * effect. It contains no secret key, but everything else that the node knows: payloads, addresses, and what its tokens
 * are made with.
 */
export class Recorder implements EngineObserver {
  /** What the engine is to be made with. */
  readonly options: EngineOptions;
  readonly #write: (line: string) => void;
  /** BOUNDED: by what one input asks for. */
  #answers: Answers = [];
  #step: Step | undefined;
  #isOpen = false;

  /** `write` takes one line of text at a time, without its end. */
  constructor(options: EngineOptions, write: (line: string) => void) {
    this.#write = write;
    const answer = <T extends Uint8Array | number>(value: T): T => {
      this.#answers.push(value);
      return value;
    };
    const { crypto, random } = options;
    this.options = {
      ...options,
      crypto: answering(crypto, answer),
      random: {
        bytes: (length) => answer(random.bytes(length)),
        float: () => answer(random.float()),
        below: (bound) => answer(random.below(bound)),
      } satisfies Random,
    };
  }

  input(input: Input, at: Instant): void {
    if (!this.#isOpen) this.#open();
    this.#step = { at, ...recorded(input), answers: this.#answers, effects: [] };
  }

  effect(effect: Effect): void {
    this.#step?.effects.push(nameOf(effect));
  }

  drained(): void {
    if (this.#step === undefined) return;
    this.#write(formatLine(this.#step));
    this.#step = undefined;
    this.#answers = [];
  }

  #open(): void {
    const { crypto: _, random: __, ...options } = this.options;
    this.#write(formatLine({ format: RECORDING_FORMAT, options, answers: this.#answers }));
    this.#answers = [];
    this.#isOpen = true;
  }
}

/** Kind and hash of an effect. */
export function nameOf(effect: Effect): string {
  const digest = new TraceDigest();
  digestEffect(digest, effect);
  return `${effect.kind} ${digest.value}`;
}

function answering(crypto: Crypto, answer: (bytes: Uint8Array) => Uint8Array): Crypto {
  return {
    hash: (data) => crypto.hash(data),
    mac: (key, data) => crypto.mac(key, data),
    derive(secret, use, context) {
      const key = crypto.derive(secret, use, context);
      return OPENS_NOTHING.has(use) ? answer(key) : key;
    },
    seal(key, nonce, associated, plain, out) {
      crypto.seal(key, nonce, associated, plain, out);
      answer(out.slice());
    },
    open(key, nonce, associated, sealed) {
      const plain = crypto.open(key, nonce, associated, sealed);
      answer(plain?.slice() ?? NOT_OPENED);
      return plain;
    },
    verify: (signature, message, key) => crypto.verify(signature, message, key),
    publicKey: (secret) => answer(crypto.publicKey(secret)),
    sign: (message, secret) => answer(crypto.sign(message, secret)),
  };
}

function recorded(input: Input): Pick<Step, "input" | "store"> {
  if (input.kind !== "join") return { input };
  const { store, overlay, kind } = input;
  const { overlaySecret, invitation, root } = overlay;
  const without = {
    ...overlay,
    memberSecret: NO_SECRET,
    ...(overlaySecret && { overlaySecret: NO_SECRET }),
    ...(invitation && { invitation: NO_SECRET }),
    ...(root && { root: NO_SECRET }),
  };
  return { input: { kind, overlay: without }, store: stateOf(store) };
}

function stateOf(store: BundleStore): StoreState {
  const bundles: WireBundle[] = [];
  store.index.ascend(0, (globalTime, w0, w1, w2, w3) => {
    const bundle = store.get({ globalTime, w0, w1, w2, w3 });
    if (bundle !== undefined) {
      const { author, body, signature } = bundle;
      bundles.push({ author, body, signature });
    }
    return true;
  });
  return { clock: store.clock, admitted: store.admitted, bundles };
}
