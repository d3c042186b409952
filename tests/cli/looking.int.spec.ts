import { describe, expect, it } from '@jest/globals';
import getPort from 'get-port';
import { parse } from 'yaml';
import { until } from '../e2e/support/until.js';
import { BROKEN, LONG, NAP, servedLine } from './support/served-line.js';

const { cli, file, isListed, said, started } = servedLine();

describe('What is known of a run', () => {
  it('is shown', async () => {
    const id = await started(NAP, '--label', 'team=sky', '--input', '"mars"');
    await said(['result', id, '--wait']);
    const { out } = await said(['show', id]);
    expect(out).toMatch(/^nap {2}completed\nid {10}/);
    for (const line of [
      'labels      team=sky',
      'input       "mars"',
      'output      {"slept":"mars"}',
      'tasks       1 done',
    ])
      expect(out).toContain(line);
    expect(out).toContain('✔ nap  completed');
    expect(parse((await said(['show', id, '-o', 'yaml'])).out)).toMatchObject({ id, status: 'completed' });
    expect((await said(['show', id, '-o', 'jsonl'])).out.trim().split('\n')).toHaveLength(1);
  });

  it('is its result, once there is one', async () => {
    const id = await started(LONG);
    expect(await said(['result', id])).toMatchObject({
      code: 5,
      out: '',
      err: expect.stringContaining('it is running'),
    });
    await said(['cancel', id]);
    expect(await said(['result', id, '--wait'])).toMatchObject({ code: 1, out: '' });
    expect(JSON.parse((await said(['result', id, '-o', 'json'])).out)).toMatchObject({ id, status: 'cancelled' });
  });

  it('is its history', async () => {
    const id = await started(NAP);
    const followed = await said(['events', id, '--follow']);
    expect(followed.out.trim().split('\n').at(-1)).toMatch(/WorkflowCompleted/);
    expect((await said(['events', id])).out).toBe(followed.out);
    const lines = (await said(['events', id, '-o', 'jsonl', '--after', '1'])).out.trim().split('\n');
    expect(lines.map((line) => (JSON.parse(line) as { version: number }).version)[0]).toBe(2);
    expect(JSON.parse((await said(['events', id, '-o', 'json'])).out)).toHaveProperty(
      'items.0.type',
      'WorkflowStarted',
    );
    expect((await said(['events', id, '-o', 'name'])).out).toMatch(/^1 WorkflowStarted\n2 /);
  });

  it('is what happens to all, where that is asked for', async () => {
    expect(await said(['events'])).toMatchObject({ code: 2, err: expect.stringContaining('orrery events --follow') });
    const chosen = await said(['events', await started(NAP), '--label', 'team=sky']);
    expect(chosen).toMatchObject({ code: 2, err: expect.stringContaining('--label chooses among the events of all') });
    const nowhere = await said(['events', '--follow', '--after', 'nowhere', '-o', 'json']);
    expect(nowhere).toMatchObject({ code: 2, out: '', err: expect.stringContaining('"code":"cursor.invalid"') });
    const gone = await said(['events', '--follow', '--url', `http://127.0.0.1:${await getPort()}`]);
    expect(gone).toMatchObject({ code: 6, err: expect.stringContaining('there is no server at') });
  });

  it('is watched to its end', async () => {
    const id = await started(NAP);
    expect(await said(['watch', id, '--timeout', '30d'])).toMatchObject({
      code: 0,
      out: expect.stringContaining('completed   nap'),
    });
    const { code, out, err } = await said(['watch', await started(BROKEN), '-o', 'json']);
    expect({ code, status: (JSON.parse(out) as { status: string }).status }).toEqual({ code: 1, status: 'failed' });
    expect(err).toContain('failed');
  });
});

describe('Runs are listed', () => {
  it('by what they are', async () => {
    const id = await started(LONG, '--label', 'sort=listed');
    await isListed(id, '--label', 'sort=listed');
    const { out, err } = await cli(
      'list --label sort=listed --status running,paused --definition long --started-after 1h',
    );
    expect(out).toMatch(
      new RegExp(`^ID +STATUS +DEFINITION +TASKS +STARTED +TOOK +LABELS\\n${id} +running +long +0/1 `),
    );
    expect(err).toBe('1 of 1: 1 running\n');
    expect(JSON.parse((await cli('list --label sort=listed -o json')).out)).toMatchObject({
      items: [{ id }],
      nextCursor: null,
    });
    for (const each of ['list', 'tasks'])
      expect(JSON.parse((await cli(`${each} -o json`)).out)).toMatchObject({ position: expect.any(String) });
  });

  it('with what each waits for', async () => {
    const id = await started(LONG, '--label', 'sort=explained');
    await isListed(id, '--label', 'sort=explained');
    const { out } = await cli('list --label sort=explained --why');
    expect(out).toMatch(/ WAITS FOR\n/);
    expect(out.split('\n')[1]).toMatch(/ sort=explained +"\w+" (sleeps until|waits for) /);
  });

  it('page by page, as many as are wanted', async () => {
    const ids = await Promise.all([1, 2, 3].map(() => started(NAP, '--label', 'sort=paged')));
    await Promise.all(ids.map((id) => isListed(id, '--label', 'sort=paged')));
    const first = JSON.parse((await cli('list --label sort=paged --limit 2 -o json')).out) as { nextCursor: string };
    const rest = await said(['list', '--label', 'sort=paged', '--cursor', first.nextCursor, '-o', 'name']);
    expect(rest.out.trim().split('\n')).toHaveLength(1);
  });

  it('and if there are none, that is said', async () => {
    expect(await cli('list --label sort=none')).toEqual({ code: 0, out: '', err: 'There are no such runs.\n' });
  });
});

describe('The server is looked at', () => {
  it('its tasks', async () => {
    const id = await started('orrery: v1\nname: lonely\ntasks:\n  wait: { type: nobody.knows }\n');
    await until(async () => (await cli('tasks --type nobody.knows --status queued')).out.includes(id));
    await until(async () => (await cli('queues -o name')).out.includes('nobody.knows'));
    expect((await cli('queues')).out).toMatch(/^TYPE +WAITING +OLDEST +HELD +WORKERS\nnobody.knows +1 /);
    expect(await cli('tasks --type none')).toEqual({ code: 0, out: '', err: 'There are no such tasks.\n' });
    await said(['cancel', id]);
  });

  it('its workers and limits', async () => {
    expect(await cli('workers')).toMatchObject({ code: 0, err: expect.stringContaining('No worker is there') });
    expect((await cli('limits')).out).toMatch(/tasksPerRun +20,000\n/);
  });

  it('by the doctor', async () => {
    const { code, out } = await cli('doctor');
    expect(code).toBe(0);
    for (const name of ['node', 'server', 'health', 'clock', 'database'])
      expect(out).toMatch(new RegExp(`^(ok|warn) +${name} `, 'm'));
    // The server of this spec calls its version "test".
    expect(out).toContain('the server is test');
    expect((await cli('doctor -o json')).out).toContain('"state": "ok"');
    expect(await cli('doctor --url http://127.0.0.1:9')).toMatchObject({
      code: 6,
      out: expect.stringContaining('fail  server'),
    });
  });
});

describe('Shells', () => {
  it('are offered what the server knows', async () => {
    const id = await started(LONG);
    await isListed(id);
    await said(['register', await file('nap.yaml', NAP)]);
    await until(async () => (await cli('definitions -o name')).out.includes('nap\n'));
    expect((await said(['complete', '--', 'pause', ''])).out).toContain(`${id}\tlong, running\n`);
    expect((await said(['complete', '--', 'run', 'na'])).out).toBe('nap\tversion 1\n:0\n');
    expect((await said(['complete', '--url', 'http://127.0.0.1:9', '--', 'show', ''])).out).toBe(':4\n');
  });
});
