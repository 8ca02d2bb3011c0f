import assert from "node:assert/strict";
import { join } from "node:path";
import { test } from "node:test";
import { inProcess, Running, temporaryFolder } from "./cli.ts";

interface Row {
  payload?: string;
  topic?: string;
  ephemeral?: true;
  kind?: string;
}

test("tail shows what is ephemeral and what it says, but for where a topic is asked for", async (context) => {
  const home = join(temporaryFolder(context), "home");
  const running = new Running(context, [
    "run",
    "--home",
    home,
    "--listen",
    "127.0.0.1:0",
    "--json",
  ]);
  await running.line();
  const put = (...words: string[]) => inProcess(["put", "--home", home, ...words]);
  const kept = await put("--topic", "log", "first");
  assert.equal(kept.code, 0, kept.stderr);
  const tail = ["tail", "--json", "--home", home];
  const [all, log] = [
    new Running(context, tail),
    new Running(context, [...tail, "--topic", "log"]),
  ];
  for (const one of [all, log]) assert.equal((await one.json<Row>()).payload, "first");

  const said = await put("--ephemeral", "typing ...");
  assert.equal(said.code, 0, said.stderr);
  const { payload, ephemeral, kind } = await all.json<Row>();
  assert.deepEqual([payload, ephemeral, kind], ["typing ...", true, undefined]);
  await put("--topic", "log", "second");
  assert.equal((await log.json<Row>()).payload, "second", "the topic has nothing else");
  const { stdout } = await inProcess(["ls", "--home", home]);
  assert.ok(!stdout.includes("typing"), "it is kept");
});
