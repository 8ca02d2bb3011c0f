import { Address } from "../../../wire/address.ts";
import type { Random } from "../../../wire/crypto.ts";
import { scopeOf } from "../../../wire/address-scope.ts";
import type { GatewayChannel } from "./channel.ts";
import { exchange } from "./http.ts";
import type { Lease, Mapper, Pace } from "./mapper.ts";
import {
  SSDP_SEARCH,
  type SoapAnswer,
  type UpnpService,
  readLocation,
  readServices,
  readSoap,
  soapRequest,
} from "./upnp-codec.ts";

/** NoSuchEntryInArray: WANIPConnection:1 section 2.4.18. */
const NO_SUCH_ENTRY = "714";
/** A router may be a few devices at the same time; one that makes up ever new ones must not keep us busy. */
const MAX_LOCATIONS = 8;
/**
 * The one that we want and three others. With each, a lease is refused and then a mapping for ever: 8 requests to add.
 */
const MAX_PORTS_TRIED = 4;
/** The dynamic ports (RFC 6335 section 6): nobody expects a certain service there. */
const DYNAMIC_PORTS = { first: 49_152, count: 16_384 };

/** Whose mapping a port is. "unsaid": the router answers, but not this; "silent": it does not answer. */
type Owner = "us" | "others" | "nobody" | "unsaid" | "silent";

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
  /** The first port that somebody else took over. */
  #lostPort: number | undefined;

  private constructor(service: UpnpService, options: UpnpOptions) {
    this.#service = service;
    this.#options = options;
  }

  /**
   * Looks for the service of the device that the channel listens to, by asking at the addresses `search`. A gateway may
   * be several devices, and have several lines: the first that leads to the Internet counts, or else the first with any
   * address.
   */
  static async find(
    channel: GatewayChannel,
    { gateway, search }: { gateway: string; search: readonly Address[] },
    options: UpnpOptions,
    signal: AbortSignal,
  ): Promise<UpnpMapper | undefined> {
    const { answerMs: totalMs, retransmitMs } = options.pace;
    const tried = new Set<string>(); // BOUNDED: MAX_LOCATIONS
    const readNew = (bytes: Uint8Array) => {
      const location = readLocation(Buffer.from(bytes).toString("latin1"), gateway);
      return location !== undefined && tried.has(location.href) ? undefined : location;
    };
    let other: UpnpMapper | undefined;
    while (tried.size < MAX_LOCATIONS && !signal.aborted) {
      const request = Buffer.from(SSDP_SEARCH);
      const location = await channel.ask(search, request, readNew, { retransmitMs, totalMs });
      if (location === undefined) break;
      tried.add(location.href);
      for await (const { mapper, isPublic } of UpnpMapper.#describedAt(location, options, signal)) {
        if (isPublic) return mapper;
        other ??= mapper;
      }
    }
    return other;
  }

  /** The services described there that say an external address. */
  static async *#describedAt(location: URL, options: UpnpOptions, signal: AbortSignal) {
    const description = await exchange(location, { timeoutMs: options.pace.answerMs, signal });
    if (description?.status !== 200) return;
    for (const service of readServices(description.body, location)) {
      if (signal.aborted) return;
      const mapper = new UpnpMapper(service, options);
      const external = await mapper.#externalAddress(1);
      if (external !== undefined) yield { mapper, isPublic: scopeOf(external.ip) === "global" };
    }
  }

  async map(lifetimeS: number, suggested: Address): Promise<Lease | undefined> {
    // First, so that nothing is mapped of which nobody could be told.
    const any = await this.#externalAddress(suggested.port);
    const port = any && (await this.#mapPort(lifetimeS, suggested.port));
    return port === undefined ? undefined : { external: any!.withPort(port), lifetimeS };
  }

  /** Only what is ours: somebody else may have taken the port over. */
  async unmap({ port }: Address): Promise<void> {
    const { goodbyeMs } = this.#options.pace;
    const owner = await this.#ownerOf(port, goodbyeMs);
    if (owner !== "us" && owner !== "unsaid") return;
    await this.#call("DeletePortMapping", entry(port), { timeoutMs: goodbyeMs });
  }

  /**
   * A port that somebody else has taken over is lost: no second mapping of it is asked for. Once: whoever takes the
   * next one too would take every one, or the router says nonsense; then it is left to the next renewal.
   */
  async has({ port }: Address): Promise<boolean | undefined> {
    const owner = await this.#ownerOf(port);
    if (owner === "us") return true;
    if (owner === "nobody") return false;
    if (owner !== "others" || this.#lostPort !== undefined) return undefined;
    this.#lostPort = port;
    return false;
  }

  /** The port that was mapped. One that somebody else has is left alone, also where the router would give it to us. */
  async #mapPort(lifetimeS: number, wanted: number): Promise<number | undefined> {
    let port = wanted === this.#lostPort ? this.#anyPort() : wanted;
    for (let tries = 0; tries < MAX_PORTS_TRIED; tries++, port = this.#anyPort()) {
      const owner = await this.#ownerOf(port);
      if (owner === "others") continue;
      const result = await this.#addPort(port, lifetimeS);
      // Some do not renew what is there. It stays ours until it ends, and then has() says so.
      if (result === "mapped" || (result === "refused" && owner === "us")) return port;
      if (result === "silent") return undefined;
    }
    return undefined;
  }

  /** Routers refuse a lease with many errors (725, 402, 501, 718), though they would take a mapping for ever. */
  async #addPort(port: number, lifetimeS: number): Promise<"mapped" | "refused" | "silent"> {
    const { internal } = this.#options;
    for (const seconds of [lifetimeS, 0]) {
      const values = {
        ...entry(port),
        NewInternalPort: `${internal.port}`,
        NewInternalClient: internal.host,
        NewEnabled: "1",
        NewPortMappingDescription: "dispersy",
        NewLeaseDuration: `${seconds}`,
      };
      // Many map a port only to the address that asks for it.
      const answer = await this.#call("AddPortMapping", values, { from: internal.host });
      if (answer === undefined) return "silent";
      if (answer.isSuccess) return "mapped";
    }
    return "refused";
  }

  async #ownerOf(port: number, timeoutMs = this.#options.pace.answerMs): Promise<Owner> {
    const { internal } = this.#options;
    const answer = await this.#call("GetSpecificPortMappingEntry", entry(port), { timeoutMs });
    if (answer === undefined) return "silent";
    const { isSuccess, fields } = answer;
    if (!isSuccess) return fields.get("errorcode") === NO_SUCH_ENTRY ? "nobody" : "unsaid";
    const client = fields.get("newinternalclient") ?? "";
    // Some say the name of a host, or nothing.
    if (client === "0.0.0.0" || Address.of(client, 1) === undefined) return "unsaid";
    const isOurs =
      client === internal.host && Number(fields.get("newinternalport")) === internal.port;
    return isOurs ? "us" : "others";
  }

  #anyPort(): number {
    return DYNAMIC_PORTS.first + this.#options.random.below(DYNAMIC_PORTS.count);
  }

  /** The router's own address, with this port. */
  async #externalAddress(port: number): Promise<Address | undefined> {
    const answer = await this.#call("GetExternalIPAddress", {});
    const host = answer?.isSuccess ? answer.fields.get("newexternalipaddress") : undefined;
    const address = host === undefined ? undefined : Address.of(host, port);
    return address?.family === 4 ? address : undefined;
  }

  async #call(
    action: string,
    values: Record<string, string>,
    { timeoutMs = this.#options.pace.answerMs, from }: { timeoutMs?: number; from?: string } = {},
  ): Promise<SoapAnswer | undefined> {
    const { type, control } = this.#service;
    const headers = {
      "Content-Type": 'text/xml; charset="utf-8"',
      SOAPAction: `"${type}#${action}"`,
    };
    const body = soapRequest(type, action, values);
    const answer = await exchange(control, { timeoutMs, from, headers, body });
    return answer && readSoap(answer);
  }
}

function entry(port: number): Record<string, string> {
  return { NewRemoteHost: "", NewExternalPort: `${port}`, NewProtocol: "UDP" };
}
