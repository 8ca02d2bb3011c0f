import type { EngineEvent } from "../../node/core/effects.ts";
import type { Profile } from "../../node/core/profile.ts";
import { utf8 } from "../../wire/bytes.ts";
import { comeAndGo } from "../sim/come-and-go.ts";
import type { SimNode } from "../../node/testing/node.ts";
import { World } from "../../node/testing/world.ts";
import { makeStock, type Stock, storeWith } from "./pair.ts";

/** What a chat is, whatever carries it. */
export interface ChatSize {
  seed: number;
  people: number;
  /** Of each person. */
  messages: number;
  payloadBytes: number;
  /** Share of the time that a person's node runs, 0 to 1. */
  uptime: number;
  /** Mean time from one start of a person's node to the next. */
  cycleMs: number;
  /** Uptime of the helper, which is nobody's node and holds everything; 0: there is none. */
  mailserver: number;
  /** Share of the datagrams that are lost, 0 to 1; none by default. */
  loss?: number;
  /** Virtual time after which it is given up. */
  limitMs: number;
  progress?: (delivered: number, nowMs: number) => void;
}

export interface ChatOptions extends ChatSize {
  profile: Profile;
}

export interface ChatRun {
  /** Messages times receivers. */
  deliveries: number;
  /** From each message's making to its commit at each receiver, ascending; what never came is left out. */
  latenciesMs: number[];
  /** UDP payload bytes that all have sent, the helper and the tracker included. */
  bytes: { bundles: number; offers: number; walking: number };
  /** Virtual time until everything was delivered, or it was given up. */
  ms: number;
}

const LOOK_INTERVAL_MS = 60_000;

/**
 * People whose nodes come and go. Two know each other's address; more know a tracker, which stores nothing. Everybody
 * has the overlay's policy. Each makes one message per session, at a random moment of it, until all are made.
 */
export function runChat(options: ChatOptions): ChatRun {
  const world = new World({ seed: options.seed, link: { loss: options.loss ?? 0 } });
  return played(world, new Chat(world, options), options);
}

/** Lets time pass until everything has arrived, or time is up. */
export function played(
  world: World,
  chat: Pick<ChatRun, "latenciesMs" | "bytes">,
  options: ChatSize,
): ChatRun {
  const deliveries = options.people * options.messages * (options.people - 1);
  const isDone = (): boolean => chat.latenciesMs.length >= deliveries;
  for (let until = 0; !isDone() && until < options.limitMs;) {
    until = Math.min(until + LOOK_INTERVAL_MS, options.limitMs);
    world.runUntil(isDone, until);
    options.progress?.(chat.latenciesMs.length / deliveries, world.now);
  }
  const latenciesMs = chat.latenciesMs.sort((a, b) => a - b);
  return { deliveries, latenciesMs, bytes: chat.bytes, ms: world.now };
}

class Chat {
  readonly latenciesMs: number[] = [];
  readonly bytes: ChatRun["bytes"] = { bundles: 0, offers: 0, walking: 0 };
  readonly #world: World;
  readonly #options: ChatOptions;
  readonly #stock: Stock;
  /** By bundle key: when its author committed it. BOUNDED: by the messages. */
  readonly #madeMs = new Map<string, number>();

  constructor(world: World, options: ChatOptions) {
    this.#world = world;
    this.#options = options;
    // No bundle but the policy.
    this.#stock = makeStock(options.seed, 0, 0);
    const { people, uptime, mailserver } = options;
    const tracker = people > 2 ? [world.addTracker()] : [];
    const helper = mailserver > 0 ? [this.#add("mailserver", [...tracker])] : [];
    const first = this.#add("person-0", [...tracker, ...helper]);
    const others = Array.from({ length: people - 1 }, (_, i) => {
      return this.#add(
        `person-${i + 1}`,
        people > 2 ? [...tracker, ...helper] : [first, ...helper],
      );
    });
    const everybody = [first, ...others];
    if (people === 2) first.memberships[0]!.config.seeds.push(others[0]!.publicAddress);
    for (const node of everybody) node.onEvent((event) => this.#heard(event));
    this.#count();
    for (const node of helper) this.#live(node, mailserver, 0);
    for (const node of everybody) this.#live(node, uptime, options.messages);
  }

  #add(name: string, seeds: SimNode[]): SimNode {
    const { profile } = this.#options;
    const store = storeWith(this.#stock.bundles);
    const { overlay } = this.#stock;
    return this.#world.addNode({ name, overlay, store, seeds, profile, startMs: Infinity });
  }

  #live(node: SimNode, uptime: number, messages: number): void {
    comeAndGo(
      this.#world,
      {
        name: node.name,
        start: () => node.start(),
        stop: () => node.stop(),
        write: (number) => this.#write(node, number),
      },
      { uptime, cycleMs: this.#options.cycleMs, messages },
    );
  }

  #write(node: SimNode, number: number): void {
    const words = `${node.name} ${number}`;
    this.#world.publish(node, [utf8(words.padEnd(this.#options.payloadBytes))]);
  }

  /** Of each bundle the first commit is its author's. */
  #heard(event: EngineEvent): void {
    if (event.event !== "bundle") return;
    const { key } = event.bundle;
    const madeMs = this.#madeMs.get(key);
    if (madeMs === undefined) this.#madeMs.set(key, this.#world.now);
    else this.latenciesMs.push(this.#world.now - madeMs);
  }

  #count(): void {
    this.#world.network.onDatagram(({ bytes }) => {
      const decoded = this.#world.decode(bytes);
      if ("rejected" in decoded) return;
      const { message } = decoded;
      if (message.kind === "bundles") this.bytes.bundles += bytes.length;
      else if (message.kind === "introduction-request" && message.offer !== undefined) {
        this.bytes.offers += bytes.length;
      } else this.bytes.walking += bytes.length;
    });
  }
}
