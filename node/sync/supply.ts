import type { CandidateTable } from "../../candidates/table.ts";
import type { Validation } from "../../candidates/validation.ts";
import type { Address } from "../../wire/address.ts";
import type { BundlesMessage } from "../../wire/message.ts";
import type { Context } from "../core/context.ts";
import type { Profile } from "../core/profile.ts";
import { compareHeld, type Held } from "../sets/held.ts";
import { type BundleStore, type Lane, setOf } from "../store/store.ts";
import type { Epochs } from "./epochs.ts";
import { pack } from "./packing.ts";
import { readElements } from "./sketch/wanted.ts";
import type { Scope } from "../net/scope.ts";

/**
 * Sends what the answer to a sketch of ours asked for: at most MAX_WANTED bundles per offer of ours, to who proved to
 * receive at its address and gave us a token.
 */
export class Supply {
  readonly #ctx: Context;
  readonly #scope: Scope;
  readonly #table: CandidateTable;
  readonly #validation: Validation;
  readonly #store: BundleStore;
  readonly #profile: Profile;
  readonly #epochs: Epochs;

  constructor(parts: {
    ctx: Context;
    scope: Scope;
    table: CandidateTable;
    validation: Validation;
    store: BundleStore;
    profile: Profile;
    epochs: Epochs;
  }) {
    this.#ctx = parts.ctx;
    this.#scope = parts.scope;
    this.#table = parts.table;
    this.#validation = parts.validation;
    this.#store = parts.store;
    this.#profile = parts.profile;
    this.#epochs = parts.epochs;
  }

  /** `wanted`: elements of a sketch of ours, of an epoch and a lane; `identifier`: of the request that carried it. */
  send(
    wanted: Uint8Array,
    sketched: { epoch: number; lane: Lane },
    identifier: Uint8Array,
    to: Address,
  ): void {
    const token = this.#validation.grantFrom(to, this.#ctx.now);
    const via = this.#table.get(to)?.via;
    if (token === undefined || via === undefined) {
      return this.#ctx.count("wanted bundles not sent: no token");
    }
    if (this.#scope.roomFor(to) <= 0) return this.#ctx.count("wanted bundles not sent: outbox");
    const key = this.#epochs.sketchKey(sketched.epoch);
    const sketch = setOf(this.#store, sketched.lane).sketch(key);
    if (sketch === undefined) return this.#ctx.count("wanted bundles not sent: new epoch");
    const held = readElements(wanted).flatMap((element) => sketch.find(element) ?? []);
    const bundles = this.#inOrder(held).flatMap((entry) => this.#store.get(entry) ?? []);
    this.#ctx.count("wanted bundles sent", bundles.length);
    const packed = pack(bundles, this.#profile.dense, this.#scope.budgetTo(to, via));
    const messages = packed.map((part): BundlesMessage => {
      return { kind: "bundles", identifier, token, bundles: part };
    });
    this.#scope.queue(to, via, messages);
  }

  /** Ascending, what decides over others first. */
  #inOrder(held: Held[]): Held[] {
    held.sort(compareHeld);
    if (!this.#profile.controlFirst) return held;
    const isControl = (entry: Held): boolean => this.#store.control.has(entry);
    return [...held.filter(isControl), ...held.filter((entry) => !isControl(entry))];
  }
}
