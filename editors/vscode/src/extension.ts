/** Starts the language server, and again when its command changes. All else is the server's and the client library's. */

import { commands, type ExtensionContext, window, workspace } from "vscode";
import { LanguageClient, type LanguageClientOptions, type ServerOptions } from "vscode-languageclient/node";

const SECTION = "flaskStartup";
let client: LanguageClient | undefined;

/** Called by the editor when the first Python file is opened. */
export async function activate(context: ExtensionContext): Promise<void> {
  context.subscriptions.push(
    commands.registerCommand(`${SECTION}.restart`, restart),
    workspace.onDidChangeConfiguration(async (event) => {
      if (event.affectsConfiguration(`${SECTION}.command`)) {
        await restart();
      }
    }),
  );
  await start();
}

/** Called by the editor when it ends. */
export async function deactivate(): Promise<void> {
  await client?.stop();
  client = undefined;
}

async function restart(): Promise<void> {
  await deactivate();
  await start();
}

async function start(): Promise<void> {
  // "machine" in package.json: a workspace's settings cannot name what is run
  const [command, ...args] = workspace.getConfiguration(SECTION).get<string[]>("command") ?? [];
  if (command === undefined) {
    void window.showErrorMessage(`${SECTION}.command names no program`);
    return;
  }
  const server: ServerOptions = { command, args };
  const options: LanguageClientOptions = {
    documentSelector: [
      { scheme: "file", language: "python" },
      { scheme: "untitled", language: "python" },
    ],
    synchronize: {
      configurationSection: SECTION,
      fileEvents: workspace.createFileSystemWatcher("**/{*.py,pyproject.toml,setup.cfg,tox.ini,.flake8}"),
    },
  };
  client = new LanguageClient(SECTION, "Flask startup", server, options);
  try {
    await client.start();
  } catch (error) {
    void window.showErrorMessage(
      `Flask startup: ${command} does not start: pip install 'flake8-flask-startup[lsp,fix]', ` +
        `or name it in ${SECTION}.command (${String(error)})`,
    );
  }
}
