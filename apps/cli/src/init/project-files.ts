/** What a project is made with. */
export interface ProjectOptions {
  /** Where its folder lies; it is called after that. */
  readonly directory: string;
  /** What npm installs the SDK from: a version, or `file:` and a path. */
  readonly sdk: string;
}

/** A small project, by the names of its files: a definition, a worker that does its task, and how to run them. */
export function projectFiles({ directory, sdk }: ProjectOptions): { readonly [name: string]: string } {
  const name = packageName(directory);
  return {
    'README.md': readme(name),
    'hello.yaml': HELLO,
    'worker.ts': WORKER,
    'package.json': json({
      name,
      private: true,
      type: 'module',
      scripts: { worker: 'node --conditions=@orrery/source --import tsx worker.ts' },
      dependencies: { '@orrery/sdk': sdk, tsx: '^4.23.15' },
    }),
    'tsconfig.json': json({
      compilerOptions: {
        target: 'ES2023',
        module: 'nodenext',
        strict: true,
        noEmit: true,
        skipLibCheck: true,
        customConditions: ['@orrery/source'],
      },
      include: ['*.ts'],
    }),
    '.gitignore': 'node_modules/\n',
  };
}

const json = (value: object) => `${JSON.stringify(value, undefined, 2)}\n`;

/** The name of a folder as npm takes it: https://docs.npmjs.com/cli/configuring-npm/package-json#name */
export function packageName(directory: string): string {
  const last = directory.split(/[/\\]/).filter(Boolean).at(-1) ?? '';
  const lawful = last
    .toLowerCase()
    .replace(/[^a-z0-9._-]+/g, '-')
    .replace(/^[._-]+|-+$/g, '');
  return lawful.slice(0, 200) || 'workflows';
}

const HELLO = `# Checked by: orrery validate hello.yaml
orrery: v1
name: hello
input:
  type: object
  required: [name]
  properties: { name: { type: string } }
tasks:
  # What is done is recorded, and not done again.
  greet:
    type: hello.greet
    input: { name: '\${ input.name }' }
    retry: { maxAttempts: 3, backoff: { initial: 1s } }
  wait:
    type: sleep
    dependsOn: [greet]
    input: { duration: 1s }
  part:
    type: hello.part
    dependsOn: [wait]
    input: { name: '\${ input.name }' }
output: { first: '\${ tasks.greet.output.said }', last: '\${ tasks.part.output.said }' }
`;

const WORKER = `// Does the tasks of hello.yaml: a handler for each type.
import { env } from 'node:process';
import { worker } from '@orrery/sdk';

const named = { type: 'object', required: ['name'], properties: { name: { type: 'string' } } } as const;

const w = worker({ url: env['ORRERY_URL'] });
w.task('hello.greet', named, ({ name }) => ({ said: \`Hello, \${name}.\` }));
w.task('hello.part', named, ({ name }) => ({ said: \`Good night, \${name}.\` }));
await w.run();
`;

const readme = (name: string) => `# ${name}

A workflow, [hello.yaml](hello.yaml), and a worker that does its tasks, [worker.ts](worker.ts). In three terminals:

\`\`\`sh
orrery up
\`\`\`

\`\`\`sh
npm install
npm run worker
\`\`\`

\`\`\`sh
orrery run hello.yaml --input '{"name":"Ada"}'
\`\`\`

A server elsewhere is named by \`ORRERY_URL\`, for the worker as for \`orrery\`. After a change:

\`\`\`sh
orrery validate hello.yaml
\`\`\`
`;
