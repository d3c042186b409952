// node tools/dev.mjs <app> [its arguments]: bundles at every change and starts the app again with what came out.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { context } from 'esbuild';
import { bundleOptions, root } from './bundle.mjs';

const [app = 'standalone', ...args] = process.argv.slice(2);
let running;

async function stop() {
  const child = running;
  running = undefined;
  if (!child || child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGTERM');
  await once(child, 'exit');
}

function start() {
  const child = spawn(process.execPath, ['--enable-source-maps', `dist/${app}.mjs`, ...args], {
    cwd: root,
    stdio: 'inherit',
  });
  running = child;
  child.on('exit', (code) => {
    if (running === child && code !== 0)
      console.log(`${app} ended with code ${code}; it starts again at the next change.`);
  });
}

// One restart at a time: a change during a restart is part of the next one.
let turn = Promise.resolve();
const restart = {
  name: 'restart',
  setup(build) {
    build.onEnd(({ errors }) => {
      if (errors.length > 0) return console.log('It does not build; what ran before goes on.');
      turn = turn.then(stop).then(start);
      return undefined;
    });
  },
};

const options = bundleOptions(app);
const watching = await context({ ...options, plugins: [...options.plugins, restart] });
await watching.watch();

for (const signal of ['SIGINT', 'SIGTERM']) {
  process.once(signal, async () => {
    await watching.dispose();
    await turn.then(stop);
    process.exit(0);
  });
}
