import assert from "node:assert/strict";
import { join } from "node:path";
import { type TestContext, test } from "node:test";
import { inProcess, jsonLines, Running, temporaryFolder } from "./cli.ts";

interface Ready {
  overlays: { ticket: string }[];
}

interface Held {
  id: string;
  heldBy?: string[];
  missing?: string[];
}

async function node(
  context: TestContext,
  args: string[] = [],
): Promise<{ home: string; ticket: string; running: Running }> {
  const home = join(temporaryFolder(context), "home");
  const listen = ["--listen", "127.0.0.1:0", "--log-level", "warn"];
  const running = new Running(context, ["run", ...args, "--home", home, ...listen, "--json"]);
  const { overlays } = await running.json<Ready>();
  return { home, ticket: overlays[0]!.ticket, running };
}

async function memberIn(home: string): Promise<string> {
  const { stdout } = await inProcess(["status", "--home", home, "--json"]);
  return (JSON.parse(stdout) as { overlays: { member: string }[] }).overlays[0]!.member;
}

test("put --wait ends when others hold it, or says who is missing", async (context) => {
  const founder = await node(context);
  const friend = await node(context, [founder.ticket]);
  const met = ["wait", "--peers", "1", "--home", founder.home];
  assert.equal((await inProcess(met)).code, 0);
  const member = await memberIn(friend.home);
  const put = ["put", "--home", founder.home, "--wait", "1"];

  const both = await inProcess([...put, "--json", "one"]);
  assert.equal(both.code, 0, both.stderr);
  const [bundle, held] = jsonLines<Held>(both.stdout);
  assert.deepEqual(held, { id: bundle!.id, heldBy: [member], missing: [] });

  const status = await inProcess(["status", "--home", founder.home]);
  assert.match(status.stdout, /^Elsewhere +all that we wrote is held by somebody else/m);

  assert.equal(await friend.running.stop(), 0);
  const late = await inProcess([...put, "--timeout", "0.5", "two"]);
  assert.equal(late.code, 4, late.stderr);
  assert.match(late.stderr, /after 0\.5 s 0 of 1 other members are known to hold it/);
  const away = await inProcess(["status", "--home", founder.home]);
  assert.match(away.stdout, /^Elsewhere +nobody else is known to hold 1 bundle of ours/m);

  assert.equal(await founder.running.stop(), 0);
  const alone = await inProcess([...put, "three"]);
  assert.equal(alone.code, 3, alone.stderr);
  const { stdout } = await inProcess(["ls", "--home", founder.home]);
  assert.ok(!stdout.includes("three"), "published although nobody could answer");
});
