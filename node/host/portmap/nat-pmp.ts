import { Address, formatIp } from "../../../wire/address.ts";
import type { GatewayChannel } from "./channel.ts";
import { Epoch } from "./router-epoch.ts";
import type { Lease, Mapper, Pace } from "./mapper.ts";
import { PMP_RESULT, decodePmp, encodePmpAddress, encodePmpMap } from "./nat-pmp-codec.ts";

export class NatPmpMapper implements Mapper {
  readonly protocol = "nat-pmp";
  readonly #channel: GatewayChannel;
  readonly #server: Address;
  readonly #internalPort: number;
  readonly #pace: Pace;
  readonly #epoch = new Epoch("nat-pmp");

  constructor(
    channel: GatewayChannel,
    server: Address,
    { internalPort, pace }: { internalPort: number; pace: Pace },
  ) {
    this.#channel = channel;
    this.#server = server;
    this.#internalPort = internalPort;
    this.#pace = pace;
  }

  /** Whether the gateway speaks NAT-PMP and has an address. */
  async probe(): Promise<boolean> {
    return (await this.#address())?.ip !== undefined;
  }

  async map(lifetimeS: number, suggested: Address): Promise<Lease | undefined> {
    const answer = await this.#map(lifetimeS, suggested.port, this.#pace.answerMs);
    if (answer !== undefined) this.#epoch.isSame(answer.epochS, performance.now());
    if (!answer?.externalPort || !answer.lifetimeS) return undefined;
    // The router's address comes with no mapping: it is asked for each time, for it may have changed.
    const { ip } = (await this.#address()) ?? {};
    const external = ip && Address.of(formatIp(ip), answer.externalPort);
    return external && { external, lifetimeS: answer.lifetimeS };
  }

  async unmap(): Promise<void> {
    await this.#map(0, 0, this.#pace.goodbyeMs);
  }

  async has(external: Address): Promise<boolean | undefined> {
    const answer = await this.#address();
    if (answer?.ip === undefined) return undefined;
    const isSame = this.#epoch.isSame(answer.epochS, performance.now());
    return isSame && formatIp(answer.ip) === external.host;
  }

  #map(lifetimeS: number, suggestedPort: number, totalMs: number) {
    const request = { internalPort: this.#internalPort, suggestedPort, lifetimeS };
    const read = (bytes: Uint8Array) => {
      const answer = decodePmp(bytes);
      if (answer?.kind !== "map") return undefined;
      const isError = answer.result !== PMP_RESULT.success;
      return isError || answer.internalPort === this.#internalPort ? answer : undefined;
    };
    return this.#channel.ask([this.#server], encodePmpMap(request), read, {
      ...this.#pace,
      totalMs,
    });
  }

  #address() {
    const read = (bytes: Uint8Array) => {
      const answer = decodePmp(bytes);
      // A router without PCP says so in this form, to a question of PCP's.
      if (answer?.kind !== "address" || answer.result === PMP_RESULT.unsupportedVersion)
        return undefined;
      return answer;
    };
    return this.#channel.ask([this.#server], encodePmpAddress(), read, {
      ...this.#pace,
      totalMs: this.#pace.answerMs,
    });
  }
}
