/** Every run ended, as its shape may, and nobody was answered what no client should see. */
export function checkEnds({ client, runs, stuck }, found) {
  found.rules.push(...client.violations);
  for (const { id, shape } of stuck) found.stuck.push(`${id ?? 'a start'} (${shape.name}) did not end`);
  const wrong = runs.filter(({ shape, status }) => status !== 'unknown' && !shape.ends.includes(status));
  for (const { id, shape, status } of wrong) found.rules.push(`${id} (${shape.name}) ended ${status}`);
}
