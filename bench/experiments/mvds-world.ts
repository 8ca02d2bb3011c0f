import { Mvds, type MvdsOptions, PLAIN } from "../mvds/mvds.ts";
import type { Message } from "../mvds/message.ts";
import { emptyPayload, type Payload, PayloadCodec } from "../mvds/payload.ts";
import { comeAndGo } from "../sim/come-and-go.ts";
import { Address } from "../../wire/address.ts";
import { toHex, utf8 } from "../../wire/bytes.ts";
import { DEFAULT_DATAGRAM_BYTES } from "../../wire/limits.ts";
import { SEALING_BYTES } from "../../wire/sealed.ts";
import { nativeCrypto } from "../../node/host/verify/native-crypto.ts";
import { publicHost, SIM_PORT } from "../../node/testing/addresses.ts";
import type { Endpoint } from "../../node/testing/endpoint.ts";
import { World } from "../../node/testing/world.ts";
import { type ChatRun, type ChatSize, played } from "./chat-world.ts";

export interface MvdsChat extends ChatSize {
  /** Beyond the specification's text; see `PLAIN`. */
  mvds: Partial<MvdsOptions>;
  /** Whether what is not for one alone is sent once, to all who run. */
  multicast: boolean;
}

/** Also the least interval between two payloads to one peer. */
const EPOCH_MS = 1_000;

/** The chat of `runChat`, same people at the same times, carried by MVDS. */
export function runMvdsChat(options: MvdsChat): ChatRun {
  const world = new World({ seed: options.seed, link: { loss: options.loss ?? 0 } });
  return played(world, new MvdsGroup(world, options), options);
}

interface Person {
  name: string;
  endpoint: Endpoint;
  mvds: Mvds;
  /** Counts starts: what was planned for an earlier one does not happen. Odd while it runs. */
  turns: number;
}

class MvdsGroup {
  readonly latenciesMs: number[] = [];
  /** Offers: with requests and filters; walking: acknowledgements and what sealing adds. */
  readonly bytes: ChatRun["bytes"] = { bundles: 0, offers: 0, walking: 0 };
  readonly #world: World;
  readonly #options: MvdsChat;
  readonly #codec = new PayloadCodec("rfc");
  readonly #groupId: Uint8Array;
  /** By name. BOUNDED: by the people of the chat. */
  readonly #people = new Map<string, Person>();
  /** By address. BOUNDED: by the people. */
  readonly #names = new Map<string, string>();
  /** Sends on to all who run what is sent to it, as a network with multicast does. */
  readonly #topic: Endpoint;
  /** What many receive is decoded once. */
  readonly #decoded = new WeakMap<Uint8Array, Payload>();
  /** By message: when it was written. BOUNDED: by the messages. */
  readonly #madeMs = new Map<string, number>();

  constructor(world: World, options: MvdsChat) {
    this.#world = world;
    this.#options = options;
    this.#groupId = nativeCrypto.hash(utf8(`group ${options.seed}`));
    const { people, mailserver } = options;
    if (mailserver > 0) this.#add("mailserver", true);
    for (let i = 0; i < people; i++) this.#add(`person-${i}`, false);
    for (const { name, mvds } of this.#people.values()) {
      const others = [...this.#people.keys()].filter((other) => other !== name);
      mvds.join(this.#groupId, others);
    }
    this.#topic = this.#endpoint(this.#people.size);
    this.#topic.receiver = (from, bytes) => {
      for (const { endpoint } of this.#people.values()) {
        if (endpoint.receiver === undefined || endpoint.address.key === from.key) continue;
        this.#world.network.spoof(this.#topic, from, endpoint.address, bytes);
      }
    };
    for (const person of this.#people.values()) this.#live(person);
  }

  #endpoint(index: number): Endpoint {
    return this.#world.network.bind(Address.of(publicHost(index), SIM_PORT)!);
  }

  #add(name: string, isMailserver: boolean): void {
    const random = this.#world.random(`mvds/${name}`);
    const { mvds } = this.#options;
    // A mailserver offers everybody everything; people, what they wrote, unless the run says otherwise.
    const relays = isMailserver || mvds.relays === true;
    const fanOut = isMailserver ? Infinity : (mvds.fanOut ?? PLAIN.fanOut);
    const { hash } = nativeCrypto;
    const machine = new Mvds({ ...PLAIN, ...mvds, relays, fanOut, hash, random });
    const endpoint = this.#endpoint(this.#people.size);
    this.#people.set(name, { name, endpoint, mvds: machine, turns: 0 });
    this.#names.set(endpoint.address.key, name);
  }

  #live(person: Person): void {
    const { uptime, mailserver, cycleMs, messages } = this.#options;
    const isMailserver = person.name === "mailserver";
    comeAndGo(
      this.#world,
      {
        name: person.name,
        start: () => this.#start(person),
        stop: () => {
          person.turns++;
          person.endpoint.receiver = undefined;
        },
        write: (left) => this.#write(person, left),
      },
      {
        uptime: isMailserver ? mailserver : uptime,
        cycleMs,
        messages: isMailserver ? 0 : messages,
      },
    );
  }

  #start(person: Person): void {
    const turn = ++person.turns;
    person.mvds.wake();
    person.endpoint.receiver = (from, bytes) => this.#receive(person, from, bytes);
    const tick = (): void => {
      if (person.turns !== turn) return;
      this.#send(person, person.mvds.nextEpoch());
      this.#world.clock.at(this.#world.now + EPOCH_MS, { fire: tick });
    };
    tick();
  }

  #write({ name, mvds }: Person, left: number): void {
    const body = utf8(`${name} ${left}`.padEnd(this.#options.payloadBytes));
    const message: Message = { groupId: this.#groupId, timestamp: this.#world.clock.wall, body };
    this.#madeMs.set(mvds.publish(message), this.#world.now);
  }

  #receive(person: Person, from: Address, bytes: Uint8Array): void {
    const payload = this.#decoded.get(bytes) ?? this.#codec.decode(bytes);
    const peer = this.#names.get(from.key);
    if (payload === undefined || peer === undefined) return;
    this.#decoded.set(bytes, payload);
    for (const { key } of person.mvds.receive(peer, payload)) {
      if (person.name === "mailserver") continue;
      this.latenciesMs.push(this.#world.now - this.#madeMs.get(key)!);
    }
  }

  #send({ endpoint }: Person, payloads: ReadonlyMap<string, Payload>): void {
    const { multicast } = this.#options;
    const topic = emptyPayload();
    for (const [peer, payload] of payloads) {
      if (multicast) gather(topic, payload);
      const { requests, available } = payload;
      const alone = multicast ? { ...emptyPayload(), requests, available } : payload;
      this.#transmit(endpoint, this.#people.get(peer)!.endpoint.address, alone);
    }
    if (multicast) this.#transmit(endpoint, this.#topic.address, once(topic));
  }

  #transmit(from: Endpoint, to: Address, payload: Payload): void {
    for (const piece of this.#codec.pieces(payload, DEFAULT_DATAGRAM_BYTES - SEALING_BYTES)) {
      const bytes = this.#codec.encode(piece);
      this.#count(piece, bytes.length);
      this.#world.network.send(from, to, bytes);
    }
  }

  /** The specification leaves secrecy to a transport below: it costs here what it costs the nodes beside. */
  #count(piece: Payload, length: number): void {
    const { bytes } = this;
    const messages = this.#codec.encode({ ...emptyPayload(), messages: piece.messages }).length;
    const acks = piece.acks.length * this.#codec.idBytes;
    bytes.bundles += messages;
    bytes.offers += length - messages - acks;
    bytes.walking += acks + SEALING_BYTES;
  }
}

/** What all may hear: a request is for one alone, and so is a filter. */
function gather(topic: Payload, { acks, offers, messages }: Payload): void {
  topic.acks.push(...acks);
  topic.offers.push(...offers);
  topic.messages.push(...messages);
}

/** Each record once, however many it is for. */
function once({ acks, offers, messages }: Payload): Payload {
  const different = (ids: Uint8Array[]): Uint8Array[] => [
    ...new Map(ids.map((id) => [toHex(id), id])).values(),
  ];
  return {
    ...emptyPayload(),
    acks: different(acks),
    offers: different(offers),
    messages: [...new Set(messages)],
  };
}
