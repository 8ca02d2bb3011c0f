import type { EngineOptions } from "../../node/engine/engine.ts";
import type { Crypto } from "../../wire/crypto.ts";
import { readBundle } from "../../wire/bundle.ts";
import { toHex } from "../../wire/bytes.ts";
import type { BundlesMessage, Message } from "../../wire/message.ts";
import { Bounds, LOOK_INTERVAL_MS } from "./invariants/bounds.ts";
import { ContactRules } from "./invariants/contacts.ts";
import { Ledger } from "./invariants/ledger.ts";
import { checkStores, difference, type Rights } from "./invariants/stores.ts";
import { Votes } from "./invariants/votes.ts";
import { Violations } from "./invariants/violations.ts";
import type { Datagram } from "../../node/testing/network.ts";
import type { SimNode } from "../../node/testing/node.ts";
import type { EngineObserver } from "../../node/record/engine-observer.ts";
import type { World } from "../../node/testing/world.ts";

/** The bound's slack, written down once more. */
const CLOCK_SLACK = 10_000;
/** Far more than a step's exchange with retransmissions needs: what loops or floods sends more. */
const MAX_IDLE_DATAGRAMS_PER_SECOND = 10;
/** A search of ports, by who has hardly a path, sends at most 3,072 in 8 s; two may follow each other within 20 s. */
const MAX_PROBES_PER_SECOND = 320;

/**
 * Of requests in a world at rest one in 12 carries an offer, by a counter of each node that stands anywhere. Twice
 * that: offers without end would be in every one.
 */
const MAX_OFFERS_SHARE = 1 / 6;

/** All invariants of a world: watches its engines, looks at its nodes, judges its end. */
export class Invariants {
  readonly violations = new Violations();
  readonly ledger: Ledger;
  readonly bounds = new Bounds(this.violations);
  /** Undefined where users named hostile peers: what those say counts. */
  readonly #votes: Votes | undefined;
  readonly #crypto: Crypto;
  readonly #decode: World["decode"];
  readonly #rights: Rights;

  constructor(world: World, rights: Rights, areLiarsNamed: boolean) {
    this.ledger = new Ledger(this.violations, () => world.clock.wall);
    this.#votes = areLiarsNamed ? undefined : new Votes(this.violations);
    this.#crypto = world.crypto;
    this.#decode = (datagram) => world.decode(datagram);
    this.#rights = rights;
  }

  /** What watches one run of a node. `node` is asked when the first input comes: engines are made before. */
  watch(node: () => SimNode, { role }: Pick<EngineOptions, "role">): EngineObserver {
    let contacts: ContactRules | undefined;
    let name = "";
    return {
      input: (input, at) => {
        if (contacts === undefined) {
          const { endpoints } = node();
          ({ name } = node());
          const isTracker = role === "tracker";
          const { violations } = this;
          const { lan } = endpoints[0]!;
          const decode = this.#decode;
          contacts = new ContactRules({ violations, node: name, lan, isTracker, decode });
        }
        if (input.kind === "network" || input.kind === "resumed") this.#votes?.forgotten(node());
        if (input.kind === "network") this.bounds.told(node(), input.networks);
        if (input.kind === "join") this.ledger.look(name, input.store, at.now);
        contacts.input(input, at);
      },
      effect: (effect, at) => {
        contacts!.effect(effect, at);
        this.ledger.effect(effect, at.now, name);
      },
    };
  }

  /**
   * Looks at the nodes' tables every LOOK_INTERVAL_MS. `made`: bundles that anybody with the right to write ever made.
   */
  look(nodes: readonly SimNode[], now: number, made: number): void {
    for (const node of nodes) {
      this.#votes?.look(node, now);
      this.bounds.look(node, now, made + CLOCK_SLACK);
      this.ledger.look(node.name, node.memberships[0]!.store, now);
    }
  }

  /** Whether all nodes hold the same. */
  agree(nodes: readonly SimNode[]): boolean {
    const sizes = new Set(nodes.map((node) => node.memberships[0]!.store.index.size));
    return sizes.size === 1 && difference(nodes) === undefined;
  }

  /**
   * Watches from now on that no bundle crosses a link, but for receipts that are written from now on: one may wait for
   * as many seconds as there are members. And that there is little to say. Call the result at the end. `endsOffers`:
   * equal sets end the offers, since all tell what they hold and nothing goes by itself.
   */
  listenForQuiet(
    { network, hosts, now }: Pick<World, "network" | "hosts" | "now">,
    nodes: readonly SimNode[],
    endsOffers: boolean,
  ): (end: number) => void {
    // Whoever writes now holds all of these, so what it writes is later.
    const newest = Math.max(...nodes.map(newestTime));
    const honest = new Set(hosts.flatMap(({ endpoints }) => endpoints));
    // What was asked for before, by whom and what: on its way when the last of all came to hold it.
    const underWay: Wanted[] = [];
    let [isOver, sent, probes, requests, offers] = [false, 0, 0, 0, 0];
    network.onDatagram((datagram, fate) => {
      if (isOver || !honest.has(datagram.sender)) return;
      const message = this.#messageOf(datagram);
      if (message?.kind === "introduction-request") {
        requests++;
        if (message.offer !== undefined) offers++;
      }
      if (message?.kind === "puncture") probes++;
      else sent++;
      if (fate !== "delivered") return;
      if (datagram.sentMs < now) underWay.push(...wantedIn(datagram, message));
      else if (message?.kind === "bundles") {
        this.#judgeQuiet(datagram, message, { newest, underWay });
      }
    });
    return (end) => {
      isOver = true;
      const judge = (count: number, most: number, what: string): void => {
        const rate = count / hosts.length / ((end - now) / 1_000);
        if (rate <= most) return;
        const detail = `${rate.toFixed(1)} ${what} per node and second`;
        this.violations.add("bounds", end, "all", detail);
      };
      judge(sent, MAX_IDLE_DATAGRAMS_PER_SECOND, "datagrams");
      if (endsOffers && offers > requests * MAX_OFFERS_SHARE + hosts.length) {
        const detail = `${offers} offers in ${requests} requests`;
        this.violations.add("not-quiet", end, "all", detail);
      }
      judge(probes, MAX_PROBES_PER_SECOND, "punctures");
    };
  }

  /** Judges what is held at the end. */
  end(nodes: readonly SimNode[], now: number): void {
    checkStores(this.#crypto, nodes, this.#rights, this.violations, now);
    this.ledger.ended(nodes, now);
    const detail = difference(nodes);
    if (detail !== undefined) this.violations.add("not-converged", now, "all", detail);
  }

  #messageOf({ bytes }: Datagram): Message | undefined {
    const decoded = this.#decode(bytes);
    return "rejected" in decoded ? undefined : decoded.message;
  }

  #judgeQuiet(
    { from, to, sentMs }: Datagram,
    { bundles }: BundlesMessage,
    { newest, underWay }: { newest: number; underWay: readonly Wanted[] },
  ): void {
    const again = bundles.filter((wire) => {
      const bundle = readBundle(this.#crypto, this.#rights.overlayKey, wire);
      if ("rejected" in bundle) return true;
      const { content, globalTime, expires } = bundle.header;
      const isNews = content.kind === "receipt" && globalTime > newest;
      const id = toHex(bundle.id);
      if (underWay.some(({ by, name }) => by === to.key && id.startsWith(name))) return false;
      // One that expires may reach somebody who has just dropped it.
      return !isNews && expires === undefined;
    });
    if (again.length === 0) return;
    const detail = `${again.length} bundles from ${from.key} to ${to.key}`;
    this.violations.add("not-quiet", sentMs, "all", detail);
  }
}

/** A bundle that a node asked another for, by a part of its id. */
interface Wanted {
  by: string;
  /** Hexadecimal. */
  name: string;
}

function wantedIn({ from }: Datagram, message: Message | undefined): Wanted[] {
  if (message?.kind !== "notice") return [];
  return message.want.map((name) => ({ by: from.key, name: toHex(name) }));
}

/** The latest global time of what a node holds; 0 when it holds nothing. */
function newestTime(node: SimNode): number {
  let newest = 0;
  node.memberships[0]!.store.index.ascend(0, (globalTime) => {
    newest = globalTime;
    return true;
  });
  return newest;
}

export { LOOK_INTERVAL_MS };
