import { performance } from "node:perf_hooks";
import type { Address } from "../../../wire/address.ts";
import type { EngineEvent } from "../../core/effects.ts";
import { Progress, type ProgressEvent, type ProgressState } from "../status/progress.ts";

/** While something is awaited: as often as a person can read a number that changes. */
const AWAITED_INTERVAL_MS = 500;
/** Else a node wakes up as seldom as it takes a step. */
const INTERVAL_MS = 5_000;

/** After them it is worth looking at once. */
const NEWS: EngineEvent["event"][] = ["contacted", "alone", "up-to-date", "policy"];

/** Looks at the overlays of a running node, and tells what matters to whoever waits for them. */
export class ProgressWatch {
  readonly #look: () => Map<string, ProgressState>;
  readonly #tell: (event: ProgressEvent) => void;
  readonly #shown: (address: Address) => string;
  /** BOUNDED: by the overlays that the node takes part in. */
  readonly #overlays = new Map<string, Progress>();
  readonly #unsubscribe: () => void;
  #timer: NodeJS.Timeout | undefined;
  #isDue = false;

  constructor(parts: {
    subscribe: (listener: (event: EngineEvent) => void) => () => void;
    /** How each overlay is now. Not called from within an event. */
    look: () => Map<string, ProgressState>;
    /** An address as people read it. */
    shown: (address: Address) => string;
    tell: (event: ProgressEvent) => void;
  }) {
    this.#look = parts.look;
    this.#tell = parts.tell;
    this.#shown = parts.shown;
    this.#unsubscribe = parts.subscribe((event) => this.#heard(event));
    this.#plan(0);
  }

  close(): void {
    this.#unsubscribe();
    clearTimeout(this.#timer);
  }

  #heard(event: EngineEvent): void {
    if (!("overlay" in event)) return;
    const { event: name, overlay } = event;
    for (const told of this.#of(overlay).heard(event, performance.now())) this.#tell(told);
    if (!NEWS.includes(name) || this.#isDue) return;
    this.#isDue = true;
    this.#plan(0);
  }

  #of(overlay: string): Progress {
    const known = this.#overlays.get(overlay);
    if (known !== undefined) return known;
    const fresh = new Progress(overlay, performance.now(), this.#shown);
    this.#overlays.set(overlay, fresh);
    return fresh;
  }

  #plan(delayMs: number): void {
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#lookNow(), delayMs).unref();
  }

  #lookNow(): void {
    this.#isDue = false;
    const states = this.#look();
    for (const overlay of this.#overlays.keys()) {
      if (!states.has(overlay)) this.#overlays.delete(overlay);
    }
    for (const [overlay, state] of states) {
      for (const told of this.#of(overlay).look(state, performance.now())) this.#tell(told);
    }
    const isAwaited = [...this.#overlays.values()].some(({ isMoving }) => isMoving);
    this.#plan(isAwaited ? AWAITED_INTERVAL_MS : INTERVAL_MS);
  }
}
