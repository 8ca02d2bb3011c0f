import type { Address } from "../../../wire/address.ts";
import type { Log } from "../log.ts";
import { UdpSockets } from "../net/udp.ts";

interface Question {
  hear(bytes: Uint8Array): void;
  giveUp(): void;
}

/** A socket of ours that listens to the gateway and to nobody else. */
export class GatewayChannel {
  readonly #sockets: UdpSockets;
  /** BOUNDED: by the questions under way, one per protocol and purpose. */
  readonly #questions = new Set<Question>();
  #isClosed = false;

  /** `isHeard`: whether a datagram from there can be the gateway's answer. */
  private constructor(log: Log, isHeard: (from: Address) => boolean) {
    this.#sockets = new UdpSockets(log, (from, _via, bytes) => {
      if (!isHeard(from)) return;
      for (const question of this.#questions) question.hear(bytes);
    });
  }

  /** Binds to our own address in the gateway's subnet: PCP wants the client's address to be the sender's. */
  static async open(
    log: Log,
    host: string,
    isHeard: (from: Address) => boolean,
  ): Promise<GatewayChannel> {
    const channel = new GatewayChannel(log, isHeard);
    await channel.#sockets.bind(4, host, 0, "usual");
    return channel;
  }

  /**
   * Sends the request to each of `to`, again after `retransmitMs`, twice that and so on, until `read` makes something
   * of an answer: that is returned. Undefined after `totalMs`, or when the channel is closed.
   */
  ask<T>(
    to: readonly Address[],
    request: Uint8Array,
    read: (bytes: Uint8Array) => T | undefined,
    { retransmitMs, totalMs }: { retransmitMs: number; totalMs: number },
  ): Promise<T | undefined> {
    return new Promise((resolve) => {
      let timer: NodeJS.Timeout | undefined;
      const end = performance.now() + totalMs;
      const finish = (answer: T | undefined): void => {
        clearTimeout(timer);
        this.#questions.delete(question);
        resolve(answer);
      };
      const question: Question = {
        hear: (bytes) => {
          const answer = read(bytes);
          if (answer !== undefined) finish(answer);
        },
        giveUp: () => finish(undefined),
      };
      const send = (delayMs: number): void => {
        const leftMs = this.#isClosed ? 0 : end - performance.now();
        if (leftMs <= 0) return finish(undefined);
        for (const address of to) this.#sockets.send(address, 0, request);
        timer = setTimeout(send, Math.min(delayMs, leftMs), delayMs * 2);
      };
      this.#questions.add(question);
      send(retransmitMs);
    });
  }

  async close(): Promise<void> {
    this.#isClosed = true;
    for (const question of this.#questions) question.giveUp();
    await this.#sockets.close();
  }
}
