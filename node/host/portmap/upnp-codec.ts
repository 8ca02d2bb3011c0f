/**
 * UPnP Device Architecture 1.1 and InternetGatewayDevice 1 and 2, as far as a port mapping needs them: texts, no
 * sockets.
 */

import type { HttpAnswer } from "./http.ts";
import { endedElements } from "./xml.ts";

/** A service of the router that maps ports. */
export interface UpnpService {
  type: string;
  control: URL;
}

/** The best first. Version 2 understands what version 1 does. */
const SERVICE_TYPES = [
  "urn:schemas-upnp-org:service:WANIPConnection:2",
  "urn:schemas-upnp-org:service:WANIPConnection:1",
  "urn:schemas-upnp-org:service:WANPPPConnection:1",
];

/** One for each line to the Internet; modems for DSL describe eight, of which one is in use. */
const MAX_SERVICES = 8;

/** SSDP (section 1.3.2). A device of version 2 answers to 1 as well. MX: seconds over which answers may be spread. */
export const SSDP_SEARCH = [
  "M-SEARCH * HTTP/1.1",
  "HOST: 239.255.255.250:1900",
  'MAN: "ssdp:discover"',
  "MX: 1",
  "ST: urn:schemas-upnp-org:device:InternetGatewayDevice:1",
  "",
  "",
].join("\r\n");

/** Where the answer to a search says the device is described; only on the gateway itself, over HTTP. */
export function readLocation(answer: string, gateway: string): URL | undefined {
  if (!/^HTTP\/1\.[01] +200/i.test(answer)) return undefined;
  const location = /^location[ \t]*:[ \t]*(\S+)/im.exec(answer)?.[1];
  return location === undefined ? undefined : urlOn(gateway, location);
}

/**
 * The services of a device's description that can map ports; only those on the gateway itself, at most MAX_SERVICES.
 */
export function readServices(description: string, location: URL): UpnpService[] {
  const services: UpnpService[] = [];
  let base = location.href;
  let [type, path] = ["", ""];
  for (const { name, text } of endedElements(description)) {
    if (name === "urlbase") base = urlOn(location.hostname, text)?.href ?? base;
    else if (name === "servicetype") type = text;
    else if (name === "controlurl") path = text;
    else if (name === "service") {
      const control = path === "" ? undefined : urlOn(location.hostname, path, base);
      if (control !== undefined) services.push({ type, control });
      [type, path] = ["", ""];
    }
  }
  const ofType = (known: string) => services.filter(({ type }) => isSameText(type, known));
  return SERVICE_TYPES.flatMap(ofType).slice(0, MAX_SERVICES);
}

/** A SOAP request. The values must need no escaping. */
export function soapRequest(type: string, action: string, values: Record<string, string>): string {
  const fields = Object.entries(values).map(([name, value]) => `<${name}>${value}</${name}>`);
  return [
    '<?xml version="1.0"?>',
    '<s:Envelope xmlns:s="http://schemas.xmlsoap.org/soap/envelope/"',
    ' s:encodingStyle="http://schemas.xmlsoap.org/soap/encoding/"><s:Body>',
    `<u:${action} xmlns:u="${type}">${fields.join("")}</u:${action}>`,
    "</s:Body></s:Envelope>",
  ].join("");
}

export interface SoapAnswer {
  isSuccess: boolean;
  /** The first text of each element, by its name in lower case. BOUNDED: by the length of the answer. */
  fields: ReadonlyMap<string, string>;
}

/** The router's answer to a SOAP request. Some report an error with the status of a success. */
export function readSoap({ status, body }: HttpAnswer): SoapAnswer {
  const fields = new Map<string, string>();
  for (const { name, text } of endedElements(body)) if (!fields.has(name)) fields.set(name, text);
  return { isSuccess: status === 200 && !fields.has("errorcode"), fields };
}

function isSameText(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

function urlOn(host: string, text: string, base?: string): URL | undefined {
  if (!URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  return url.protocol === "http:" && url.hostname === host ? url : undefined;
}
