import assert from "node:assert/strict";
import { test } from "node:test";
import {
  readLocation,
  readServices,
  readTag,
  soapRequest,
} from "../../../node/host/portmap/upnp-codec.ts";

const GATEWAY = "192.168.1.1";
const answer = (location: string) => `HTTP/1.1 200 OK\r\nST: x\r\nLocation: ${location}\r\n\r\n`;
const service = (type: string, control: string) =>
  `<service><serviceType>urn:schemas-upnp-org:service:${type}</serviceType><controlURL>${control}</controlURL></service>`;
const location = new URL(`http://${GATEWAY}:5000/root.xml`);
const found = (xml: string) =>
  readServices(xml, location).map(({ type, control }) => [type.split(":").slice(-2), control.href]);

test("only the gateway itself may say where it is described", () => {
  assert.equal(readLocation(answer(location.href), GATEWAY)?.href, location.href);
  for (const text of [
    answer("http://192.168.1.2:5000/root.xml"),
    answer("http://192.168.1.1@8.8.8.8/root.xml"),
    answer("https://192.168.1.1/root.xml"),
    answer("file:///etc/passwd"),
    answer("/root.xml"),
    answer("http://[::"),
    "HTTP/1.1 404 Not Found\r\nLocation: http://192.168.1.1/\r\n\r\n",
    `NOTIFY * HTTP/1.1\r\nLocation: ${location.href}\r\n\r\n`,
    "",
  ]) {
    assert.equal(readLocation(text, GATEWAY), undefined, text);
  }
});

test("services are found, the best first, and none that is elsewhere", () => {
  const xml = [
    service("WANPPPConnection:1", "/ppp"),
    service("WANIPConnection:1", "ip?a=1&amp;b=2"),
    service("WANIPConnection:2", "http://192.168.1.1:81/two"),
    service("WANIPConnection:2", "http://8.8.8.8/two"),
    service("Layer3Forwarding:1", "/x"),
    "<service><serviceType>urn:schemas-upnp-org:service:WANIPConnection:1</serviceType></service>",
  ].join("");
  assert.deepEqual(found(xml), [
    [["WANIPConnection", "2"], "http://192.168.1.1:81/two"],
    [["WANIPConnection", "1"], "http://192.168.1.1:5000/ip?a=1&b=2"],
    [["WANPPPConnection", "1"], "http://192.168.1.1:5000/ppp"],
  ]);
  const based = `<URLBase>http://192.168.1.1:99/</URLBase>${service("WANIPConnection:1", "/c")}`;
  assert.deepEqual(found(based), [[["WANIPConnection", "1"], "http://192.168.1.1:99/c"]]);
  const elsewhere = `<URLBase>http://8.8.8.8/</URLBase>${service("WANIPConnection:1", "/c")}`;
  assert.deepEqual(found(elsewhere), []);
  for (const nonsense of ["", "<service>".repeat(7_000), "<serviceType><", "\0"]) {
    assert.deepEqual(found(nonsense), []);
  }
});

test("texts in elements are read, and a request says what was asked", () => {
  assert.equal(readTag('<a><errorCode x="1"> 718 </errorCode></a>', "errorCode"), "718");
  assert.equal(readTag("<errorCodes>718</errorCodes>", "errorCode"), undefined);
  const request = soapRequest("urn:x", "Act", { One: "1", Two: "" });
  assert.match(request, /<u:Act xmlns:u="urn:x"><One>1<\/One><Two><\/Two><\/u:Act>/);
});
