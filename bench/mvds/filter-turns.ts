import type { Random } from "../../wire/crypto.ts";

/** Dispersy's step, in epochs of a second. */
const STEP_EPOCHS = 5;
/** Asked at once by whoever starts: of ten, one is there where people are for a tenth of the time. */
const WAKE_PEERS = 10;
/** How long somebody who was heard counts as there: Dispersy's lifetime of a contact. */
const THERE_EPOCHS = 57;

/** Who is sent a filter when. */
export class FilterTurns {
  readonly #random: Random;
  /** When each was heard last, the longest ago first. BOUNDED: by the peers of the node. */
  readonly #heard = new Map<string, number>();
  /** When each was sent a filter last. BOUNDED: by the peers of the node. */
  readonly #told = new Map<string, number>();
  /** Are sent one with the next epoch. BOUNDED: by the peers of the node. */
  readonly #now = new Set<string>();
  #steps = 0;
  #isAwake = false;

  constructor(random: Random) {
    this.#random = random;
  }

  wake(): void {
    this.#isAwake = true;
  }

  heard(peer: string, epoch: number): void {
    this.#heard.delete(peer);
    this.#heard.set(peer, epoch);
  }

  /** A filter of its came: it is there, and gets ours, once per step. */
  asked(peer: string, epoch: number): void {
    const told = this.#told.get(peer) ?? -Infinity;
    if (epoch - told >= STEP_EPOCHS) this.#now.add(peer);
  }

  next(peers: readonly string[], epoch: number): string[] {
    const chosen = new Set(this.#now);
    this.#now.clear();
    const any = (): string => peers[this.#random.below(peers.length)]!;
    if (this.#isAwake) for (let i = 0; i < WAKE_PEERS; i++) chosen.add(any());
    this.#isAwake = false;
    if (epoch % STEP_EPOCHS === 0) chosen.add(this.#known(epoch) ?? any());
    for (const peer of chosen) this.#told.set(peer, epoch);
    return [...chosen];
  }

  /** Every other step somebody who is there, the longest not asked first; strangers in between. */
  #known(epoch: number): string | undefined {
    if (this.#steps++ % 2 === 0) return undefined;
    const there = [...this.#heard].filter(([, heard]) => epoch - heard <= THERE_EPOCHS);
    const [longest] = there.sort(([a], [b]) => (this.#told.get(a) ?? 0) - (this.#told.get(b) ?? 0));
    return longest?.[0];
  }
}
