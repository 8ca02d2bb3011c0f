import { Address } from "../../../wire/address.ts";
import { MIN_MAPPED_PORT } from "../../../wire/limits.ts";
import type { GatewayChannel } from "./channel.ts";
import { type HttpAnswer, exchange } from "./http.ts";
import type { Lease, Mapper, Pace } from "./mapper.ts";
import type { Random } from "../../../wire/crypto.ts";
import {
  SSDP_SEARCH,
  type UpnpService,
  readLocation,
  readServices,
  readTag,
  soapRequest,
} from "./upnp-codec.ts";

/** WANIPConnection:1 section 2.4.16, WANIPConnection:2 section 2.5.16. */
const ERROR = { noSuchEntry: "714", conflict: "718", onlyPermanent: "725" } as const;
/** Somebody else has the port that we asked for, and the next. */
const MAX_PORTS_TRIED = 4;

export interface UpnpOptions {
  /** The socket that is to be reached: our address in the gateway's subnet. */
  internal: Address;
  random: Random;
  pace: Pace;
}

export class UpnpMapper implements Mapper {
  readonly protocol = "upnp";
  readonly #service: UpnpService;
  readonly #options: UpnpOptions;

  private constructor(service: UpnpService, options: UpnpOptions) {
    this.#service = service;
    this.#options = options;
  }

  /** Looks for the service of the device that the channel listens to, by asking at the addresses `search`. */
  static async find(
    channel: GatewayChannel,
    { gateway, search }: { gateway: string; search: readonly Address[] },
    options: UpnpOptions,
    signal: AbortSignal,
  ): Promise<UpnpMapper | undefined> {
    const { answerMs: totalMs, retransmitMs } = options.pace;
    const location = await channel.ask(
      search,
      Buffer.from(SSDP_SEARCH),
      (bytes) => readLocation(Buffer.from(bytes).toString("latin1"), gateway),
      { retransmitMs, totalMs },
    );
    if (location === undefined) return undefined;
    const description = await exchange(location, { timeoutMs: totalMs, signal });
    if (description?.status !== 200) return undefined;
    for (const service of readServices(description.body, location)) {
      const mapper = new UpnpMapper(service, options);
      if ((await mapper.#externalHost()) !== undefined) return mapper;
    }
    return undefined;
  }

  async map(lifetimeS: number, suggested: Address): Promise<Lease | undefined> {
    const port = await this.#mapPort(lifetimeS, suggested.port);
    const host = port === undefined ? undefined : await this.#externalHost();
    const external = host === undefined ? undefined : Address.of(host, port!);
    return external && { external, lifetimeS };
  }

  async unmap({ port }: Address): Promise<void> {
    await this.#call("DeletePortMapping", entry(port), this.#options.pace.goodbyeMs);
  }

  async has({ port }: Address): Promise<boolean | undefined> {
    const { internal } = this.#options;
    const answer = await this.#call("GetSpecificPortMappingEntry", entry(port));
    if (answer === undefined) return undefined;
    if (answer.status !== 200) return errorOf(answer) === ERROR.noSuchEntry ? false : undefined;
    const host = readTag(answer.body, "NewInternalClient");
    return host === internal.host && readTag(answer.body, "NewInternalPort") === `${internal.port}`;
  }

  /** The port that was mapped. One that is taken by others gives way to any; a lease that cannot end to a lasting one. */
  async #mapPort(lifetimeS: number, wanted: number): Promise<number | undefined> {
    let [port, seconds] = [wanted, lifetimeS];
    for (let tries = 0; tries < MAX_PORTS_TRIED; tries++) {
      const answer = await this.#addPort(port, seconds);
      if (answer?.status === 200) return port;
      const error = answer && errorOf(answer);
      if (error === ERROR.onlyPermanent && seconds !== 0) seconds = 0;
      else if (error === ERROR.conflict) {
        port = MIN_MAPPED_PORT + this.#options.random.below(65_536 - MIN_MAPPED_PORT);
      } else return undefined;
    }
    return undefined;
  }

  #addPort(port: number, lifetimeS: number): Promise<HttpAnswer | undefined> {
    const { internal } = this.#options;
    return this.#call("AddPortMapping", {
      ...entry(port),
      NewInternalPort: `${internal.port}`,
      NewInternalClient: internal.host,
      NewEnabled: "1",
      NewPortMappingDescription: "dispersy",
      NewLeaseDuration: `${lifetimeS}`,
    });
  }

  async #externalHost(): Promise<string | undefined> {
    const answer = await this.#call("GetExternalIPAddress", {});
    const host = answer?.status === 200 ? readTag(answer.body, "NewExternalIPAddress") : undefined;
    return host !== undefined && Address.of(host, 1)?.family === 4 ? host : undefined;
  }

  #call(
    action: string,
    values: Record<string, string>,
    timeoutMs = this.#options.pace.answerMs,
  ): Promise<HttpAnswer | undefined> {
    const { type, control } = this.#service;
    const headers = {
      "Content-Type": 'text/xml; charset="utf-8"',
      SOAPAction: `"${type}#${action}"`,
    };
    return exchange(control, { timeoutMs, headers, body: soapRequest(type, action, values) });
  }
}

function entry(port: number): Record<string, string> {
  return { NewRemoteHost: "", NewExternalPort: `${port}`, NewProtocol: "UDP" };
}

function errorOf({ body }: HttpAnswer): string | undefined {
  return readTag(body, "errorCode");
}
