import { type Socket, createSocket } from "node:dgram";
import { once } from "node:events";
import { type IncomingMessage, type ServerResponse, type Server, createServer } from "node:http";
import type { AddressInfo } from "node:net";
import type { TestContext } from "node:test";
import type { Place } from "../../node/host/portmap/router-place.ts";
import { Address } from "../../wire/address.ts";

export interface GatewayOptions {
  pcp?: boolean;
  natPmp?: boolean;
  upnp?: 1 | 2 | undefined;
  /** Its public address. */
  external?: string;
  /** The longest lease that it grants. */
  lifetimeS?: number;
  /** Answers that get lost before one arrives. */
  lost?: number;
  /** External ports that somebody else has. */
  taken?: number[];
  /** UPnP: knows no leases that end. */
  onlyPermanent?: boolean;
  /** UPnP: where its description says that the service is. */
  controlUrl?: string;
  /** UPnP: how it departs from the standards. */
  quirks?: Quirks;
}

/** What routers do that a reader of the standards does not expect. */
export interface Quirks {
  /** The answers to a search, in this order, where its description is at `location`. */
  found?: (location: string) => string[];
  /** Its description and its answers. */
  xml?: (text: string) => string;
  /** All that it sends by HTTP. */
  http?: (status: number, body: string) => string;
  /** Does not end a connection, though asked to. */
  keepsOpen?: boolean;
  /** The error with which it refuses; 0: none. */
  refuses?: (action: string, value: (name: string) => string) => number;
  /** Does not see what is mapped, when asked for it this many times. */
  blind?: number;
  /** More services than the one at `controlUrl`, before it: where they are, and their external address. */
  lines?: Record<string, string>;
}

interface Mapping {
  internal: string;
  nonce?: string;
}

const CLIENT = "127.0.0.1";

/**
 * A router on loopback that speaks PCP (RFC 6887), NAT-PMP (RFC 6886) and UPnP as asked for. Written from the standards
 * without the code under test, so that both cannot be wrong in the same way.
 */
export class Gateway {
  readonly options: GatewayOptions;
  /** By external port. */
  readonly mappings = new Map<number, Mapping>();
  /** What was asked, in short: "pcp announce", "pcp map 7200", "nat-pmp address", "upnp AddPortMapping". */
  readonly asked: string[] = [];
  #startedAt = performance.now();
  #lost = 0;
  #looks = 0;
  readonly #udp: Socket;
  readonly #ssdp: Socket;
  readonly #http: Server;

  private constructor(options: GatewayOptions) {
    this.options = options;
    this.#udp = createSocket("udp4");
    this.#ssdp = createSocket("udp4");
    this.#http = createServer((request, response) => void this.#serve(request, response));
  }

  static async start(t: TestContext, options: GatewayOptions): Promise<Gateway> {
    const gateway = new Gateway(options);
    await gateway.#listen();
    t.after(() => gateway.#close());
    return gateway;
  }

  /** The way to it from the socket of this port, and of this address of loopback. */
  place(internalPort: number, client = CLIENT): Place {
    return {
      via: 0,
      internal: Address.of(client, internalPort)!,
      server: Address.of(CLIENT, this.#udp.address().port)!,
      search: [Address.of(CLIENT, this.#ssdp.address().port)!],
    };
  }

  /** Forgets everything, as a router that was switched off and on. */
  reboot(): void {
    this.mappings.clear();
    this.#startedAt = performance.now();
  }

  /** Pretends to have been up for so long. */
  age(seconds: number): void {
    this.#startedAt = performance.now() - seconds * 1_000;
  }

  async #listen(): Promise<void> {
    this.#udp.bind(0, CLIENT);
    this.#ssdp.bind(0, CLIENT);
    this.#http.listen(0, CLIENT);
    await Promise.all([this.#udp, this.#ssdp, this.#http].map((one) => once(one, "listening")));
    this.#udp.on("message", (bytes, from) => {
      const answer = bytes[0] === 2 ? this.#pcp(bytes) : this.#natPmp(bytes);
      if (answer !== undefined && ++this.#lost > (this.options.lost ?? 0)) {
        this.#udp.send(answer, from.port, from.address);
      }
    });
    this.#ssdp.on("message", (bytes, from) => {
      if (this.options.upnp === undefined || !bytes.toString().startsWith("M-SEARCH ")) return;
      const { port } = this.#http.address() as AddressInfo;
      const location = `http://${CLIENT}:${port}/description.xml`;
      const { found = (at) => [ssdpAnswer(at)] } = this.#quirks;
      for (const answer of found(location)) this.#ssdp.send(answer, from.port, from.address);
    });
  }

  #close(): void {
    this.#udp.close();
    this.#ssdp.close();
    this.#http.closeAllConnections();
    this.#http.close();
  }

  get #epochS(): number {
    return Math.floor((performance.now() - this.#startedAt) / 1_000);
  }

  /** The first port from `wanted` on that nobody else has. */
  #assign(wanted: number, internal: string, nonce?: string): number {
    for (const [port, mapping] of this.mappings) if (mapping.internal === internal) return port;
    let port = wanted === 0 ? 50_000 : wanted;
    while (this.options.taken?.includes(port) || this.mappings.has(port)) port++;
    this.mappings.set(port, { internal, ...(nonce !== undefined && { nonce }) });
    return port;
  }

  #release(internal: string): void {
    for (const [port, mapping] of this.mappings) {
      if (mapping.internal === internal) this.mappings.delete(port);
    }
  }

  #pcp(request: Buffer): Buffer | undefined {
    if (!this.options.pcp) {
      // A router of the older protocol: RFC 6886 section 3.5, as amended by erratum 3618.
      return this.options.natPmp ? Buffer.from("0080000100000000", "hex") : undefined;
    }
    const answer = Buffer.from(request);
    answer.fill(0, 2, 24);
    answer[1] = request[1]! | 0x80;
    answer.writeUInt32BE(this.#epochS, 8);
    if (request[1] === 0) {
      this.asked.push("pcp announce");
      return answer;
    }
    const lifetimeS = request.readUInt32BE(4);
    this.asked.push(`pcp map ${lifetimeS}`);
    const internal = `${request.subarray(20, 24).join(".")}:${request.readUInt16BE(40)}`;
    const nonce = request.toString("hex", 24, 36);
    if (
      [...this.mappings.values()].some((own) => own.internal === internal && own.nonce !== nonce)
    ) {
      answer[3] = 2;
      return answer;
    }
    if (lifetimeS === 0) {
      this.#release(internal);
      return answer;
    }
    answer.writeUInt32BE(Math.min(lifetimeS, this.options.lifetimeS ?? lifetimeS), 4);
    answer.writeUInt16BE(this.#assign(request.readUInt16BE(42), internal, nonce), 42);
    answer.write("00000000000000000000ffff", 44, "hex");
    answer.set(this.#external, 56);
    return answer;
  }

  #natPmp(request: Buffer): Buffer | undefined {
    if (!this.options.natPmp) {
      // RFC 6887 section 9 and appendix A: a PCP server names its own version.
      const refusal = Buffer.alloc(24);
      refusal.set([2, request[1]! | 0x80, 0, 1]);
      return this.options.pcp ? refusal : undefined;
    }
    const answer = Buffer.alloc(request[1] === 0 ? 12 : 16);
    answer[1] = request[1]! | 0x80;
    answer.writeUInt32BE(this.#epochS, 4);
    if (request[1] === 0) {
      this.asked.push("nat-pmp address");
      answer.set(this.#external, 8);
      return answer;
    }
    const lifetimeS = request.readUInt32BE(8);
    this.asked.push(`nat-pmp map ${lifetimeS}`);
    const internalPort = request.readUInt16BE(4);
    const internal = `${CLIENT}:${internalPort}`;
    answer.writeUInt16BE(internalPort, 8);
    if (lifetimeS === 0) {
      this.#release(internal);
      return answer;
    }
    answer.writeUInt16BE(this.#assign(request.readUInt16BE(6), internal), 10);
    answer.writeUInt32BE(Math.min(lifetimeS, this.options.lifetimeS ?? lifetimeS), 12);
    return answer;
  }

  get #external(): number[] {
    return (this.options.external ?? "8.8.4.4").split(".").map(Number);
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { url = "" } = request;
    if (request.method === "GET") {
      const isKnown = url === "/description.xml";
      return this.#send(response, isKnown ? 200 : 404, isKnown ? this.#description() : "");
    }
    let body = "";
    for await (const chunk of request) body += String(chunk);
    const action = /#(\w+)"$/.exec(String(request.headers["soapaction"]))?.[1] ?? "";
    this.asked.push(`upnp ${action}`);
    const value = (name: string) => new RegExp(`<${name}>([^<]*)<`).exec(body)?.[1] ?? "";
    // As the "secure mode" of routers: nobody maps a port to somebody else.
    const isForAnother =
      action === "AddPortMapping" && value("NewInternalClient") !== request.socket.remoteAddress;
    const refusal = isForAnother ? 606 : (this.#quirks.refuses?.(action, value) ?? 0);
    const result = refusal === 0 ? this.#act(action, value, url) : refusal;
    const fields = typeof result === "number" ? `<errorCode>${result}</errorCode>` : result;
    const text = `<?xml version="1.0"?><s:Envelope><s:Body><u:x>${fields}</u:x></s:Body></s:Envelope>`;
    this.#send(response, typeof result === "number" ? 500 : 200, text);
  }

  get #quirks(): Quirks {
    return this.options.quirks ?? {};
  }

  #send(response: ServerResponse, status: number, text: string): void {
    const { xml = (same) => same, http, keepsOpen = false } = this.#quirks;
    const body = xml(text);
    response.statusCode = status;
    if (http === undefined) return void response.end(body);
    const { socket } = response;
    if (keepsOpen) socket?.write(http(status, body));
    else socket?.end(http(status, body));
  }

  /** The fields of the answer, or an error code. */
  #act(action: string, value: (name: string) => string, url: string): string | number {
    const port = Number(value("NewExternalPort"));
    const mapping = this.mappings.get(port);
    const internal = `${value("NewInternalClient")}:${value("NewInternalPort")}`;
    switch (action) {
      case "GetExternalIPAddress":
        return `<NewExternalIPAddress>${this.#quirks.lines?.[url] ?? this.#external.join(".")}</NewExternalIPAddress>`;
      case "AddPortMapping":
        if (this.options.onlyPermanent && value("NewLeaseDuration") !== "0") return 725;
        if (this.options.taken?.includes(port)) return 718;
        this.mappings.set(port, { internal });
        return "";
      case "DeletePortMapping":
        return this.mappings.delete(port) ? "" : 714;
      case "GetSpecificPortMappingEntry": {
        const isBlind = this.#looks++ < (this.#quirks.blind ?? 0);
        if (mapping === undefined || isBlind) return 714;
        const [host, internalPort] = mapping.internal.split(":");
        return `<NewInternalPort>${internalPort}</NewInternalPort><NewInternalClient xmlns:dt="x">${host}</NewInternalClient>`;
      }
      default:
        return 401;
    }
  }

  #description(): string {
    const { upnp, controlUrl = "/control?a=1&amp;b=2" } = this.options;
    const service = (type: string, control: string) =>
      `<service><serviceType>urn:schemas-upnp-org:service:${type}</serviceType><controlURL>${control}</controlURL></service>`;
    return `<?xml version="1.0"?><root><device><deviceList><device><serviceList>
      ${service("WANCommonInterfaceConfig:1", "/other")}
      ${Object.keys(this.#quirks.lines ?? {})
        .map((path) => service(`WANIPConnection:${upnp}`, path))
        .join("")}
      ${service(`WANIPConnection:${upnp}`, controlUrl)}
    </serviceList></device></deviceList></device></root>`;
  }
}

/** What a device at `location` says to a search. */
export function ssdpAnswer(location: string): string {
  return `HTTP/1.1 200 OK\r\nST: x\r\nLOCATION: ${location}\r\n\r\n`;
}
