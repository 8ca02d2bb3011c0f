import type { Effect } from "../../../node/core/effects.ts";
import type { Input, Instant } from "../../../node/core/inputs.ts";
import type { Address } from "../../../wire/address.ts";
import { toHex } from "../../../wire/bytes.ts";
import type { Message } from "../../../wire/message.ts";
import { BARE_REQUEST_BYTES } from "../../../wire/sizes.ts";
import { isSpecial } from "../../../node/testing/addresses.ts";
import type { World } from "../../../node/testing/world.ts";
import type { Lan } from "../../../node/testing/endpoint.ts";
import type { EngineObserver } from "../../../node/record/engine-observer.ts";
import type { Violations } from "./violations.ts";
import { Vouching } from "./vouching.ts";

/** Written down once more, so that a change of the product's own numbers shows. */
const MAX_UNSOLICITED = 3;
const WINDOW_MS = 5_000;

/** What passed between one run of a node and one address. */
interface Contact {
  /** It returned a token or an identifier that was sent to it. */
  proven: boolean;
  readonly isSpecial: boolean;
  receivedBytes: number;
  answeredBytes: number;
  /** Tokens and identifiers that were sent to it. BOUNDED: by what is sent to an address that proves nothing. */
  readonly secrets: Set<string>;
}

/** Whom a node sends what: judged by its datagrams alone, from the outside, for one run of the node. */
export class ContactRules implements EngineObserver {
  readonly #violations: Violations;
  readonly #node: string;
  readonly #lan: Lan | undefined;
  readonly #isTracker: boolean;
  readonly #decode: World["decode"];
  /** By address. BOUNDED: by those the run heard from or sent to. */
  readonly #contacts = new Map<string, Contact>();
  /** When strangers were sent something, by IP. BOUNDED: by the strangers. */
  readonly #unsolicited = new Map<string, number[]>();
  readonly #seeds = new Set<string>();
  /** A survey asks their other port as well. */
  readonly #seedHosts = new Set<string>();
  readonly #vouching = new Vouching();

  constructor(parts: {
    violations: Violations;
    node: string;
    lan: Lan | undefined;
    isTracker: boolean;
    /** What is in a datagram, sealed or not. */
    decode: World["decode"];
  }) {
    this.#violations = parts.violations;
    this.#node = parts.node;
    this.#lan = parts.lan;
    this.#isTracker = parts.isTracker;
    this.#decode = parts.decode;
  }

  input(input: Input, { now }: Instant): void {
    if (input.kind === "join") {
      for (const { key, host } of input.overlay.seeds) {
        this.#seeds.add(key);
        this.#seedHosts.add(host);
      }
    }
    if (input.kind !== "datagram") return;
    const contact = this.#contact(input.from);
    contact.receivedBytes += input.bytes.length;
    const isSeed = this.#seeds.has(input.from.key);
    if (contact.proven && !isSeed) return;
    const decoded = this.#decode(input.bytes);
    if ("rejected" in decoded) return;
    if (isSeed) this.#vouching.heard(input.from, decoded.message, now);
    contact.proven ||= proves(decoded.message, contact.secrets);
  }

  effect(effect: Effect, { now }: Instant): void {
    if (effect.kind !== "send") return;
    const { to, bytes } = effect;
    const contact = this.#contact(to);
    if (contact.isSpecial) this.#judgeSpecial(contact, to, bytes, now);
    if (contact.proven) return;
    const decoded = this.#decode(bytes);
    if ("rejected" in decoded) {
      return this.#violate("exception", now, `sent what cannot be read: ${decoded.rejected}`);
    }
    const { message } = decoded;
    for (const secret of secretsOf(message)) contact.secrets.add(secret);
    this.#judgeUnproven(contact, to, message, bytes.length, now);
  }

  #judgeUnproven(
    contact: Contact,
    to: Address,
    message: Message,
    bytes: number,
    now: number,
  ): void {
    if (message.kind === "bundles" || message.kind === "puncture-request") {
      return this.#violate("amplifier", now, `${message.kind} to ${to.key}, which proved nothing`);
    }
    if (message.kind === "introduction-response") {
      contact.answeredBytes += bytes;
      const { answeredBytes, receivedBytes } = contact;
      if (answeredBytes <= receivedBytes && message.introduction === undefined) return;
      const amounts = `${answeredBytes} bytes for ${receivedBytes}`;
      return this.#violate("amplifier", now, `${to.key}, which proved nothing, got ${amounts}`);
    }
    if (this.#isTracker) this.#violate("unsolicited", now, `${message.kind} of a tracker`);
    if (message.kind === "introduction-request" && message.offer !== undefined) {
      this.#violate("unsolicited", now, `an offer to ${to.key}, which proved nothing`);
    }
    if (bytes > BARE_REQUEST_BYTES) {
      this.#violate("unsolicited", now, `${bytes} bytes to ${to.key}, which proved nothing`);
    }
    if (this.#seedHosts.has(to.host) || this.#vouching.isVouchedFor(to, now)) return;
    this.#countUnsolicited(to, now);
  }

  #countUnsolicited(to: Address, now: number): void {
    const times = this.#unsolicited.get(to.host) ?? [];
    this.#unsolicited.set(to.host, times);
    while (times.length > 0 && now >= times[0]! + WINDOW_MS) times.shift();
    times.push(now);
    if (times.length <= MAX_UNSOLICITED) return;
    this.#violate("unsolicited", now, `${times.length} datagrams to ${to.host} in 5 s`);
  }

  #judgeSpecial(contact: Contact, to: Address, bytes: Uint8Array, now: number): void {
    const [a, b, subnet, host] = to.ip;
    const isInside =
      this.#lan !== undefined && a === 192 && b === 168 && subnet === this.#lan.subnet;
    const isHost = host !== undefined && host > 1 && host < 255;
    const isSmall = contact.proven || bytes.length <= BARE_REQUEST_BYTES;
    if (isInside && isHost && isSmall && to.family === 4) return;
    this.#violate("special-range", now, `${bytes.length} bytes to ${to.key}`);
  }

  #contact(address: Address): Contact {
    let contact = this.#contacts.get(address.key);
    if (contact === undefined) {
      contact = {
        proven: false,
        isSpecial: isSpecial(address),
        receivedBytes: 0,
        answeredBytes: 0,
        secrets: new Set(),
      };
      this.#contacts.set(address.key, contact);
    }
    return contact;
  }

  #violate(rule: Parameters<Violations["add"]>[0], now: number, detail: string): void {
    this.#violations.add(rule, now, this.#node, detail);
  }
}

/** What its receiver can return to show that it received it. */
function secretsOf(message: Message): string[] {
  switch (message.kind) {
    case "introduction-request":
      return [`token ${toHex(message.grant)}`, `identifier ${toHex(message.identifier)}`];
    case "introduction-response":
      return [`token ${toHex(message.grant)}`];
    default:
      return [];
  }
}

function proves(message: Message, secrets: ReadonlySet<string>): boolean {
  if (message.kind === "puncture") return false;
  if (message.kind === "introduction-response") {
    return secrets.has(`identifier ${toHex(message.identifier)}`);
  }
  return message.token !== undefined && secrets.has(`token ${toHex(message.token)}`);
}
