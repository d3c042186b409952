import { type ChildProcess, spawn } from 'node:child_process';
import { fileURLToPath, pathToFileURL } from 'node:url';
import protocol, {
  type CompletionItem,
  type CompletionList,
  type Diagnostic,
  type Hover,
  type Position,
  type ProtocolConnection,
  type PublishDiagnosticsParams,
} from 'vscode-languageserver-protocol/node.js';

const root = fileURLToPath(new URL('../../..', import.meta.url));
const program = fileURLToPath(import.meta.resolve('yaml-language-server/bin/yaml-language-server'));

/** What an editor sets under `yaml`. */
export type Settings = Readonly<Record<string, unknown>>;

/** The YAML language server, as an editor runs it: a process, and its protocol over standard input and output. */
export class LanguageServer {
  private readonly diagnostics = new Map<string, (found: Diagnostic[]) => void>();

  private constructor(
    private readonly child: ChildProcess,
    private readonly connection: ProtocolConnection,
  ) {
    connection.onNotification(
      protocol.PublishDiagnosticsNotification.type,
      ({ uri, diagnostics }: PublishDiagnosticsParams) => this.diagnostics.get(uri)?.(diagnostics),
    );
  }

  static async start(settings: Settings): Promise<LanguageServer> {
    const child = spawn(process.execPath, [program, '--stdio'], { cwd: root, stdio: ['pipe', 'pipe', 'inherit'] });
    const [reader, writer] = [
      new protocol.StreamMessageReader(child.stdout!),
      new protocol.StreamMessageWriter(child.stdin!),
    ];
    const connection = protocol.createProtocolConnection(reader, writer);
    const server = new LanguageServer(child, connection);
    const yaml = { schemaStore: { enable: false }, validate: true, completion: true, hover: true, ...settings };
    connection.onRequest(protocol.ConfigurationRequest.type, ({ items }) =>
      items.map(({ section }) => (section === 'yaml' ? yaml : {})),
    );
    connection.onRequest(protocol.RegistrationRequest.type, () => undefined);
    connection.listen();
    const capabilities = { workspace: { configuration: true }, textDocument: { hover: {}, completion: {} } };
    const rootUri = pathToFileURL(root).href;
    await connection.sendRequest(protocol.InitializeRequest.type, { processId: process.pid, rootUri, capabilities });
    await connection.sendNotification(protocol.InitializedNotification.type, {});
    return server;
  }

  /** Shows it a text as a file of the repository; returns what it finds wrong. */
  async open(path: string, text: string): Promise<string[]> {
    const uri = this.uriOf(path);
    const found = new Promise<Diagnostic[]>((resolve) => this.diagnostics.set(uri, resolve));
    const textDocument = { uri, languageId: 'yaml', version: 1, text };
    await this.connection.sendNotification(protocol.DidOpenTextDocumentNotification.type, { textDocument });
    return (await found).map(({ range, message }) => `${range.start.line + 1}: ${message}`);
  }

  /** What it offers at a place of a file that was opened. */
  async complete(path: string, position: Position): Promise<CompletionItem[]> {
    const params = { textDocument: { uri: this.uriOf(path) }, position };
    const answer = await this.connection.sendRequest(protocol.CompletionRequest.type, params);
    return (answer as CompletionList).items;
  }

  /** What it tells of a place of a file that was opened. */
  async hover(path: string, position: Position): Promise<string> {
    const params = { textDocument: { uri: this.uriOf(path) }, position };
    const answer: Hover | null = await this.connection.sendRequest(protocol.HoverRequest.type, params);
    return JSON.stringify(answer?.contents ?? null);
  }

  async stop(): Promise<void> {
    await this.connection.sendRequest(protocol.ShutdownRequest.type);
    await this.connection.sendNotification(protocol.ExitNotification.type);
    this.connection.dispose();
    this.child.kill();
  }

  private uriOf(path: string): string {
    return pathToFileURL(`${root}${path}`).href;
  }
}
