import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { Namespaces } from "../helpers/namespaces.ts";
import { Stage, until } from "./program.ts";

describe("a machine without a network", { skip: Namespaces.whyNot() }, () => {
  it("hears that this is why its ticket goes nowhere, and gets another one with the network", async (t) => {
    const stage = new Stage();
    const machine = new Namespaces("newcomer");
    t.after(async () => {
      await stage.clear();
      machine.remove();
    });
    machine.add("one");
    const words = ["run", "--home", stage.path("home"), "--no-portmap"];
    const node = stage.start(words, "", machine.inside("one"));
    await until("its ticket", () => node.stdout.includes("This ticket"));
    assert.match(node.stdout, /only on this machine, which is in no network yet\.\n/);
    assert.doesNotMatch(node.stdout, /--listen/, "it listens everywhere");

    machine.wire("one", "net", "one", "away");
    machine.ip("one", "address add 192.0.2.7/24 dev net");
    await until("another ticket", () => node.stdout.includes("only on this network"));
    assert.match(node.stdout.split("no network yet")[1]!, /\nTicket {3}\S+at=192\.0\.2\.7:\d+/);
  });
});
