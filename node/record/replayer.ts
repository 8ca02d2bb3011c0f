import { type Bundle, readBundle } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import type { Crypto, Random } from "../../wire/crypto.ts";
import { overlayId } from "../../wire/identity.ts";
import type { Effect } from "../core/effects.ts";
import { Engine } from "../engine/engine.ts";
import type { Input } from "../core/inputs.ts";
import type { OverlayConfig } from "../core/overlay-config.ts";
import { MemoryStore } from "../store/memory.ts";
import { type Answers, parseLine, RECORDING_FORMAT, type Step, type StoreState } from "./line.ts";
import { nameOf, NOT_OPENED, OPENS_NOTHING } from "./recorder.ts";

/** Where a replay did not do what was recorded. */
export interface Difference {
  /** Of the recording, counted from 1. */
  line: number;
  input: Input["kind"];
  /** Place among the effects of the input, from 0. */
  effect: number;
  /** Kinds and hashes; undefined where one side did no more. */
  recorded: string | undefined;
  replayed: string | undefined;
}

export interface Replayed {
  inputs: number;
  effects: number;
  /** The first one, after which nothing was played. */
  difference?: Difference;
}

/** Sees every input before it is played and every effect, to look at what went on. */
export interface ReplayObserver {
  input?(input: Input, line: number): void;
  effect?(effect: Effect, line: number): void;
}

/** Plays recordings again, on a fresh engine. Throws a SyntaxError for lines that are no recording. */
export class Replay {
  readonly #crypto: Crypto;
  readonly #observer: ReplayObserver;
  /** What the engine is about to ask for. BOUNDED: by what one input asked for. */
  #answers: Answers = [];
  #engine: Engine | undefined;
  #line = 0;
  /** By overlay. BOUNDED: by the overlays of the recording. */
  readonly #stores = new Map<string, MemoryStore>();
  /** By overlay: what is to be committed. BOUNDED: one each. */
  readonly #commits = new Map<string, Extract<Effect, { kind: "commit" }>>();
  readonly #done: Replayed = { inputs: 0, effects: 0 };

  constructor(crypto: Crypto, observer: ReplayObserver = {}) {
    this.#crypto = crypto;
    this.#observer = observer;
  }

  /** Plays one line more; false once there was a difference. */
  play(text: string): boolean {
    this.#line++;
    const line = parseLine(text);
    this.#answers = line.answers;
    if ("format" in line) {
      if (line.format !== RECORDING_FORMAT) {
        throw new SyntaxError("this recording was made by another version of this program");
      }
      const { crypto, random } = this.#sources();
      this.#engine = new Engine({ ...line.options, crypto, random });
      return true;
    }
    if (this.#engine === undefined) throw new SyntaxError("the recording lacks its beginning");
    return this.#step(this.#engine, line);
  }

  /** What was played until now. */
  get result(): Replayed {
    return this.#done;
  }

  #step(engine: Engine, step: Step): boolean {
    const input = this.#prepare(step);
    this.#observer.input?.(input, this.#line);
    this.#done.inputs++;
    engine.handle(input, step.at);
    let count = 0;
    for (let effect = engine.poll(); effect !== undefined; effect = engine.poll()) {
      this.#observer.effect?.(effect, this.#line);
      if (effect.kind === "commit") this.#commits.set(effect.overlay, effect);
      if (!this.#agrees(step, count++, nameOf(effect))) return false;
    }
    return count === step.effects.length || this.#agrees(step, count, undefined);
  }

  #agrees({ input, effects }: Step, effect: number, replayed: string | undefined): boolean {
    const recorded = effects[effect];
    if (recorded === replayed) {
      this.#done.effects++;
      return true;
    }
    this.#done.difference = { line: this.#line, input: input.kind, effect, recorded, replayed };
    return false;
  }

  /** A join gets a store of the replay; what is told to be committed is committed first. */
  #prepare({ input, store }: Step): Input {
    if (input.kind === "join") {
      const copy = this.#storeOf(input.overlay, store!);
      this.#stores.set(toHex(overlayId(this.#crypto, input.overlay.key)), copy);
      return { ...input, store: copy };
    }
    if (input.kind === "committed") {
      this.#stores.get(input.overlay)?.apply(this.#commits.get(input.overlay)!);
    }
    return input;
  }

  #storeOf({ key }: OverlayConfig, { bundles, clock, admitted }: StoreState): MemoryStore {
    const add = bundles.map((wire) => readBundle(this.#crypto, key, wire));
    const store = new MemoryStore();
    store.apply({
      add: add.filter((read): read is Bundle => "id" in read),
      remove: [],
      clock,
      admitted,
    });
    return store;
  }

  /** Gives what was recorded, in order, instead of drawing and signing. */
  #sources(): { crypto: Crypto; random: Random } {
    const next = (): Uint8Array | number => {
      const answer = this.#answers.shift();
      // An engine that asks for more does something else already: its effects will show it.
      return answer ?? 0;
    };
    const bytes = (length: number): Uint8Array => {
      const answer = next();
      return typeof answer === "number" ? new Uint8Array(length) : answer;
    };
    const crypto: Crypto = {
      ...native(this.#crypto),
      publicKey: () => bytes(32),
      sign: () => bytes(64),
      derive: (_, use) => (OPENS_NOTHING.has(use) ? bytes(32) : new Uint8Array(32)),
      seal: (_, __, ___, ____, out) => out.set(bytes(out.length).subarray(0, out.length)),
      open() {
        const plain = bytes(NOT_OPENED.length);
        return plain.length === NOT_OPENED.length ? undefined : plain;
      },
    };
    return { crypto, random: { bytes, float: () => Number(next()), below: () => Number(next()) } };
  }
}

function native(crypto: Crypto): Pick<Crypto, "hash" | "mac" | "verify"> {
  return {
    hash: (data) => crypto.hash(data),
    mac: (key, data) => crypto.mac(key, data),
    verify: (signature, message, key) => crypto.verify(signature, message, key),
  };
}
