/** What is to be sent of a message to a peer until it answers. An ACK has no state: one is sent per message. */
export type RecordKind = "offer" | "request" | "message";

export interface SyncState {
  readonly peer: string;
  /** Hexadecimal. */
  readonly id: string;
  kind: RecordKind;
  sendCount: number;
  sendEpoch: number;
}

/** The specification's table: one state per peer and message. */
export class SyncStates {
  /** By peer, then by message. BOUNDED: by peers times messages. */
  readonly #states = new Map<string, Map<string, SyncState>>();
  /** What may be due when; what was changed since is skipped. BOUNDED: by one entry per change within a back-off. */
  readonly #planned = new Map<number, SyncState[]>();

  get(peer: string, id: string): SyncState | undefined {
    return this.#states.get(peer)?.get(id);
  }

  /** Of one peer. */
  of(peer: string): Iterable<SyncState> {
    return this.#states.get(peer)?.values() ?? [];
  }

  /** As if it had never been sent, due in that epoch. */
  set(peer: string, id: string, kind: RecordKind, sendEpoch: number): void {
    let states = this.#states.get(peer);
    if (states === undefined) this.#states.set(peer, (states = new Map()));
    const state = { peer, id, kind, sendCount: 0, sendEpoch };
    states.set(id, state);
    this.plan(state, sendEpoch);
  }

  plan(state: SyncState, sendEpoch: number): void {
    state.sendEpoch = sendEpoch;
    const planned = this.#planned.get(sendEpoch);
    if (planned === undefined) this.#planned.set(sendEpoch, [state]);
    else planned.push(state);
  }

  remove(peer: string, id: string): void {
    this.#states.get(peer)?.delete(id);
  }

  /** Each epoch is asked for once. What the reader plans anew meanwhile is not due a second time. */
  *due(epoch: number): Iterable<SyncState> {
    const planned = this.#planned.get(epoch) ?? [];
    this.#planned.delete(epoch);
    for (const state of planned) {
      if (state.sendEpoch === epoch && this.get(state.peer, state.id) === state) yield state;
    }
  }
}
