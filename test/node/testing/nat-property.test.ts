import assert from "node:assert/strict";
import { test } from "node:test";
import { NatDevice } from "../../../node/testing/nat.ts";
import { NAT_KINDS, type NatBehaviour, type NatKind } from "../../../node/testing/nat-kinds.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import { Address } from "../../../wire/address.ts";

const SCALE = Number(process.env["SCALE"] ?? 1);
const WORLDS = 60 * SCALE;
const STEPS = 1_000;
const WAN = "5.9.0.1";
const MAX_PAUSE_MS = 4_000;

/** What left the device: the whole truth about what may come back. */
interface Sent {
  inside: string;
  outside: string;
  remote: Address;
  now: number;
}

/** One device, and everything that was ever sent through it. */
class Trial {
  readonly random: SeededRandom;
  readonly behaviour: NatBehaviour;
  readonly nat: NatDevice;
  readonly insides: Address[];
  readonly remotes: Address[];
  readonly sent: Sent[] = [];
  now = 0;

  constructor(seed: number) {
    const random = new SeededRandom(seed, "trial");
    const pick = <T>(choices: readonly T[]): T => choices[random.below(choices.length)]!;
    const coin = (): boolean => random.below(2) === 0;
    const kinds = Object.keys(NAT_KINDS).filter((kind) => kind !== "blocked");
    this.random = random;
    this.behaviour = {
      ...NAT_KINDS[pick(kinds) as Exclude<NatKind, "open">],
      poisonable: coin(),
      blockPorts: pick([2, 8, 512]),
      foreignAllocations: pick([0, 15]),
      timeoutMs: pick([5_000, 30_000]),
      assuredTimeoutMs: 30_000,
      ...(coin() && { sessionQuota: 6 }),
      ...(coin() && { newFlowLimit: { perS: 2, burst: 5 } }),
    };
    this.nat = new NatDevice(this.behaviour, WAN, new SeededRandom(seed, "nat"));
    this.insides = [2, 3].flatMap((host) =>
      [5_000, 5_001, 5_002].map((port) => Address.of(`192.168.0.${host}`, port)!),
    );
    this.remotes = [1, 2].flatMap((host) =>
      [7_000, 7_001].map((port) => Address.of(`20.0.0.${host}`, port)!),
    );
  }

  outwards(): void {
    const [inside, remote] = [this.any(this.insides), this.any(this.remotes)];
    const outside = this.nat.outgoing(inside, remote, this.now);
    if (!(outside instanceof Address)) return;
    for (const other of this.since(this.behaviour.timeoutMs)) {
      if (other.outside !== outside.key || other.inside === inside.key) continue;
      assert.ok(this.behaviour.sharesPorts, `${outside.key} is ${other.inside}'s`);
      assert.notEqual(other.remote.key, remote.key, "two inside endpoints, one remote, one port");
    }
    this.sent.push({ inside: inside.key, outside: outside.key, remote, now: this.now });
  }

  /** From anybody to any port that was ever used, or one that was not. */
  inwards(): void {
    const remote = this.any(this.remotes);
    const outside = this.any([...new Set(this.sent.map(({ outside }) => outside)), `${WAN}:1234`]);
    const to = this.nat.incoming(Address.parse(outside)!, remote, this.now)?.key;
    const longestMs = Math.max(this.behaviour.timeoutMs, this.behaviour.assuredTimeoutMs);
    const permitting = this.since(longestMs).filter((sent) => {
      return sent.outside === outside && this.#permits(sent.remote, remote);
    });
    if (to !== undefined) {
      assert.ok(
        permitting.some(({ inside }) => inside === to),
        `${remote.key} came through to ${to}`,
      );
    } else if (!this.behaviour.poisonable) {
      const sure = permitting.filter(({ now }) => this.now - now < this.behaviour.timeoutMs);
      assert.deepEqual(sure, [], `${remote.key} should have come through`);
    }
  }

  /** What was sent in the last `ms`. */
  since(ms: number): Sent[] {
    return this.sent.filter(({ now }) => this.now - now < ms);
  }

  any<T>(choices: readonly T[]): T {
    return choices[this.random.below(choices.length)]!;
  }

  #permits(asked: Address, comes: Address): boolean {
    const { filtering } = this.behaviour;
    if (filtering === "endpoint-independent") return true;
    if (filtering === "address-dependent") return asked.host === comes.host;
    return asked.key === comes.key;
  }
}

test("no mapping leads to two inside endpoints; who may come in comes in, and nobody else", () => {
  for (let seed = 1; seed <= WORLDS; seed++) {
    const trial = new Trial(seed);
    for (let step = 0; step < STEPS; step++) {
      trial.now += trial.random.below(MAX_PAUSE_MS);
      if (trial.random.below(3) === 0) trial.inwards();
      else trial.outwards();
      if (trial.random.below(300) === 0) {
        trial.nat.reboot();
        trial.sent.length = 0;
      }
    }
  }
});
