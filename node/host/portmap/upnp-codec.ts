/** UPnP Device Architecture 1.1 and InternetGatewayDevice 1 and 2, as far as a port mapping needs them: texts, no sockets. */

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
  if (!/^HTTP\/1\.[01] 200/i.test(answer)) return undefined;
  const location = /^location:[ \t]*(\S+)/im.exec(answer)?.[1];
  return location === undefined ? undefined : urlOn(gateway, location);
}

/** The services of a device's description that can map ports; only those on the gateway itself. */
export function readServices(description: string, location: URL): UpnpService[] {
  const base = readTag(description, "URLBase") ?? location.href;
  const services = description.split("<service>").flatMap((text): UpnpService[] => {
    const type = readTag(text, "serviceType");
    const path = readTag(text, "controlURL");
    const control = path === undefined ? undefined : urlOn(location.hostname, path, base);
    return type === undefined || control === undefined ? [] : [{ type, control }];
  });
  return SERVICE_TYPES.flatMap((known) => services.filter(({ type }) => type === known));
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

/** The text in the first such element, which holds no other; undefined when there is none. */
export function readTag(xml: string, tag: string): string | undefined {
  const text = new RegExp(`<${tag}(?: [^>]*)?>([^<]*)</${tag}>`).exec(xml)?.[1];
  return text?.trim().replaceAll("&amp;", "&");
}

function urlOn(host: string, text: string, base?: string): URL | undefined {
  if (!URL.canParse(text, base)) return undefined;
  const url = new URL(text, base);
  return url.protocol === "http:" && url.hostname === host ? url : undefined;
}
