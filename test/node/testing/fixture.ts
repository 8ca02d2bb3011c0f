import { VirtualClock } from "../../../node/testing/clock.ts";
import type { Endpoint, Lan } from "../../../node/testing/endpoint.ts";
import type { Link } from "../../../node/testing/link.ts";
import { NatDevice } from "../../../node/testing/nat.ts";
import type { NatBehaviour } from "../../../node/testing/nat-kinds.ts";
import { Network } from "../../../node/testing/network.ts";
import { SeededRandom } from "../../../node/testing/random.ts";
import type { Fate } from "../../../node/testing/traffic.ts";
import { Address } from "../../../wire/address.ts";
import { utf8 } from "../../../wire/bytes.ts";

export interface Arrived {
  at: Endpoint;
  from: string;
  bytes: Uint8Array;
  now: number;
}

/** A network whose hosts note what they get. */
export class Fixture {
  readonly clock = new VirtualClock();
  readonly network: Network;
  readonly arrived: Arrived[] = [];
  readonly fates: Fate[] = [];
  readonly #seed: number;

  constructor(link: Partial<Link> = {}, seed = 1) {
    this.network = new Network(this.clock, seed, link);
    this.network.onDatagram((_, fate) => this.fates.push(fate));
    this.#seed = seed;
  }

  host(text: string, lan?: Lan): Endpoint {
    const endpoint = this.network.bind(Address.parse(text)!, lan);
    endpoint.receiver = (from, bytes) => {
      this.arrived.push({ at: endpoint, from: from.key, bytes, now: this.clock.now });
    };
    return endpoint;
  }

  lan(behaviour: NatBehaviour, host: string, outer?: Lan): Lan {
    const nat = new NatDevice(behaviour, host, new SeededRandom(this.#seed, host));
    return this.network.addLan(nat, outer);
  }

  send(from: Endpoint, to: string, bytes = utf8("hello"), ttl?: number): void {
    this.network.send(from, Address.parse(to)!, bytes, ttl);
  }

  /** Lets everything arrive. */
  settle(): Arrived[] {
    this.clock.advance(this.clock.now + 1_000);
    return this.arrived.splice(0);
  }
}
