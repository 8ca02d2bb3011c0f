import assert from "node:assert/strict";
import { test } from "node:test";
import {
  readLocation,
  readServices,
  readSoap,
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
  for (const base of ["", " ", "http://8.8.8.8/", "https://192.168.1.1/", "nonsense"]) {
    const elsewhere = `<URLBase>${base}</URLBase>${service("WANIPConnection:1", "/c")}`;
    assert.deepEqual(found(elsewhere), [[["WANIPConnection", "1"], "http://192.168.1.1:5000/c"]]);
  }
  assert.equal(found(service("WANIPConnection:1", "/c").repeat(600)).length, 8);
  for (const nonsense of ["", "<service>".repeat(7_000), "<serviceType><", "\0"]) {
    assert.deepEqual(found(nonsense), []);
  }
});

test("an answer says success or an error, whatever its status; a request says what was asked", () => {
  const body = "<s:Fault><errorCode>718</errorCode><errorCode>2</errorCode></s:Fault>";
  assert.equal(readSoap({ status: 500, body }).fields.get("errorcode"), "718");
  assert.equal(readSoap({ status: 200, body }).isSuccess, false);
  assert.equal(readSoap({ status: 500, body: "<a>1</a>" }).isSuccess, false);
  assert.equal(readSoap({ status: 200, body: "<a>1</a>" }).isSuccess, true);
  const request = soapRequest("urn:x", "Act", { One: "1", Two: "" });
  assert.match(request, /<u:Act xmlns:u="urn:x"><One>1<\/One><Two><\/Two><\/u:Act>/);
});
