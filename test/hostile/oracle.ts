import { isSpecial } from "../../node/testing/addresses.ts";
import type { Address } from "../../wire/address.ts";
import { toHex } from "../../wire/bytes.ts";
import type { Message } from "../../wire/message.ts";
import { BARE_REQUEST_BYTES } from "../../wire/sizes.ts";
import { INSIDER, type Sent } from "./rig.ts";

const TOKEN_LIFETIME_MS = 10 * 60_000;
const REQUEST_LIFETIME_MS = 10_500;
/** Bundles may go on for longer than that. */
const OFFER_LIFETIME_MS = 60_000;
const WINDOW_MS = 5_000;
const MAX_PER_WINDOW = 3;
const SWEEP_MS = 60_000;

/**
 * Knows, from what an engine sent, who can prove what; and says which of its datagrams break the rules of
 * ARCHITECTURE.md. Judges by the bytes on the wire alone. BOUNDED: by what is issued in TOKEN_LIFETIME_MS.
 */
export class Oracle {
  /** Tokens and identifiers sent out, with the address and the end of their use. */
  readonly #issued = new Map<string, number>();
  /** When an address last proved itself. */
  readonly #proven = new Map<string, number>();
  /** Unsolicited datagrams per IP. */
  readonly #unsolicited = new Map<string, number[]>();
  readonly #violations: string[] = [];
  #sweptMs = 0;

  get violations(): readonly string[] {
    return this.#violations;
  }

  /** A token that the address could show, or an identifier that it could return. */
  canShow(
    kind: "token" | "identifier" | "offer",
    bytes: Uint8Array,
    from: Address,
    now: number,
  ): boolean {
    return now < (this.#issued.get(`${kind} ${toHex(bytes)} ${from.key}`) ?? -Infinity);
  }

  /** Judges what one datagram led to; `bytes` came from `from`. */
  received(from: Address, bytes: Uint8Array, led: readonly Sent[], now: number): void {
    const proof = this.#proves(bytes, from, now);
    if (proof) this.#proven.set(from.key, now);
    for (const sent of led) {
      if (!proof && sent.to.key === from.key) this.#judgeReply(sent, bytes.length);
      else if (!proof) this.#violate("made us talk to others", sent);
      else this.#judge(sent, now);
    }
    this.#learn(led, now);
  }

  /** Judges what the engine sent of its own accord. */
  sentByItself(sent: readonly Sent[], now: number): void {
    for (const one of sent) this.#judge(one, now);
    this.#learn(sent, now);
  }

  #proves(bytes: Uint8Array, from: Address, now: number): boolean {
    const decoded = INSIDER.decode(bytes);
    if ("rejected" in decoded) return false;
    const { message } = decoded;
    if (message.kind === "introduction-response") {
      return this.canShow("identifier", message.identifier, from, now);
    }
    if (message.kind === "bundles" && message.identifier !== undefined) {
      if (this.canShow("offer", message.identifier, from, now)) return true;
    }
    const token = tokenOf(message);
    return token !== undefined && this.canShow("token", token, from, now);
  }

  /** A reply to somebody who proved nothing with this datagram. */
  #judgeReply(sent: Sent, received: number): void {
    const { message, bytes, atMs } = sent;
    // The answer to an announced puncture counts among the unsolicited ones.
    if (message.kind === "puncture" || isBare(message)) return this.#judge(sent, atMs);
    if (message.kind !== "introduction-response") return this.#violate("reply", sent);
    if (message.validated || message.introduction || message.holdings || message.answer) {
      this.#violate("reply says too much", sent);
    }
    if (bytes.length > received) this.#violate(`${received} bytes drew more`, sent);
  }

  #judge(sent: Sent, now: number): void {
    const { to, message, bytes } = sent;
    if (isSpecial(to)) this.#violate("special range", sent);
    if (message.kind === "introduction-response" || this.#isProven(to, now)) return;
    if (message.kind === "puncture-request" || message.kind === "bundles") {
      return this.#violate("to an address not validated", sent);
    }
    if (message.kind === "introduction-request" && !isBare(message)) {
      this.#violate("offer to an address not validated", sent);
    }
    if (bytes.length > BARE_REQUEST_BYTES) this.#violate("large and unsolicited", sent);
    const times = (this.#unsolicited.get(to.host) ?? []).filter((time) => time > now - WINDOW_MS);
    times.push(now);
    this.#unsolicited.set(to.host, times);
    if (times.length > MAX_PER_WINDOW) this.#violate("too often unsolicited", sent);
  }

  #isProven(address: Address, now: number): boolean {
    return now <= (this.#proven.get(address.key) ?? -Infinity) + TOKEN_LIFETIME_MS;
  }

  #learn(sent: readonly Sent[], now: number): void {
    for (const { to, message } of sent) {
      if (message.kind !== "introduction-request" && message.kind !== "introduction-response")
        continue;
      this.#issued.set(`token ${toHex(message.grant)} ${to.key}`, now + TOKEN_LIFETIME_MS);
      if (message.kind === "introduction-response") continue;
      const name = `${toHex(message.identifier)} ${to.key}`;
      this.#issued.set(`identifier ${name}`, now + REQUEST_LIFETIME_MS);
      this.#issued.set(`offer ${name}`, now + OFFER_LIFETIME_MS);
    }
    if (now >= this.#sweptMs + SWEEP_MS) this.#sweep(now);
  }

  #sweep(now: number): void {
    this.#sweptMs = now;
    for (const [key, until] of this.#issued) if (until <= now) this.#issued.delete(key);
    for (const [key, at] of this.#proven) {
      if (at + TOKEN_LIFETIME_MS < now) this.#proven.delete(key);
    }
    for (const [key, times] of this.#unsolicited) {
      if (times.at(-1)! <= now - WINDOW_MS) this.#unsolicited.delete(key);
    }
  }

  #violate(rule: string, { to, message, bytes }: Sent): void {
    this.#violations.push(`${rule}: ${message.kind} of ${bytes.length} bytes to ${to.key}`);
  }
}

function tokenOf(message: Message): Uint8Array | undefined {
  return "token" in message ? message.token : undefined;
}

function isBare(message: Message): boolean {
  return message.kind === "introduction-request" && message.offer === undefined;
}
