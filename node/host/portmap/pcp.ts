import type { Address } from "../../../wire/address.ts";
import { equalBytes } from "../../../wire/bytes.ts";
import type { GatewayChannel } from "./channel.ts";
import { Epoch } from "./router-epoch.ts";
import type { Lease, Mapper, Pace } from "./mapper.ts";
import { PCP_RESULT, decodePcp, encodePcpAnnounce, encodePcpMap } from "./pcp-codec.ts";

export class PcpMapper implements Mapper {
  readonly protocol = "pcp";
  readonly #channel: GatewayChannel;
  readonly #server: Address;
  readonly #internal: Address;
  readonly #nonce: Uint8Array;
  readonly #pace: Pace;
  readonly #epoch = new Epoch("pcp");

  /** `nonce`: random, PCP_NONCE_BYTES long; who knows it can change the mapping. */
  constructor(
    channel: GatewayChannel,
    server: Address,
    { internal, nonce, pace }: { internal: Address; nonce: Uint8Array; pace: Pace },
  ) {
    this.#channel = channel;
    this.#server = server;
    this.#internal = internal;
    this.#nonce = nonce;
    this.#pace = pace;
  }

  /** Whether the gateway speaks PCP. */
  async probe(): Promise<boolean> {
    return (await this.#announced(this.#pace.answerMs)) !== undefined;
  }

  async map(lifetimeS: number, suggested: Address): Promise<Lease | undefined> {
    const answer = await this.#map(lifetimeS, suggested, this.#pace.answerMs);
    if (answer === undefined) return undefined;
    this.#epoch.isSame(answer.epochS, performance.now());
    if (answer.external === undefined || answer.lifetimeS === 0) return undefined;
    return { external: answer.external, lifetimeS: answer.lifetimeS };
  }

  async unmap(): Promise<void> {
    await this.#map(0, undefined, this.#pace.goodbyeMs);
  }

  async has(): Promise<boolean | undefined> {
    const answer = await this.#announced(this.#pace.answerMs);
    return answer && this.#epoch.isSame(answer.epochS, performance.now());
  }

  #map(lifetimeS: number, suggested: Address | undefined, totalMs: number) {
    const request = encodePcpMap({
      internal: this.#internal,
      nonce: this.#nonce,
      lifetimeS,
      ...(suggested && { suggested }),
    });
    const read = (bytes: Uint8Array) => {
      const answer = decodePcp(bytes);
      if (answer?.kind !== "map" || !equalBytes(answer.nonce, this.#nonce)) return undefined;
      return answer.internalPort === this.#internal.port ? answer : undefined;
    };
    return this.#channel.ask([this.#server], request, read, { ...this.#pace, totalMs });
  }

  /** Servers may know no announcements: saying so in PCP's own version is an answer. */
  #announced(totalMs: number) {
    const read = (bytes: Uint8Array) => {
      const answer = decodePcp(bytes);
      const { success, unsupportedOpcode } = PCP_RESULT;
      if (answer?.kind !== "announce") return undefined;
      return answer.result === success || answer.result === unsupportedOpcode ? answer : undefined;
    };
    const request = encodePcpAnnounce(this.#internal);
    return this.#channel.ask([this.#server], request, read, { ...this.#pace, totalMs });
  }
}
