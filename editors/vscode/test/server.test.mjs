// The installed server, asked through the library that the extension asks it through: `npm test`, with
// FLASK_STARTUP=/path/to/flask-startup where that is not on the PATH.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, writeFileSync } from "node:fs";
import { createRequire } from "node:module";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { test } from "node:test";
import { pathToFileURL } from "node:url";

const protocol = createRequire(import.meta.url)("vscode-languageserver-protocol/node");
const manifest = JSON.parse(readFileSync(new URL("../package.json", import.meta.url), "utf8"));

test("a file has findings and hints, with the settings that the extension offers", async () => {
  const folder = mkdtempSync(join(tmpdir(), "flask-startup-"));
  const [uri, text] = [pathToFileURL(join(folder, "tools.py")).href, "import pandas\n"];
  writeFileSync(join(folder, "tools.py"), text);
  const settings = Object.fromEntries(
    Object.entries(manifest.contributes.configuration.properties).map(([name, each]) => [name.split(".")[1], each.default]),
  );
  const server = spawn(process.env.FLASK_STARTUP ?? "flask-startup", ["lsp"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  const { StreamMessageReader, StreamMessageWriter } = protocol;
  const client = protocol.createProtocolConnection(new StreamMessageReader(server.stdout), new StreamMessageWriter(server.stdin));
  const shown = [];
  client.onNotification(protocol.ShowMessageNotification.type, (each) => shown.push(each.message));
  client.onRequest(protocol.ConfigurationRequest.type, ({ items }) => items.map(() => settings));
  const published = new Promise((found) => client.onNotification(protocol.PublishDiagnosticsNotification.type, found));
  client.listen();
  const root = { uri: pathToFileURL(folder).href, name: "folder" };
  const capabilities = { workspace: { configuration: true, workspaceFolders: true } };
  const started = await client.sendRequest(protocol.InitializeRequest.type, {
    processId: process.pid, rootUri: root.uri, capabilities, workspaceFolders: [root],
  });
  assert.deepEqual(started.capabilities.executeCommandProvider.commands.sort(), ["flaskStartup.explain", "flaskStartup.repair"]);
  await client.sendNotification(protocol.InitializedNotification.type, {});
  await client.sendNotification(protocol.DidOpenTextDocumentNotification.type, {
    textDocument: { uri, languageId: "python", version: 1, text },
  });
  const { diagnostics } = await published;
  assert.deepEqual(diagnostics.map(({ code, tags }) => [code, tags]), [["FST103", [1]]]);
  const range = { start: { line: 0, character: 0 }, end: { line: 1, character: 0 } };
  const hints = await client.sendRequest(protocol.InlayHintRequest.type, { textDocument: { uri }, range });
  assert.match(hints[0].label, /^\d+ ms$/);
  assert.deepEqual(shown, []);
  await client.sendRequest(protocol.ShutdownRequest.type);
  await client.sendNotification(protocol.ExitNotification.type);
  assert.equal(await new Promise((ended) => server.on("exit", ended)), 0);
});
